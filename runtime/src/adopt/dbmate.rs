//! Reads the record of dbmate.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use super::origin::Origin;

/// The number is what a file's name begins with.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Dbmate, |row| {
        found.applied(row.number(0)?);
        Ok(())
    })
}
