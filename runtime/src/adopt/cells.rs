//! Reads the rows of a library's table without trusting their values.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::mismatch::Mismatch;
use crate::origin::{Object, Origin};

/// How many characters of a value a message quotes.
const SHOWN: usize = 40;

/// Calls a function with each row of a library's table, ordered by the first column.
pub(super) fn each_row(
    conn: &Connection,
    origin: Origin,
    mut visit: impl FnMut(Cells<'_>) -> Result<(), Mismatch>,
) -> Result<(), Mismatch> {
    let table = fitting(conn, origin)?;
    let columns = origin.columns().join(", ");
    let mut statement =
        conn.prepare(&format!("SELECT {columns} FROM main.{table} ORDER BY {columns}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(Cells { origin, table, row })?;
    }
    Ok(())
}

/// Returns the name of the library's table, if it exists and has the library's columns.
fn fitting(conn: &Connection, origin: Origin) -> Result<&'static str, Mismatch> {
    let table = origin.table().ok_or(Mismatch::Absent)?;
    match origin.object(conn)? {
        None => Err(Mismatch::Absent),
        Some(Object::Other(what)) => Err(unreadable(table, &format!("is {what}"))),
        Some(Object::Table(found)) => match origin.lacking(&found) {
            Some(column) => Err(unreadable(table, &format!("has no column `{column}`"))),
            // As dbmate's table, golang-migrate's single row would pass for a single applied
            // migration.
            None if origin == Origin::Dbmate && Origin::GolangMigrate.lacking(&found).is_none() => {
                Err(unreadable(table, "has a column `dirty`, as golang-migrate's"))
            }
            None => Ok(table),
        },
    }
}

fn unreadable(table: &str, what: &str) -> Mismatch {
    Mismatch::Unreadable { what: format!("the table `{table}` {what}") }
}

/// One row; errors about a value name its column.
#[derive(Clone, Copy)]
pub(super) struct Cells<'r> {
    origin: Origin,
    table: &'static str,
    row: &'r Row<'r>,
}

impl<'r> Cells<'r> {
    /// Returns the number of a migration, as the recorded digits.
    pub(super) fn number(&self, at: usize) -> Result<String, Mismatch> {
        match self.value(at)? {
            ValueRef::Integer(number) => Ok(number.to_string()),
            ValueRef::Text(text) if !text.is_empty() && text.iter().all(u8::is_ascii_digit) => {
                Ok(String::from_utf8_lossy(text).into_owned())
            }
            value => Err(self.holds(at, value)),
        }
    }

    pub(super) fn integer(&self, at: usize) -> Result<i64, Mismatch> {
        match self.value(at)? {
            ValueRef::Integer(number) => Ok(number),
            value => Err(self.holds(at, value)),
        }
    }

    pub(super) fn text(&self, at: usize) -> Result<&'r str, Mismatch> {
        let value = self.value(at)?;
        match value {
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
        .ok_or_else(|| self.holds(at, value))
    }

    pub(super) fn blob(&self, at: usize) -> Result<&'r [u8], Mismatch> {
        match self.value(at)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            value => Err(self.holds(at, value)),
        }
    }

    /// Creates an error about the table.
    pub(super) fn unreadable(&self, what: &str) -> Mismatch {
        unreadable(self.table, what)
    }

    fn value(&self, at: usize) -> Result<ValueRef<'r>, Mismatch> {
        Ok(self.row.get_ref(at)?)
    }

    fn holds(&self, at: usize, value: ValueRef<'_>) -> Mismatch {
        let column = self.origin.columns().get(at).copied().unwrap_or_default();
        self.unreadable(&format!("holds {} as a `{column}`", described(value)))
    }
}

fn described(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let more = if text.chars().nth(SHOWN).is_some() { ".." } else { "" };
            format!("'{}{more}'", text.chars().take(SHOWN).collect::<String>().escape_debug())
        }
        ValueRef::Blob(_) => "a blob".to_owned(),
    }
}
