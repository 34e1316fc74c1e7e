//! Reads Diesel's history.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use crate::origin::Origin;

/// The number is the prefix of the folder name, without dashes.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Diesel, |row| {
        let number = row.number(0)?;
        let known = found.known(&number).or_else(|| found.known(&filled(&number)?));
        found.applied_as(number, known);
        Ok(())
    })
}

/// Returns the number of a dashed folder as the set has it: padded with zeros to 18 digits, which
/// keeps the order of dates with and without a time. A date has at least 8 digits.
fn filled(number: &str) -> Option<String> {
    (number.len() >= 8).then(|| format!("{number:0<18}"))
}
