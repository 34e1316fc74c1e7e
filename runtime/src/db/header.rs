//! The two numbers in a database file's header that decide whether there is anything to do.

use rusqlite::Connection;

use crate::db::query;

pub(crate) const USER_VERSION: &str = "PRAGMA main.user_version";

pub(crate) fn user_version(conn: &Connection) -> rusqlite::Result<i32> {
    query::value(conn, USER_VERSION)
}

/// Returns the schema cookie, a number that SQLite changes with every change of the schema.
pub(crate) fn cookie(conn: &Connection) -> rusqlite::Result<i32> {
    query::value(conn, "PRAGMA main.schema_version")
}

pub(crate) fn set_user_version(conn: &Connection, value: i32) -> rusqlite::Result<()> {
    conn.execute_batch(&format!("PRAGMA main.user_version = {value}"))
}
