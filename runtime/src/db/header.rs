//! The two numbers of a database file's header that a start goes by.

use rusqlite::Connection;

pub(crate) const USER_VERSION: &str = "PRAGMA main.user_version";

pub(crate) fn user_version(conn: &Connection) -> rusqlite::Result<i32> {
    conn.query_row(USER_VERSION, [], |row| row.get(0))
}

/// The number that SQLite moves at every change of the schema.
pub(crate) fn cookie(conn: &Connection) -> rusqlite::Result<i32> {
    conn.query_row("PRAGMA main.schema_version", [], |row| row.get(0))
}

pub(crate) fn set_user_version(conn: &Connection, value: i32) -> rusqlite::Result<()> {
    conn.execute_batch(&format!("PRAGMA main.user_version = {value}"))
}
