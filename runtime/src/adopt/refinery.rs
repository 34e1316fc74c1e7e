//! Reads refinery's history.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use super::same_migration;
use crate::origin::Origin;

/// The checksum covers the name, the number and the file.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Refinery, |row| {
        let (number, name, checksum) = (row.number(0)?, row.text(1)?, row.text(2)?);
        if let Some(migration) = found.applied(number) {
            found.named(migration, name);
            if !same_migration::is_of_refinery(checksum, name, migration) {
                found.edited.insert(migration.version());
            }
        }
        Ok(())
    })
}
