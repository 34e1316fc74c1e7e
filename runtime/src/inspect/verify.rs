//! Compares a live schema with the one the migrations produce, and one database's schema with
//! another's.

use migratory_core::{Goal, Migration};
use rusqlite::Connection;

use crate::config::Config;
use crate::db::schema;
use crate::error::Error;
use crate::error::Result;
use crate::history::read::History;
use crate::inspect::drift::Drift;
use crate::inspect::ignore::Ignore;
use crate::plan::Planner;
use crate::plan::newer::NewerDatabase;
use crate::{Checksum, Version};

/// Compares the live schema with the one the applied migrations produce.
pub(crate) fn drift(conn: &Connection, config: &Config<'_>) -> Result<Drift, Error> {
    let history = History::read(conn, config.set)?;
    if let Some((entry, underway)) = history.underway() {
        return Err(underway.refusal(entry));
    }
    Planner::ANY.plan(config.set, &history, Goal::Down(0), NewerDatabase::Refuse)?;
    drift_from(conn, config, history.last().map(|entry| entry.version))
}

/// Compares the live schema with the one that the migrations up to a version produce.
///
/// They are replayed in memory only if the schema is not the one that the rehearsal proved: the
/// program may have been built without a rehearsal, and another SQLite may spell the same schema
/// differently.
pub(crate) fn drift_from(
    conn: &Connection,
    config: &Config<'_>,
    version: Option<Version>,
) -> Result<Drift, Error> {
    let proven = version.and_then(|version| config.set.get(version)?.schema());
    if proven.is_some() && proven == Some(own_fingerprint(conn, config)?) {
        return Ok(Drift::between(version, &[], &[], &config.ignore));
    }
    let found = schema::objects(conn)?;
    let expected = config.scratch.schema(config.set, version)?;
    Ok(Drift::between(version, &expected, &found, &config.ignore))
}

/// Computes the fingerprint of the schema without ignored objects.
fn own_fingerprint(conn: &Connection, config: &Config<'_>) -> rusqlite::Result<Checksum> {
    schema::fingerprint_of(conn, &|name, table| !config.ignore.covers_any(name, table))
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
    Ok(!expected.contains(&own_fingerprint(conn, config)?))
}
