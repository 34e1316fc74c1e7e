//! Reads sqlx's history.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use super::same_migration;
use crate::origin::Origin;

/// The checksum covers the file.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Sqlx, |row| {
        let number = row.number(0)?;
        if row.integer(2)? == 0 {
            return Err(Mismatch::Unfinished { version: number });
        }
        let (name, checksum) = (row.text(1)?, row.blob(3)?);
        if let Some(migration) = found.applied(number) {
            // An equal text under another name means that the file was renamed, which sqlx allows.
            if !same_migration::is_of_sqlx(checksum, migration) {
                found.named(migration, name);
                found.edited.insert(migration.version());
            }
        }
        Ok(())
    })
}
