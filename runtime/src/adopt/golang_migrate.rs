//! Reads golang-migrate's history.

use migratory_core::Migration;
use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use crate::origin::Origin;

/// The table has one row: all migrations up to its number are applied.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    let mut newest = None;
    each_row(conn, Origin::GolangMigrate, |row| {
        let number = row.number(0)?;
        if row.integer(1)? != 0 {
            return Err(Mismatch::Unfinished { version: number });
        }
        match newest.replace(number) {
            None => Ok(()),
            Some(_) => Err(row.unreadable("has more than one row")),
        }
    })?;
    if let Some(newest) = newest.and_then(|newest| found.applied(newest)) {
        let all = found.set.migrations().iter().map(Migration::version);
        found.versions.extend(all.take_while(|&version| version < newest.version()));
    }
    Ok(())
}
