//! Reads the record of Diesel.

use rusqlite::Connection;

use super::cells::each_row;
use super::found::Found;
use super::mismatch::Mismatch;
use super::origin::Origin;

/// The number is what a folder's name begins with, without dashes.
pub(super) fn read(conn: &Connection, found: &mut Found<'_>) -> Result<(), Mismatch> {
    each_row(conn, Origin::Diesel, |row| {
        let number = row.number(0)?;
        let known = found.known(&number).or_else(|| found.known(&filled(&number)?));
        found.applied_as(number, known);
        Ok(())
    })
}

/// The number of a dashed folder as the set has it: with zeros up to 18 digits, which keeps the order
/// of dates with a time and without. A date has 8 digits at least.
fn filled(number: &str) -> Option<String> {
    (number.len() >= 8).then(|| format!("{number:0<18}"))
}
