//! Reads the history of `rusqlite_migration`.

use migratory_core::Migration;
use rusqlite::Connection;

use super::found::Found;
use super::mismatch::Mismatch;

/// There is no table, only a number: that many of the first migrations are applied.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    let number: i64 = conn.query_row("PRAGMA main.user_version", [], |row| row.get(0))?;
    if number == 0 {
        return Err(Mismatch::Absent);
    }
    let Ok(count) = usize::try_from(number) else {
        return Err(Mismatch::Unreadable { what: format!("`user_version` is {number}") });
    };
    match found.set.migrations().get(..count) {
        Some(first) => found.versions.extend(first.iter().map(Migration::version)),
        None => found.unknown.push(number.to_string()),
    }
    Ok(())
}
