//! What is found: its codes, its words, and how it is shown.

pub(crate) mod code;
pub(crate) mod diagnostic;
pub(crate) mod exception;
pub(crate) mod findings;
pub mod render;
pub mod spelling;
pub(crate) mod subject;
