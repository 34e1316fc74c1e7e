//! Reads the record of goose.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use super::origin::Origin;

/// A row for each time that a migration went up, and of older gooses for each time that it went down:
/// the newest counts. The number 0 marks that the table was made.
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
