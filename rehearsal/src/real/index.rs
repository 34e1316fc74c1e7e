//! Checks full-text indexes of a real database.

use rusqlite::{self, Connection};

use super::harmless_text::harmless;
use crate::comparison::search_index;
use crate::schema::Schema;

/// Returns the full-text indexes that do not match their content, each with SQLite's message.
///
/// SQLite's check is an INSERT, so it needs a connection that may write, though it changes nothing.
///
/// # Errors
///
/// Fails if the schema can't be read.
pub fn stale_indexes(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let stale = search_index::stale(conn, &Schema::read(conn)?);
    Ok(stale.into_iter().map(|(name, why)| (harmless(name.as_str()), harmless(&why))).collect())
}
