//! The status of a database.

use std::fmt;
use std::time::Duration;

use migratory_core::{Align, Table};
use rusqlite::Connection;

use crate::config::Config;
use crate::error::Error;
use crate::history::read::{Entry, History};
use crate::inspect::drift::Drift;
use crate::inspect::verify;
use crate::{Migration, MigrationSet, Version, time};

/// The status of a database: which migrations are applied, pending or changed. `Display` shows it
/// as a table.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// let runner = migrations::runner();
/// runner.to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
/// let status = runner.status(&conn)?;
/// println!("{status}"); // a table with a line for each migration
/// assert_eq!(status.current(), Some(migrations::V1_INITIAL_SCHEMA));
/// assert_eq!(status.pending(), 1);
/// assert!(!status.is_up_to_date() && !status.is_drifted());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    migrations: Vec<MigrationStatus>,
    drifted: bool,
    drift: Option<Drift>,
}

/// The status of one migration: its state, and when it was applied.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::State;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # migrations::runner().up(&mut conn)?;
/// // Which migration came last, and when: the first question about a slow night.
/// let status = migrations::runner().status(&conn)?;
/// let last = status.migrations().iter().max_by_key(|it| it.applied_at).expect("two migrations");
/// println!("{} at {:?}, took {:?}", last.name, last.applied_at, last.duration);
/// assert!(last.state == State::Applied && last.applied_at.is_some_and(|at| at > 1_700_000_000));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The version of the migration.
    pub version: Version,
    /// The name of the migration.
    pub name: String,
    /// Whether it is applied.
    pub state: State,
    /// When it was applied, in Unix seconds.
    pub applied_at: Option<i64>,
    /// How long it took to apply.
    pub duration: Option<Duration>,
}

/// Whether a migration is applied, pending, changed or half-way.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::State;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # migrations::runner().up(&mut conn)?;
/// // The release that knows only migration 1, on a database that a newer one has migrated.
/// let status = older_release::runner().status(&conn)?;
/// let unknown = status.migrations().iter().filter(|it| it.state == State::Unknown);
/// assert_eq!(unknown.count(), 1);
/// assert_eq!(State::Unknown.to_string(), "applied, unknown here");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It is applied.
    Applied,
    /// It is not applied yet.
    Pending,
    /// It is not applied, but one above it is: [`Runner::up`](crate::Runner::up) will refuse it.
    OutOfOrder,
    /// It is applied, and its text has changed since.
    Changed,
    /// It is applied, and this program doesn't know it.
    Unknown,
    /// It is a `no-transaction` migration that is running or stopped half-way.
    Dirty,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::OutOfOrder => "pending, out of order",
            Self::Changed => "applied, changed since",
            Self::Unknown => "applied, unknown here",
            Self::Dirty => "dirty",
        })
    }
}

impl Status {
    pub(crate) fn read(conn: &Connection, config: &Config<'_>) -> Result<Self, Error> {
        let history = History::read(conn, config.set)?;
        let drifted = verify::is_changed(conn, config, &history)?;
        // If the migrations can't be replayed, the fingerprints still show that the schema differs.
        let drift = if drifted { verify::drift(conn, config).ok() } else { None };
        Ok(Self { migrations: standings(config.set, &history), drifted, drift })
    }

    /// Returns the migrations of the set and those that only the database has, in order.
    ///
    /// See [`MigrationStatus`] for an example.
    pub fn migrations(&self) -> &[MigrationStatus] {
        &self.migrations
    }

    /// Returns the newest applied version; `None` if there is none.
    pub fn current(&self) -> Option<Version> {
        self.migrations
            .iter()
            .rev()
            .find(|standing| standing.applied_at.is_some())
            .map(|it| it.version)
    }

    /// Returns how many migrations of the set are not applied.
    pub fn pending(&self) -> usize {
        self.count(|state| matches!(state, State::Pending | State::OutOfOrder))
    }

    /// Returns whether exactly the migrations of the set are applied, all of them unchanged.
    pub fn is_up_to_date(&self) -> bool {
        self.count(|state| state != State::Applied) == 0
    }

    /// Returns whether anything but a migration has changed the schema since the last run that
    /// changed it.
    pub fn is_drifted(&self) -> bool {
        self.drifted
    }

    fn count(&self, counts: impl Fn(State) -> bool) -> usize {
        self.migrations.iter().filter(|standing| counts(standing.state)).count()
    }
}

fn standings(set: &MigrationSet<'_>, history: &History) -> Vec<MigrationStatus> {
    let newest = history.last().map(|entry| entry.version);
    let pending = set.migrations().iter().filter(|it| history.get(it.version()).is_none());
    let mut standings: Vec<_> = history.entries.iter().map(|entry| applied(set, entry)).collect();
    standings.extend(pending.map(|migration| MigrationStatus {
        version: migration.version(),
        name: migration.name().to_owned(),
        state: if Some(migration.version()) < newest { State::OutOfOrder } else { State::Pending },
        applied_at: None,
        duration: None,
    }));
    standings.sort_unstable_by_key(|standing| standing.version);
    standings
}

fn applied(set: &MigrationSet<'_>, entry: &Entry) -> MigrationStatus {
    let state = match set.get(entry.version).map(Migration::checksum) {
        _ if entry.underway.is_some() => State::Dirty,
        None => State::Unknown,
        Some(checksum) if checksum != entry.checksum => State::Changed,
        Some(_) => State::Applied,
    };
    MigrationStatus {
        version: entry.version,
        name: entry.name.clone(),
        state,
        applied_at: Some(entry.applied_at),
        duration: u64::try_from(entry.duration_ms).ok().map(Duration::from_millis),
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let align = [Align::Right, Align::Left, Align::Left, Align::Left, Align::Right];
        let mut table = Table::new(align);
        table.row(["version", "name", "state", "applied at (UTC)", "took"].map(str::to_owned));
        for standing in &self.migrations {
            table.row([
                standing.version.to_string(),
                standing.name.clone(),
                standing.state.to_string(),
                standing.applied_at.map(time::utc).unwrap_or_default(),
                standing.duration.map(whole_ms).unwrap_or_default(),
            ]);
        }
        let applied = self.migrations.iter().filter(|it| it.applied_at.is_some()).count();
        write!(f, "{table}\n{applied} applied, {} pending", self.pending())?;
        if self.drifted {
            f.write_str("\nthe schema was changed by something other than a migration")?;
        }
        match self.drift.as_ref().map(Drift::summary) {
            Some(summary) if !summary.is_empty() => write!(f, ": {summary}"),
            _ => Ok(()),
        }
    }
}

/// The history stores whole milliseconds.
fn whole_ms(duration: Duration) -> String {
    match duration.as_millis() {
        0 => "< 1 ms".to_owned(),
        ms @ 1..1000 => format!("{ms} ms"),
        _ => time::took(duration),
    }
}
