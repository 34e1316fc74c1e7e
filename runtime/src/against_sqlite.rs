//! What `migratory_core::sql` says without SQLite, held against the SQLite that is linked.

mod create_table;
mod keywords;
mod pragmas;
mod statements;
