//! Reads the columns, keys and tables of the database with PRAGMA statements.
//!
//! Their table-valued functions, such as `pragma_table_info('t')`, can be shadowed by a table or
//! view of that name in the database. A PRAGMA statement can't be.

use migratory_core::sql::quotes::quoted;
use rusqlite::{Connection, Row};

use crate::db::query;

/// A column of a table.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) declared_type: String,
    /// The position in the primary key, from 1; 0 if the column isn't part of it.
    pub(crate) primary_key: i64,
}

/// One column of a foreign key.
pub(crate) struct KeyColumn {
    /// SQLite's number of the key within the table.
    pub(crate) id: i64,
    pub(crate) parent: String,
    pub(crate) from: String,
    /// The parent's column; `None` if the key doesn't name it.
    pub(crate) to: Option<String>,
    pub(crate) on_update: String,
    pub(crate) on_delete: String,
}

/// Returns the columns that an INSERT fills, without hidden and generated ones.
pub(crate) fn plain_columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    query::texts(conn, &of_table("table_info", table), &[], 1)
}

/// Returns the columns of a table or view of the main database, including hidden and generated
/// ones; none if it doesn't exist.
pub(crate) fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    rows(conn, "table_xinfo", table, |row| {
        Ok(Column { name: row.get(1)?, declared_type: row.get(2)?, primary_key: row.get(5)? })
    })
}

/// Returns the foreign keys of a table of the main database, ordered by number and then by column.
pub(crate) fn foreign_keys(conn: &Connection, table: &str) -> rusqlite::Result<Vec<KeyColumn>> {
    let mut columns = rows(conn, "foreign_key_list", table, |row| {
        let key = KeyColumn {
            id: row.get(0)?,
            parent: row.get(2)?,
            from: row.get(3)?,
            to: row.get(4)?,
            on_update: row.get(5)?,
            on_delete: row.get(6)?,
        };
        Ok((key, row.get::<_, i64>(1)?))
    })?;
    columns.sort_unstable_by_key(|(key, seq)| (key.id, *seq));
    Ok(columns.into_iter().map(|(key, _)| key).collect())
}

/// Returns the tables of the main database, ordered by name.
pub(crate) fn tables(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name";
    query::texts(conn, sql, &[], 0)
}

fn rows<T>(
    conn: &Connection,
    pragma: &str,
    table: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    query::all(conn, &of_table(pragma, table), &[], read)
}

fn of_table(pragma: &str, table: &str) -> String {
    format!("PRAGMA main.{pragma}({})", quoted(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_database_shadows_a_pragma() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch(
            "CREATE TABLE pragma_table_xinfo (x); CREATE TABLE pragma_table_info (x); CREATE VIEW pragma_foreign_key_list AS SELECT 1;
             CREATE TABLE \"a\"\"b\" (id INTEGER PRIMARY KEY, c TEXT AS (id), d REFERENCES e ON DELETE CASCADE,
                 f, g, FOREIGN KEY (g, f) REFERENCES h (i, j));
             CREATE TEMP TABLE \"a\"\"b\" (other);",
        )?;
        let columns: Vec<_> = columns(&conn, "A\"B")?
            .into_iter()
            .map(|it| (it.name, it.declared_type, it.primary_key))
            .collect();
        let expected =
            [("id", "INTEGER", 1), ("c", "TEXT", 0), ("d", "", 0), ("f", "", 0), ("g", "", 0)];
        assert_eq!(
            columns,
            expected.map(|(name, kind, key)| (name.to_owned(), kind.to_owned(), key))
        );
        assert_eq!(plain_columns(&conn, "a\"b")?, ["id", "d", "f", "g"]);
        let keys = foreign_keys(&conn, "a\"b")?.into_iter();
        let keys: Vec<_> = keys
            .map(|it| format!("{} {} {} {:?} {}", it.id, it.parent, it.from, it.to, it.on_delete))
            .collect();
        let expected =
            ["0 h g Some(\"i\") NO ACTION", "0 h f Some(\"j\") NO ACTION", "1 e d None CASCADE"];
        assert_eq!(keys, expected);
        assert_eq!(tables(&conn)?, ["a\"b", "pragma_table_info", "pragma_table_xinfo"]);
        Ok(())
    }
}
