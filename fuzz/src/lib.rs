//! What the targets share: scripts, sets of them, and databases with limits.

pub mod bounded;
pub mod dump;
pub mod script;
pub mod set;
