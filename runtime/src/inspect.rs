//! Looks at a database or a folder, and changes nothing.

pub(crate) mod difference;
pub(crate) mod drift;
pub(crate) mod equivalence;
pub(crate) mod ignore;
pub(crate) mod replay;
pub(crate) mod stale;
pub(crate) mod status;
pub(crate) mod verify;
