//! Whether full-text indexes match their content.
//!
//! FTS5 and FTS4 find rows by rowid. An index whose content is another table is right only for as long as that table
//! keeps its name and its rowids, and SQLite checks neither before a query meets it.

use rusqlite::Connection;

use crate::schema::{Name, Schema, TableKind};

/// Brings the full-text indexes that do not match their content up to date, as an application does that writes to both,
/// and returns those for which that fails.
///
/// The rows of a rehearsal are written to the content alone, unless triggers write to the index.
pub(crate) fn freshen(conn: &Connection, schema: &Schema) -> Vec<Name> {
    let mut left: Vec<_> = stale(conn, schema).into_iter().map(|(index, _)| index).collect();
    left.retain(|index| {
        let index = index.quoted();
        conn.execute_batch(&format!("INSERT INTO main.{index} ({index}) VALUES ('rebuild')"))
            .is_err()
    });
    left
}

/// The full-text indexes that do not match their content, with SQLite's words.
pub(crate) fn stale(conn: &Connection, schema: &Schema) -> Vec<(Name, String)> {
    let tables = schema.tables.values().filter_map(|table| match &table.kind {
        TableKind::Virtual(module) => Some((&table.name, module.to_ascii_lowercase())),
        _ => None,
    });
    let check = |(name, module): (&Name, String)| {
        let table = name.quoted();
        let sql = match module.as_str() {
            // With a rank other than zero, FTS5 compares with the table that holds the content.
            "fts5" => {
                format!("INSERT INTO main.{table} ({table}, rank) VALUES ('integrity-check', 1)")
            }
            "fts3" | "fts4" => {
                format!("INSERT INTO main.{table} ({table}) VALUES ('integrity-check')")
            }
            _ => return None,
        };
        let error = conn.execute_batch(&sql).err()?;
        Some((name.clone(), migratory_runtime::__private::message(&error, &sql).0))
    };
    tables.filter_map(check).collect()
}
