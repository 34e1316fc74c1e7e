//! Events emitted during a run.

pub(crate) mod event;
pub(crate) mod heartbeat;
pub(crate) mod trace;
