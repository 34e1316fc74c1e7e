//! Records migrations as applied in a database without a history, after comparing its schema.

use std::fmt;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::adopt::mismatch::Mismatch;
use crate::adopt::recorded::recorded;
use crate::config::Config;
use crate::db::header;
use crate::db::schema;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::read::History;
use crate::history::stamp;
use crate::history::write::{self, Recorder, Row};
use crate::history::{shape, table};
use crate::inspect::verify::drift_from;
use crate::origin::Origin;
use crate::{Migration, Version};

/// The result of [`Runner::baseline`](crate::Runner::baseline) or [`Runner::adopt`](crate::Runner::adopt): the
/// migrations that were recorded as applied.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")?;
/// let adoption = migrations::runner().baseline(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
/// println!("{adoption}"); // recorded 1 migration as applied, up to 1
/// assert_eq!(adoption.versions(), [migrations::V1_INITIAL_SCHEMA]);
/// assert!(adoption.edited().is_empty());
///
/// // At the next start, there is a history, and nothing to record.
/// assert!(migrations::runner().baseline(&mut conn, migrations::V1_INITIAL_SCHEMA)?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    versions: Vec<Version>,
    edited: Vec<Version>,
}

impl Adoption {
    /// Returns the migrations recorded as applied, oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Returns those whose text differs from what the other library applied, by the checksum that
    /// it stored.
    ///
    /// Their schema is the same, or nothing would have been recorded. If only comments differ,
    /// there is nothing to do.
    pub fn edited(&self) -> &[Version] {
        &self.edited
    }

    /// Returns whether there was nothing to record: the database is empty, or already has a
    /// history.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }
}

impl fmt::Display for Adoption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(newest) = self.versions.last() else {
            return f.write_str("nothing to record");
        };
        let count = self.versions.len();
        let migrations = if count == 1 { "migration" } else { "migrations" };
        write!(f, "recorded {count} {migrations} as applied, up to {newest}")?;
        if self.edited.is_empty() {
            return Ok(());
        }
        let edited: Vec<_> = self.edited.iter().map(ToString::to_string).collect();
        write!(f, "; edited since they were applied, with the same schema: {}", edited.join(", "))
    }
}

/// Records the migrations up to this version, if the schema is the one they produce.
pub(crate) fn baseline(
    conn: &Connection,
    config: &Config<'_>,
    version: Version,
) -> Result<Adoption, Error> {
    if config.set.get(version).is_none() {
        let latest = config.set.latest().map(Migration::version);
        return Err(ErrorKind::NoSuchVersion { version, latest }.into());
    }
    let find = |conn: &Connection| {
        let is_empty = schema::objects(conn)?.iter().all(|object| config.ignore.covers(object));
        let upto =
            config.set.migrations().iter().map(Migration::version).take_while(|it| *it <= version);
        let versions = if is_empty { Vec::new() } else { upto.collect() };
        Ok(Adoption { versions, edited: Vec::new() })
    };
    take_over(conn, config, "baseline", &find, None)
}

/// Records the migrations that another library recorded.
pub(crate) fn adopt(
    conn: &Connection,
    config: &Config<'_>,
    origin: Origin,
) -> Result<Adoption, Error> {
    let find = |conn: &Connection| match recorded(conn, config.set, origin) {
        Ok(recorded) => Ok(Adoption { versions: recorded.versions, edited: recorded.edited }),
        Err(Mismatch::Absent) => Ok(Adoption::default()),
        Err(Mismatch::Sqlite(error)) => Err(error.into()),
        Err(mismatch) => Err(ErrorKind::Mismatch { origin, mismatch }.into()),
    };
    // `user_version` held that library's count. Migratory owns it from now on; otherwise there
    // could be no stamp.
    let count = match origin.table() {
        None => Some(header::user_version(conn)?),
        Some(_) => None,
    };
    take_over(conn, config, &format!("adopted from {origin}"), &find, count)
}

type Find<'f> = dyn Fn(&Connection) -> Result<Adoption, Error> + 'f;

fn take_over(
    conn: &Connection,
    config: &Config<'_>,
    remark: &str,
    find: &Find<'_>,
    user_version: Option<i32>,
) -> Result<Adoption, Error> {
    if !conn.is_autocommit() {
        return Err(ErrorKind::InTransaction.into());
    }
    config.check_sqlite()?;
    // A program may call this at each start, usually with nothing to record: then no lock is taken.
    let snapshot = Transaction::new_unchecked(conn, TransactionBehavior::Deferred)?;
    if is_tracked(conn, config)? || find(conn)?.is_empty() {
        return Ok(Adoption::default());
    }
    drop(snapshot);
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let found = find(conn)?;
    if is_tracked(conn, config)? || found.is_empty() {
        return Ok(Adoption::default());
    }
    shape::check_triggers(conn)?;
    complete(config, &found)?;
    same_schema(conn, config, &found)?;
    record_all(conn, config, &found, remark)?;
    let ours = match user_version {
        Some(count) => Some(count),
        None => stamp::ours(conn, &History::default())?,
    };
    stamp::write(conn, config.set, &History::read(conn, config.set)?, ours)?;
    transaction.commit()?;
    Ok(found)
}

fn is_tracked(conn: &Connection, config: &Config<'_>) -> Result<bool, Error> {
    Ok(!History::read(conn, config.set)?.entries.is_empty())
}

/// Refuses a record with gaps below its newest migration.
fn complete(config: &Config<'_>, found: &Adoption) -> Result<(), Error> {
    let Some(newest) = found.versions.last().and_then(|newest| config.set.get(*newest)) else {
        return Ok(());
    };
    let below = config.set.migrations().iter().take_while(|it| it.version() < newest.version());
    let absent = below.filter(|it| !found.versions.contains(&it.version()));
    let pending: Vec<_> = absent.map(|it| it.up().file().to_owned()).collect();
    if pending.is_empty() {
        return Ok(());
    }
    Err(ErrorKind::OutOfOrder { pending, applied: newest.up().file().to_owned() }.into())
}

fn same_schema(conn: &Connection, config: &Config<'_>, found: &Adoption) -> Result<(), Error> {
    let drift = drift_from(conn, config, found.versions.last().copied())?;
    if drift.is_empty() { Ok(()) } else { Err(ErrorKind::Differs { drift }.into()) }
}

fn record_all(
    conn: &Connection,
    config: &Config<'_>,
    found: &Adoption,
    remark: &str,
) -> Result<(), Error> {
    if !History::read(conn, config.set)?.exists {
        table::create(conn)?;
    }
    let mut recorder = Recorder::new(conn, write::with_mode);
    for migration in found.versions.iter().filter_map(|version| config.set.get(*version)) {
        recorder.insert(migration, Row { remark: Some(remark), ..Row::applied(0) })?;
    }
    Ok(write::set_schema(conn, schema::fingerprint(conn)?)?)
}
