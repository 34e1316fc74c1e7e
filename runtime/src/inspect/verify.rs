//! Compares a live schema with the one the migrations produce, and one database's schema with
//! another's.

use migratory_core::{Goal, Migration};
use rusqlite::Connection;

use crate::api::config::Config;
use crate::db::schema;
use crate::error::Result;
use crate::error::kind::ErrorKind;
use crate::history::read::History;
use crate::inspect::drift::Drift;
use crate::inspect::ignore::Ignore;
use crate::plan;
use crate::plan::newer::NewerDatabase;

/// Compares the live schema with the one the applied migrations produce.
pub(crate) fn drift(conn: &Connection, config: &Config<'_>) -> Result<Drift, ErrorKind> {
    let history = History::read(conn, config.set)?;
    if let Some((entry, underway)) = history.underway() {
        return Err(underway.refusal(entry));
    }
    plan::plan(config.set, &history, Goal::Down(0), NewerDatabase::Refuse)?;
    let version = history.last().map(|entry| entry.version);
    let expected = config.scratch.schema(config.set, version)?;
    Ok(Drift::between(version, &expected, &schema::objects(conn)?, &config.ignore))
}

impl Drift {
    /// Compares the schema of one database with the expected schema of another.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// use migratory::Drift;
    /// use rusqlite::Connection;
    ///
    /// let (expected, found) = (Connection::open_in_memory()?, Connection::open_in_memory()?);
    /// expected.execute_batch("CREATE TABLE note (text TEXT)")?;
    /// let drift = Drift::of(&expected, &found)?;
    /// assert!(drift.differences()[0].is_missing());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails if one of them can't be read.
    pub fn of(expected: &Connection, found: &Connection) -> Result<Self> {
        let (expected, found) = (schema::objects(expected)?, schema::objects(found)?);
        Ok(Self::between(None, &expected, &found, &Ignore::NONE))
    }
}

/// Returns whether the schema differs both from the one that the last run left and from the
/// rehearsed one, also after leaving out ignored objects.
///
/// These two may differ from each other: a database may hold the application's own tables, and an
/// older SQLite spells a renamed table differently.
pub(crate) fn is_changed(
    conn: &Connection,
    config: &Config<'_>,
    history: &History,
) -> rusqlite::Result<bool> {
    let Some(last) = history.last() else { return Ok(false) };
    let proven = config.set.get(last.version).and_then(Migration::schema);
    let expected: Vec<_> = last.schema.into_iter().chain(proven).collect();
    if expected.is_empty() || expected.contains(&schema::fingerprint(conn)?) {
        return Ok(false);
    }
    let objects = schema::objects(conn)?;
    let own = schema::fingerprint_of(objects.iter().filter(|object| !config.ignore.covers(object)));
    Ok(!expected.contains(&own))
}
