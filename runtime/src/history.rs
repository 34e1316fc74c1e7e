//! The history of a database: its table, reading it, and writing it.

pub(crate) mod progress;
pub(crate) mod read;
pub(crate) mod shape;
pub(crate) mod stamp;
pub(crate) mod table;
pub(crate) mod write;
