//! Reads dbmate's history.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use crate::origin::Origin;

/// The number is the prefix of the file name.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Dbmate, |row| {
        found.applied(row.number(0)?);
        Ok(())
    })
}
