//! Compares `migratory_core::sql` with the linked SQLite.

mod create_table;
mod keywords;
mod pragmas;
mod statements;
