//! What a run emits while it goes on.

pub(crate) mod event;
pub(crate) mod heartbeat;
pub(crate) mod trace;
