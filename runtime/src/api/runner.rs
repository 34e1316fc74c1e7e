//! The runner and its options.

use std::borrow::Cow;

use migratory_core::{Direction, Grouping};
use rusqlite::{Connection, Transaction};

use crate::api::config::Config;
use crate::backup::Backup;
use crate::inspect::replay::Scratch;
use crate::observe::event::{Event, Flow, Observer};
use crate::plan::newer::NewerDatabase;
use crate::run::code::CodeResult;
use crate::{MigrationSet, Version};

/// Brings databases to a version of a set of migrations.
///
/// `embed_migrations!` emits a function `migrations::runner()` that creates one. A runner holds no
/// connection, and can be cloned and stored.
///
/// After a call, whether it succeeded or failed, the connection has its original pragmas and is
/// outside any transaction. During a run, pragmas that change what SQL does (`foreign_keys`,
/// `legacy_alter_table`, `case_sensitive_like` and others) have the values of the rehearsal. The
/// runner waits for locks as long as the connection's `busy_timeout`.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// use migratory::{Checksum, Down, Migration, MigrationSet, Mode, Runner, Script, Version};
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
    pub(super) config: Config<'a>,
    pub(super) observer: Option<Observer<'a>>,
}

impl<'a> Runner<'a> {
    /// Creates a runner for this set.
    pub const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self { config: Config::new(set), observer: None }
    }

    /// Sets how migrations are grouped into transactions (default: all together).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Grouping, Runner};
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.grouping(Grouping::PerMigration)
    /// # }
    /// ```
    pub fn grouping(mut self, grouping: Grouping) -> Self {
        self.config.grouping = grouping;
        self
    }

    /// Sets what to do with a database that a newer program migrated (default: refuse it).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{NewerDatabase, Runner};
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.newer_database(NewerDatabase::RollBack)
    /// # }
    /// ```
    pub fn newer_database(mut self, newer: NewerDatabase) -> Self {
        self.config.newer = newer;
        self
    }

    /// Backs up the database before a run changes it.
    ///
    /// No backup is made if nothing is pending, or if the database is empty.
    /// [`Report::backup`](crate::Report::backup) returns its path, also in the
    /// [`report`](crate::Error::report) of an error.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Backup, Runner};
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.backup(Backup::beside().keep(5))
    /// # }
    /// ```
    pub fn backup(mut self, backup: Backup<'a>) -> Self {
        self.config.backup = Some(backup);
        self
    }

    /// Calls a closure with the events of a run. If the closure returns `Break`, the run is
    /// cancelled, and only segments that are [`Committed`](Event::Committed) remain applied.
    ///
    /// During a long statement, another thread calls the closure several times per second, and can
    /// cancel the statement. The connection's own hooks and handlers stay untouched.
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
    /// It runs after the file's SQL, in the same transaction, which an error or a panic rolls back.
    /// It may change rows but not the schema, since the rehearsal proves the schema without it.
    ///
    /// ```
    /// # use migratory_runtime::{Runner, Version};
    /// # fn hash(token: &str) -> String { token.to_owned() }
    /// # const V5_HASH_TOKENS: Version = Version::new(5);
    /// # fn code(runner: Runner<'_>) -> Runner<'_> {
    /// runner.code(V5_HASH_TOKENS, |tx| {
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
    pub fn code(
        mut self,
        version: Version,
        code: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.config.code.add(version, Direction::Up, code);
        self
    }

    /// Supplies the step in Rust of a migration whose down says `-- migratory: code`.
    ///
    /// It runs before the file's SQL, mirroring the up. Otherwise it works like
    /// [`code`](Self::code).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Runner, Version};
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.code_down(Version::new(5), |tx| {
    ///     tx.execute("UPDATE session SET token = NULL", [])?;
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn code_down(
        mut self,
        version: Version,
        code: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.config.code.add(version, Direction::Down, code);
        self
    }

    /// Ignores objects that the application adds to the schema on purpose: they aren't drift.
    ///
    /// In the name, `*` matches any characters and `?` matches one, regardless of case. Indexes and
    /// triggers on a matching table are ignored too. Can be called several times.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.ignore("cache_*").ignore("search")
    /// # }
    /// ```
    pub fn ignore(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.config.ignore.add(name.into());
        self
    }

    /// Sets how to open the scratch database (default: in memory).
    ///
    /// [`verify`](Self::verify), [`baseline`](Self::baseline) and [`adopt`](Self::adopt) replay the
    /// migrations in it to learn which schema they produce, and stored downs are rehearsed in it.
    /// Set this if migrations use functions or collations that the application registers.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::Runner;
    /// # fn register(conn: &rusqlite::Connection) -> rusqlite::Result<()> { Ok(()) }
    /// # fn example(runner: Runner<'_>) -> Runner<'_> {
    /// runner.scratch(|| {
    ///     let conn = rusqlite::Connection::open_in_memory()?;
    ///     register(&conn)?; // the application's functions and collations
    ///     Ok(conn)
    /// })
    /// # }
    /// ```
    pub fn scratch(
        mut self,
        open: impl Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a,
    ) -> Self {
        self.config.scratch = Scratch::new(open);
        self
    }

    /// Returns the set that it runs.
    pub const fn migrations(&self) -> &'a MigrationSet<'a> {
        self.config.set
    }
}
