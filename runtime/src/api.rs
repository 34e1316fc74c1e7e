//! The runner and its methods.

mod calls;
pub(crate) mod runner;
