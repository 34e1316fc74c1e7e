//! The runner and its methods.

mod calls;
pub(crate) mod config;
pub(crate) mod runner;
