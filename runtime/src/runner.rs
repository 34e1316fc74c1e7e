//! What an application calls.

use rusqlite::{Connection, Transaction as Snapshot, TransactionBehavior};

use crate::error::{Error, ErrorKind, Result};
use crate::history::{self, History};
use crate::plan::{self, Goal, Plan, Target, Transaction};
use crate::repair::{self, Repair};
use crate::report::Report;
use crate::run::Run;
use crate::status::Status;
use crate::{MigrationSet, stamp, watch};

/// Brings databases to a version of a set of migrations.
///
/// `embed_migrations!` emits a function `migrations::runner()` that makes one. It holds no connection,
/// and may be copied and kept.
///
/// Whatever happens, the connection leaves with the pragmas that it came with, and outside of any
/// transaction. How long a locked database is waited for is the connection's `busy_timeout`.
///
/// ```
/// use migratory_runtime::{Checksum, Down, Migration, MigrationSet, Mode, Runner, Script, Version};
///
/// // What `embed_migrations!` writes down.
/// let (up, down) = ("CREATE TABLE note (text TEXT);", "DROP TABLE note;");
/// let checksum = Checksum::of_script(up);
/// let migrations = [Migration::new(
///     Version::new(1),
///     "initial_schema",
///     Script::new("migrations/1_initial_schema.up.sql", up, Mode::Transaction),
///     Down::Script(Script::new("migrations/1_initial_schema.down.sql", down, Mode::Transaction)),
///     checksum,
///     Checksum::chained(None, Version::new(1), checksum),
/// )];
/// let set = MigrationSet::new(&migrations);
///
/// let mut conn = rusqlite::Connection::open_in_memory()?;
/// let runner = Runner::new(&set);
/// assert_eq!(runner.up(&mut conn)?.steps().len(), 1);
/// assert!(runner.up(&mut conn)?.is_empty());
/// assert!(runner.status(&conn)?.is_up_to_date());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a runner does nothing before one of its methods is called on a connection"]
pub struct Runner<'a> {
    set: &'a MigrationSet<'a>,
    transaction: Transaction,
}

impl<'a> Runner<'a> {
    /// A runner of this set.
    pub const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self { set, transaction: Transaction::PerRun }
    }

    /// Sets how much goes into one transaction; all that is pending, unless told otherwise.
    pub const fn transaction(self, transaction: Transaction) -> Self {
        Self { transaction, ..self }
    }

    /// The set that it runs.
    pub const fn migrations(&self) -> &'a MigrationSet<'a> {
        self.set
    }

    /// Applies all that is pending.
    ///
    /// All of it goes in one IMMEDIATE transaction together with its history: the database is brought
    /// to the newest version or left as it was. Migrations that run with foreign keys off or outside of
    /// a transaction cut the run there. Any number of processes may call this at once.
    ///
    /// Where there is nothing to do, this reads two numbers of the file's header, and takes no lock.
    ///
    /// # Errors
    /// If a statement fails, if the database's history does not fit the set, or if SQLite fails; see
    /// [`ErrorKind`]. [`Error::report`] says what had been done before.
    pub fn up(&self, conn: &mut Connection) -> Result<Report> {
        self.watch()?;
        if self.is_current(conn)? {
            return Ok(Report::default());
        }
        self.start(conn, Goal::To(Target::Latest))
    }

    /// Goes up or down to exactly this target.
    ///
    /// What is above it is reverted, the newest first; what is pending up to it is applied.
    ///
    /// # Errors
    /// As [`up`](Self::up); and if the set has no such version, or if one that would have to be
    /// reverted is irreversible, in which case nothing is changed.
    pub fn to(&self, conn: &mut Connection, target: impl Into<Target>) -> Result<Report> {
        self.run(conn, Goal::To(target.into()))
    }

    /// Reverts the newest `count` migrations, or all where there are fewer.
    ///
    /// # Errors
    /// As [`to`](Self::to).
    pub fn down(&self, conn: &mut Connection, count: usize) -> Result<Report> {
        self.run(conn, Goal::Down(count))
    }

    /// Reverts the newest migration and applies it again, for one that is still being written.
    ///
    /// If its text changed since it was applied, it is reverted by the down that was stored then, and
    /// applied as it is now.
    ///
    /// # Errors
    /// As [`to`](Self::to).
    pub fn redo(&self, conn: &mut Connection) -> Result<Report> {
        self.run(conn, Goal::Redo)
    }

    /// How the database stands to the set. Changes nothing.
    ///
    /// # Errors
    /// If the history can't be read. A history that does not fit the set is no error here, but shown.
    pub fn status(&self, conn: &Connection) -> Result<Status> {
        read(conn, || Status::read(conn, self.set))
    }

    /// The steps that [`to`](Self::to) would take, in order. Changes nothing.
    ///
    /// # Errors
    /// Where [`to`](Self::to) would refuse to begin.
    pub fn plan(&self, conn: &Connection, target: impl Into<Target>) -> Result<Plan> {
        let goal = Goal::To(target.into());
        read(conn, || plan::plan(self.set, &History::read(conn, self.set)?, goal))
    }

    /// Writes into the history what a person decided about it.
    ///
    /// Where there is nothing of that kind to repair, nothing changes.
    ///
    /// # Errors
    /// If the set has no such version, or if the database can't be written.
    pub fn repair(&self, conn: &mut Connection, repair: Repair) -> Result<()> {
        repair::repair(conn, self.set, repair).map_err(|kind| Error::new(kind, Report::default()))
    }

    fn is_current(&self, conn: &Connection) -> Result<bool> {
        match self.set.latest() {
            Some(latest) if conn.is_autocommit() => Ok(stamp::is_current(conn, latest.chain())?),
            _ => Ok(false),
        }
    }

    fn run(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        self.watch()?;
        self.start(conn, goal)
    }

    fn watch(&self) -> Result<()> {
        watch::check(self.set).map_err(|kind| Error::new(kind, Report::default()))
    }

    fn start(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        let report = Report::default();
        let (found, needed) =
            (rusqlite::version_number(), self.set.min_sqlite().max(history::MIN_SQLITE));
        if found < needed {
            return Err(Error::new(ErrorKind::OldSqlite { found, needed }, report));
        }
        let mut run = Run { conn, set: self.set, transaction: self.transaction, report };
        match run.run(goal) {
            Ok(()) => Ok(run.report),
            Err(kind) => Err(Error::new(kind, run.report)),
        }
    }
}

/// Reads from one state of the database: in the connection's transaction, or in one of its own.
fn read<T>(conn: &Connection, look: impl FnOnce() -> Result<T, ErrorKind>) -> Result<T> {
    let snapshot = if conn.is_autocommit() {
        Some(Snapshot::new_unchecked(conn, TransactionBehavior::Deferred)?)
    } else {
        None
    };
    let found = look();
    drop(snapshot);
    found.map_err(|kind| Error::new(kind, Report::default()))
}
