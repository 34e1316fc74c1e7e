//! What an application calls.

use std::borrow::Cow;
use std::path::Path;

use migratory_core::{Direction, Goal, Plan, Target, Transaction};
use rusqlite::{Connection, Transaction as Snapshot, TransactionBehavior};

use crate::backup::{self, Backup, Demand, Restored};
use crate::code::{Code, CodeResult};
use crate::drift::Drift;
use crate::error::{Error, Result, bare};
use crate::history::{self, History};
use crate::ignore::Ignore;
use crate::kind::ErrorKind;
use crate::newer::NewerDatabase;
use crate::observe::{Audience, Event, Flow, Observer};
use crate::origin::Origin;
use crate::plan;
use crate::repair::{self, Repair};
use crate::replay::Scratch;
use crate::report::Report;
use crate::run::Run;
use crate::status::Status;
use crate::take_over::{self, TakenOver};
use crate::{MigrationSet, Version, schema, stamp, trace, watch};

/// Brings databases to a version of a set of migrations.
///
/// `embed_migrations!` emits a function `migrations::runner()` that makes one. It holds no connection,
/// and may be cloned and kept.
///
/// Whatever happens, the connection leaves with the pragmas that it came with, and outside of any
/// transaction. During a run, those that change what SQL does (`foreign_keys`, `legacy_alter_table`,
/// `case_sensitive_like` and others) have the values with which the migrations were rehearsed. How long a locked database is waited for is the connection's `busy_timeout`.
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
#[derive(Clone, Debug)]
#[must_use = "a runner does nothing before one of its methods is called on a connection"]
pub struct Runner<'a> {
    pub(crate) set: &'a MigrationSet<'a>,
    pub(crate) transaction: Transaction,
    pub(crate) newer: NewerDatabase,
    pub(crate) backup: Option<Backup<'a>>,
    pub(crate) code: Code<'a>,
    pub(crate) ignore: Ignore<'a>,
    pub(crate) scratch: Scratch<'a>,
    observer: Option<Observer<'a>>,
}

impl<'a> Runner<'a> {
    /// A runner of this set.
    pub const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self {
            set,
            transaction: Transaction::PerRun,
            newer: NewerDatabase::Refuse,
            backup: None,
            code: Code::NONE,
            ignore: Ignore::NONE,
            scratch: Scratch::DEFAULT,
            observer: None,
        }
    }

    /// Sets how much goes into one transaction; all that is pending, unless told otherwise.
    pub fn transaction(self, transaction: Transaction) -> Self {
        Self { transaction, ..self }
    }

    /// Sets what to do with a database that a newer program made; it is refused, unless told otherwise.
    pub fn newer_database(self, newer: NewerDatabase) -> Self {
        Self { newer, ..self }
    }

    /// Has the database copied before anything is changed; if nothing is to do, or the database holds nothing yet,
    /// nothing is copied.
    ///
    /// [`Report::backup`] says where the copy is, also in the [`report`](Error::report) of an error.
    pub fn backup(self, backup: Backup<'a>) -> Self {
        Self { backup: Some(backup), ..self }
    }

    /// Has a closure told what happens in a run. If it returns `Break`, the run is cancelled, and the database
    /// is as it was before (as far as it was not [`Committed`](Event::Committed) already).
    ///
    /// A long statement is told of several times a second from another thread, and can be cancelled then. The
    /// connection's hooks and handlers are not touched.
    ///
    /// ```
    /// # use migratory_runtime::{Event, MigrationSet, Runner};
    /// use std::ops::ControlFlow;
    ///
    /// # let set = MigrationSet::new(&[]);
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = Runner::new(&set).observer(|event| {
    ///     match event {
    ///         Event::Statement { step, nth, of, .. } => println!("{}: {nth} of {of}", step.name),
    ///         Event::Running { elapsed, .. } => println!("  for {} s", elapsed.as_secs()),
    ///         _ => {}
    ///     }
    ///     ControlFlow::Continue(())
    /// });
    /// runner.up(&mut conn)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observer(self, observer: impl Fn(&Event<'_>) -> Flow + Send + Sync + 'a) -> Self {
        Self { observer: Some(Observer::new(observer)), ..self }
    }

    /// Supplies the step in Rust of a migration whose up says `-- migratory: code`.
    ///
    /// It runs after the file's SQL, in the same transaction: what it returns as an error, or a panic, rolls
    /// all of it back. It may change rows, not the schema, which is what the rehearsal proves.
    ///
    /// ```
    /// # use migratory_runtime::{Runner, Version};
    /// # fn hash(token: &str) -> String { token.to_owned() }
    /// # const V5_HASH_TOKENS: Version = Version::new(5);
    /// # fn with(runner: Runner<'_>) -> Runner<'_> {
    /// runner.with(V5_HASH_TOKENS, |tx| {
    ///     let mut tokens = tx.prepare("SELECT id, token FROM session")?;
    ///     let mut rows = tokens.query([])?;
    ///     while let Some(row) = rows.next()? {
    ///         let (id, token): (i64, String) = (row.get(0)?, row.get(1)?);
    ///         tx.execute("UPDATE session SET token_hash = ?2 WHERE id = ?1", (id, hash(&token)))?;
    ///     }
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn with(
        mut self,
        version: Version,
        code: impl Fn(&Snapshot<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.code.add(version, Direction::Up, code);
        self
    }

    /// Supplies the step in Rust of a migration whose down says `-- migratory: code`.
    ///
    /// It runs before the file's SQL, as the mirror image of the way up, and is otherwise as [`with`](Self::with)
    /// says.
    pub fn with_down(
        mut self,
        version: Version,
        code: impl Fn(&Snapshot<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.code.add(version, Direction::Down, code);
        self
    }

    /// Declares objects that the application adds to the schema on purpose: they are no drift.
    ///
    /// In a name, `*` stands for any run of characters and `?` for one; case does not count. What hangs on a
    /// table of that name is ignored too. May be called several times.
    pub fn ignore(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.ignore.add(name.into());
        self
    }

    /// Sets how the database is opened in which [`verify`](Self::verify), [`baseline`](Self::baseline) and
    /// [`adopt`](Self::adopt) run the migrations to see which schema they make, and in which stored downs are tried; in
    /// memory by default.
    ///
    /// Needed by a set whose migrations call functions or collations that the application registers.
    pub fn scratch(
        self,
        open: impl Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a,
    ) -> Self {
        Self { scratch: Scratch::new(open), ..self }
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
    /// applied as it is now. A stored down runs behind the list that
    /// [`NewerDatabase::RollBack`] describes.
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
        read(conn, || Status::read(conn, self))
    }

    /// The steps that [`to`](Self::to) would take, in order. Changes nothing.
    ///
    /// # Errors
    /// Where [`to`](Self::to) would refuse to begin.
    pub fn plan(&self, conn: &Connection, target: impl Into<Target>) -> Result<Plan> {
        let goal = Goal::To(target.into());
        read(conn, || plan::plan(self.set, &History::read(conn, self.set)?, goal, self.newer))
    }

    /// In what the live schema differs from the one that the applied migrations make. Changes nothing.
    ///
    /// Each table, index, trigger and view that is missing, added or different is named, with its SQL. What the
    /// application adds on purpose can be left out with [`ignore`](Self::ignore).
    ///
    /// # Errors
    /// If the history can't be read, or has migrations that this program does not know; or if the migrations
    /// can't be run anew in memory, see [`scratch`](Self::scratch).
    pub fn verify(&self, conn: &Connection) -> Result<Drift> {
        read(conn, || self.drift(conn))
    }

    /// Records a database that existed before as being at this version, if its schema is that version's.
    ///
    /// A program may call this at each start: in an empty database, and in one that has a history, there is
    /// nothing to record.
    ///
    /// Rows can't be compared with anything: those that the migrations insert must be there already.
    ///
    /// # Errors
    /// If the schema is another one; the error names each difference, and nothing is recorded. If the set has no
    /// such version. If the database can't be read or written.
    pub fn baseline(&self, conn: &mut Connection, version: Version) -> Result<TakenOver> {
        bare(take_over::baseline(conn, self, version))
    }

    /// Takes a database over from another library: what that one recorded as applied is recorded here, if it
    /// is part of the set and the schema is what these migrations make.
    ///
    /// Its table stays. A program may call this at each start, before [`up`](Self::up): where there is no such
    /// table, or a history already, there is nothing to record.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Origin, Runner};
    /// # fn start(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory_runtime::Result<()> {
    /// runner.adopt(conn, Origin::Diesel)?;
    /// runner.up(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If it recorded a migration that is not in the set, one under another name, or one that it did not finish;
    /// if the schema is another one; if the database can't be read or written. Nothing is recorded then.
    pub fn adopt(&self, conn: &mut Connection, origin: Origin) -> Result<TakenOver> {
        bare(take_over::adopt(conn, self, origin))
    }

    /// Writes into the history what a person decided about it.
    ///
    /// Where there is nothing of that kind to repair, nothing changes. [`Repair::Edited`] holds the schema against
    /// the one that the migrations make with the new text, as [`baseline`](Self::baseline) does; what the
    /// application adds on purpose can be left out with [`ignore`](Self::ignore).
    ///
    /// A `no-transaction` migration that stopped half-way needs this only where the next run can't continue it, or is
    /// not to; see [`ErrorKind::Dirty`].
    ///
    /// # Errors
    /// If the set has no such version; if the schema is not that of the edited migrations: the error names each
    /// difference, and nothing is recorded; if the database can't be written.
    pub fn repair(&self, conn: &mut Connection, repair: Repair) -> Result<()> {
        bare(repair::repair(conn, self, repair))
    }

    /// Brings a database back to what a backup holds that these migrations made; see [`Backup::restore`].
    ///
    /// # Errors
    /// As [`Backup::restore`]; and if the backup has migrations that are not in the set, or none of the set's.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Restored, Runner};
    /// # fn back(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory_runtime::Result<()> {
    /// let restored = runner.restore(conn, "app.db.20261121T101500Z-v12.backup")?;
    /// println!("the database as it was before: {:?}", restored.replaced());
    /// # Ok(())
    /// # }
    /// ```
    pub fn restore(&self, conn: &mut Connection, from: impl AsRef<Path>) -> Result<Restored> {
        bare(backup::restore(from.as_ref(), conn, Demand::OfSet(self.set)))
    }

    pub(crate) fn drift(&self, conn: &Connection) -> Result<Drift, ErrorKind> {
        let history = History::read(conn, self.set)?;
        if let Some((entry, underway)) = history.underway() {
            return Err(ErrorKind::underway(entry, underway));
        }
        plan::plan(self.set, &history, Goal::Down(0), NewerDatabase::Refuse)?;
        let version = history.last().map(|entry| entry.version);
        let expected = self.scratch.schema(self.set, version)?;
        Ok(Drift::between(version, &expected, &schema::objects(conn)?, &self.ignore))
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
        bare(watch::check(self.set))
    }

    /// Whether the SQLite that is linked can do what the set and the history need.
    pub(crate) fn supported(&self) -> Result<(), ErrorKind> {
        let (found, needed) =
            (rusqlite::version_number(), self.set.min_sqlite().max(history::MIN_SQLITE));
        if found < needed { Err(ErrorKind::OldSqlite { found, needed }) } else { Ok(()) }
    }

    fn start(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        bare(self.supported())?;
        let _span = trace::run();
        let audience = Audience::new(self.observer.as_ref());
        let mut run = Run::new(conn, self, audience);
        let outcome = run.run(goal);
        let is_ours = !matches!(outcome, Err(ErrorKind::InTransaction));
        if is_ours && !conn.is_autocommit() {
            // What denied a statement may have denied the end of a transaction too, be it one that only read.
            let _ = conn.execute_batch("ROLLBACK");
        }
        match outcome {
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
    bare(found)
}
