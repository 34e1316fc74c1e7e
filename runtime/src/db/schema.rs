//! The objects of a schema, and their fingerprint.

use migratory_core::fingerprint::{Fingerprint, object};
use rusqlite::Connection;

use crate::Checksum;
use crate::db::query;

/// The name of the table with the history, which is not part of the schema.
pub(crate) const HISTORY: &str = "migratory_history";

/// An object of a schema, as SQLite stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// `table`, `index`, `trigger` or `view`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The table that it belongs to; for a table or view, its own name.
    pub(crate) table: String,
    pub(crate) sql: String,
}

impl Object {
    pub(crate) fn digest(&self) -> Checksum {
        object([&self.kind, &self.name, &self.table, &self.sql])
    }
}

/// Returns the objects of the schema, without the history and SQLite's internal objects.
pub(crate) fn objects(conn: &Connection) -> rusqlite::Result<Vec<Object>> {
    let mut objects = Vec::new();
    each(conn, &mut |[kind, name, table, sql]| {
        let [kind, name, table, sql] = [kind, name, table, sql].map(str::to_owned);
        objects.push(Object { kind, name, table, sql });
    })?;
    Ok(objects)
}

/// Returns whether the schema has no objects.
pub(crate) fn is_empty(conn: &Connection) -> rusqlite::Result<bool> {
    let mut is_empty = true;
    each(conn, &mut |_| is_empty = false)?;
    Ok(is_empty)
}

fn each(conn: &Connection, see: &mut dyn FnMut([&str; 4])) -> rusqlite::Result<()> {
    let sql = "SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema \
         WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> ?1";
    query::rows(conn, sql, &[&HISTORY], &mut |row| {
        let field = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        see([field(0)?, field(1)?, field(2)?, field(3)?]);
        Ok(true)
    })
}

/// Computes the fingerprint of the schema, which ignores blanks, comments, case, and quotes that
/// change nothing.
pub(crate) fn fingerprint(conn: &Connection) -> rusqlite::Result<Checksum> {
    fingerprint_of(conn, &|_, _| true)
}

/// Computes the fingerprint of the objects that `counts` accepts by their names and tables.
pub(crate) fn fingerprint_of(
    conn: &Connection,
    counts: &dyn Fn(&str, &str) -> bool,
) -> rusqlite::Result<Checksum> {
    let mut fingerprint = Fingerprint::default();
    each(conn, &mut |fields| {
        if counts(fields[1], fields[2]) {
            fingerprint.add(&object(fields));
        }
    })?;
    Ok(fingerprint.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(sql: &str) -> Checksum {
        let conn = Connection::open_in_memory().expect("a database in memory");
        conn.execute_batch(sql).expect("a schema");
        fingerprint(&conn).expect("a fingerprint")
    }

    #[test]
    fn a_fingerprint_ignores_spelling_and_reflects_meaning() {
        let shipped = schema("CREATE TABLE a (b TEXT DEFAULT 'x'); CREATE INDEX c ON a (b);");
        for same in [
            "create table \"a\" (\n  [b] text default 'x' -- note\n); CREATE INDEX C ON a(b);",
            "CREATE TABLE t (b TEXT DEFAULT 'x'); ALTER TABLE t RENAME TO a; CREATE INDEX c ON a (b)",
        ] {
            assert_eq!(shipped, schema(same), "{same}");
        }
        for other in [
            "CREATE TABLE a (b TEXT DEFAULT 'x');",
            "CREATE TABLE a (b TEXT DEFAULT 'X'); CREATE INDEX c ON a (b);",
            "CREATE TABLE a (b TEXT DEFAULT 'x'); CREATE INDEX d ON a (b);",
            "CREATE TABLE a (b TEXT DEFAULT \"X\"); CREATE INDEX c ON a (b);",
            "CREATE TABLE a (b TEXT DEFAULT 'x'); CREATE INDEX c ON a (b); CREATE VIEW v AS SELECT 1;",
        ] {
            assert_ne!(shipped, schema(other), "{other}");
        }
    }
}
