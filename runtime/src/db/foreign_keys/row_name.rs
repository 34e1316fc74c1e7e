//! Names a row by its rowid or its primary key.

use migratory_core::sql::names::ROWIDS;
use migratory_core::sql::quotes::quoted;
use rusqlite::{Connection, Row};

use super::key::{self, ForeignKey};
use super::violation::Violation;
use crate::db::pragmas;

/// How to name the rows of a table: by rowid or by primary key.
pub(super) struct RowName {
    rowid: Option<&'static str>,
    primary_key: Vec<String>,
}

impl RowName {
    pub(super) fn of(conn: &Connection, table: &str) -> rusqlite::Result<Self> {
        let rowid = rowid(conn, table)?;
        let primary_key = if rowid.is_some() { Vec::new() } else { key::primary_key(conn, table)? };
        Ok(Self { rowid, primary_key })
    }

    /// Returns what to select from a row in addition to the key's values.
    pub(super) fn selected(&self, key: &ForeignKey) -> String {
        let rowid = self.rowid.map_or("NULL".to_owned(), |name| format!("c.{name}"));
        let columns = key.columns.iter().map(|(column, _)| column).chain(&self.primary_key);
        let quotes = columns.map(|column| format!(", quote(c.{})", quoted(column)));
        std::iter::once(format!(", {rowid}")).chain(quotes).collect()
    }

    pub(super) fn violation(&self, key: &ForeignKey, row: &Row<'_>) -> rusqlite::Result<Violation> {
        let values = key.columns.len();
        let columns = key.columns.iter().map(|(column, _)| column.clone());
        let quotes = (values + 1..).map(|at| row.get(at));
        let pairs = columns.zip(quotes).map(|(column, value)| Ok((column, value?)));
        let primary_key = (2 * values + 1..).take(self.primary_key.len()).map(|at| row.get(at));
        Ok(Violation {
            table: key.table.clone(),
            rowid: row.get(values)?,
            primary_key: primary_key.collect::<rusqlite::Result<_>>()?,
            parent: key.parent.clone(),
            key: pairs.collect::<rusqlite::Result<_>>()?,
            problem: None,
        })
    }
}

/// Returns a name of the rowid that isn't also a column; `None` if there is none, as in a WITHOUT
/// ROWID table.
fn rowid(conn: &Connection, table: &str) -> rusqlite::Result<Option<&'static str>> {
    let columns = pragmas::columns(conn, table)?;
    for name in ROWIDS {
        if columns.iter().all(|column| !column.name.eq_ignore_ascii_case(name)) {
            let sql = format!("SELECT c.{name} FROM main.{} AS c", quoted(table));
            return Ok(conn.prepare(&sql).is_ok().then_some(name));
        }
    }
    Ok(None)
}
