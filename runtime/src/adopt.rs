//! Adopts databases that have no history yet, and reads the histories of other libraries.

pub(crate) mod adoption;
mod cells;
mod dbmate;
mod diesel;
mod found;
mod golang_migrate;
mod goose;
pub(crate) mod mismatch;
mod recorded;
mod refinery;
mod rusqlite_migration;
mod same_migration;
mod sha384;
mod siphash;
mod sqlx;
