//! Reads the folder: its entries, and the bytes of its files.

pub(crate) mod entry;
pub mod file;
pub(crate) mod folder;
pub(crate) mod source;
