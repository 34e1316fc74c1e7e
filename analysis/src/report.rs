//! Findings: their codes, their texts, and how they are rendered.

pub(crate) mod code;
pub(crate) mod diagnostic;
pub(crate) mod exception;
pub(crate) mod findings;
pub mod render;
pub(crate) mod subject;
