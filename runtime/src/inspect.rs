//! Inspects databases and folders without changing anything.

pub(crate) mod difference;
pub(crate) mod drift;
pub(crate) mod equivalence;
pub(crate) mod ignore;
pub(crate) mod replay;
pub(crate) mod stale;
pub(crate) mod status;
pub(crate) mod verify;
