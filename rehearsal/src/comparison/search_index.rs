//! Checks whether full-text indexes match their content.
//!
//! FTS5 and FTS4 find rows by rowid. An index whose content is another table is valid only as long
//! as that table keeps its name and its rowids, and SQLite checks neither until a query depends on
//! it.

use rusqlite::Connection;

use crate::schema::{Name, Schema, TableKind};

/// Rebuilds full-text indexes that do not match their content, and returns those for which that
/// fails.
///
/// An application writes to both; the rows of a rehearsal are written to the content only, unless
/// triggers write to the index.
pub(crate) fn freshen(conn: &Connection, schema: &Schema) -> Vec<Name> {
    let mut left: Vec<_> = stale(conn, schema).into_iter().map(|(index, _)| index).collect();
    left.retain(|index| {
        let index = index.quoted();
        conn.execute_batch(&format!("INSERT INTO main.{index} ({index}) VALUES ('rebuild')"))
            .is_err()
    });
    left
}

/// Returns the full-text indexes that do not match their content, with SQLite's message.
pub(crate) fn stale(conn: &Connection, schema: &Schema) -> Vec<(Name, String)> {
    let tables = schema.tables.values().filter_map(|table| match &table.kind {
        TableKind::Virtual(module) => Some((&table.name, module.to_ascii_lowercase())),
        _ => None,
    });
    let check = |(name, module): (&Name, String)| {
        let table = name.quoted();
        let sql = match module.as_str() {
            // With a rank other than zero, FTS5 compares the index with its content table.
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
