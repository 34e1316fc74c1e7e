//! Reads another library's history.

use migratory_core::MigrationSet;
use rusqlite::Connection;

use super::found::{Found, Recorded};
use super::mismatch::Mismatch;
use super::{dbmate, diesel, golang_migrate, goose, refinery, rusqlite_migration, sqlx};
use crate::origin::Origin;

/// Reads the history of a library from the main database, without writing anything.
pub(crate) fn recorded(
    conn: &Connection,
    set: &MigrationSet<'_>,
    origin: Origin,
) -> Result<Recorded, Mismatch> {
    let mut found = Found::new(set);
    match origin {
        Origin::Diesel => diesel::read(conn, &mut found)?,
        Origin::GolangMigrate => golang_migrate::read(conn, &mut found)?,
        Origin::Sqlx => sqlx::read(conn, &mut found)?,
        Origin::Refinery => refinery::read(conn, &mut found)?,
        Origin::RusqliteMigration => rusqlite_migration::read(conn, &mut found)?,
        Origin::Goose => goose::read(conn, &mut found)?,
        Origin::Dbmate => dbmate::read(conn, &mut found)?,
    }
    found.finish()
}

#[cfg(test)]
mod tests;
