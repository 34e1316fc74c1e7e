//! The history of a database: the table, what it says, and what is written into it.

pub(crate) mod progress;
pub(crate) mod read;
pub(crate) mod repair;
pub(crate) mod shape;
pub(crate) mod stamp;
pub(crate) mod table;
pub(crate) mod write;
