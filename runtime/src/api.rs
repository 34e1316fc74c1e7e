//! What an application calls.

mod calls;
pub(crate) mod config;
pub(crate) mod runner;
