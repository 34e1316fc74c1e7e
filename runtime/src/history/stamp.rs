//! The mark in a database's header that says "nothing to do".
//!
//! `user_version` holds a mix of the set's chain and of SQLite's schema cookie as it was when the runner
//! last looked. SQLite moves the cookie at every change of the schema, so a stamp that fits says both
//! that the set is applied and that nobody changed the schema since. Both numbers stand in the file's
//! first hundred bytes: reading them parses no schema.

use migratory_core::stamp::stamp;
use rusqlite::Connection;

use crate::db::header;
use crate::history::read::History;
use crate::history::write;
use crate::{Checksum, MigrationSet};

/// Whether the header says that the migrations of this chain are applied and the schema untouched since.
///
/// Reads two numbers of the file's header, and only the first where there is no stamp.
pub(crate) fn is_current(conn: &Connection, chain: Checksum) -> rusqlite::Result<bool> {
    let mut statement = conn.prepare(header::USER_VERSION)?;
    let mut rows = statement.query([])?;
    let found = rows.next()?.map_or(Ok(0), |row| row.get(0))?;
    // The statement stands on its row still: the second number is read under the lock of the first.
    Ok(found != 0 && found == stamp(chain, header::cookie(conn)?))
}

/// The `user_version`, if it is ours to overwrite: not set, or set by the last run.
pub(crate) fn ours(conn: &Connection, history: &History) -> rusqlite::Result<Option<i32>> {
    let found = header::user_version(conn)?;
    let recorded = history.last().map_or(0, |entry| entry.stamp);
    Ok((found == 0 || found == recorded).then_some(found))
}

/// The stamp that a database with this history should have; zero where a start must look closer.
pub(crate) fn due(
    conn: &Connection,
    set: &MigrationSet<'_>,
    history: &History,
) -> rusqlite::Result<i32> {
    match history.last().filter(|_| history.is_prefix_of(set)) {
        Some(last) => Ok(stamp(last.chain, header::cookie(conn)?)),
        None => Ok(0),
    }
}

/// Stamps the database, if `user_version` still is what was `ours` before the run.
pub(crate) fn write(
    conn: &Connection,
    set: &MigrationSet<'_>,
    history: &History,
    ours: Option<i32>,
) -> rusqlite::Result<()> {
    if ours != Some(header::user_version(conn)?) {
        return Ok(());
    }
    let due = due(conn, set, history)?;
    write::set_stamp(conn, due)?;
    header::set_user_version(conn, due)
}

/// Puts back what a change took away that came to nothing.
pub(crate) fn restore(conn: &Connection, user_version: i32, last: i32) -> rusqlite::Result<()> {
    write::set_stamp(conn, last)?;
    header::set_user_version(conn, user_version)
}
