//! Reads the text of a script: its header, its directives, its statements.

pub(crate) mod decode;
pub(crate) mod header;
pub(crate) mod marks;
pub(crate) mod metadata;
pub(crate) mod parameter;
pub(crate) mod script;
pub(crate) mod transaction;
