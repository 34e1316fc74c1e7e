//! Reads goose's history.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use crate::origin::Origin;

/// Each up adds a row, and in older versions of goose so does each down: the newest row of a
/// migration counts. Number 0 marks the creation of the table.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    let mut newest = BTreeMap::new();
    each_row(conn, Origin::Goose, |row| {
        newest.insert(row.integer(1)?, row.integer(2)? != 0);
        Ok(())
    })?;
    for (number, is_applied) in newest {
        if is_applied && number != 0 {
            found.applied(number.to_string());
        }
    }
    Ok(())
}
