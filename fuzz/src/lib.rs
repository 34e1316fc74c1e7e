//! What the targets share: scripts, sets of them, and databases that cost no more than they may.

pub mod bounded;
pub mod dump;
pub mod script;
pub mod set;
