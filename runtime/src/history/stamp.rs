//! The stamp in a database's header, which says that there is nothing to do.
//!
//! `user_version` holds a mix of the set's chain and of SQLite's schema cookie after the last run.
//! SQLite changes the cookie with every change of the schema, so a matching stamp means that the
//! set is applied and that nobody has changed the schema since. Both numbers are in the first
//! hundred bytes of the file, and reading them doesn't parse the schema.

use migratory_core::stamp::stamp;
use rusqlite::Connection;

use crate::db::header;
use crate::db::query;
use crate::history::read::History;
use crate::history::write;
use crate::{Checksum, MigrationSet};

/// Returns whether the stamp says that the migrations of this chain are applied and the schema is
/// unchanged.
///
/// Reads two numbers from the file's header, or only the first if there is no stamp.
pub(crate) fn is_current(conn: &Connection, chain: Checksum) -> rusqlite::Result<bool> {
    let mut is_current = false;
    query::rows(conn, header::USER_VERSION, &[], &mut |row| {
        let found: i32 = row.get(0)?;
        // The first statement is still open, so both numbers are read under the same lock.
        is_current = found != 0 && found == stamp(chain, header::cookie(conn)?);
        Ok(false)
    })?;
    Ok(is_current)
}

/// Returns `user_version` if the runner may overwrite it: it is unset, or the last run set it.
pub(crate) fn ours(conn: &Connection, history: &History) -> rusqlite::Result<Option<i32>> {
    let found = header::user_version(conn)?;
    let recorded = history.last().map_or(0, |entry| entry.stamp);
    Ok((found == 0 || found == recorded).then_some(found))
}

/// Returns the stamp that a database with this history should have; zero if a start must read the
/// history.
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

/// Stamps the database, if `user_version` is still the value `ours` from before the run.
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

/// Restores the stamps that an abandoned change removed.
pub(crate) fn restore(conn: &Connection, user_version: i32, last: i32) -> rusqlite::Result<()> {
    write::set_stamp(conn, last)?;
    header::set_user_version(conn, user_version)
}
