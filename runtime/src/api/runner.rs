//! The runner, and what an application can choose before it calls one.

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
    pub(super) config: Config<'a>,
    pub(super) observer: Option<Observer<'a>>,
}

impl<'a> Runner<'a> {
    /// A runner of this set.
    pub const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self { config: Config::new(set), observer: None }
    }

    /// Sets how migrations are grouped into transactions (default: all together).
    pub fn grouping(mut self, grouping: Grouping) -> Self {
        self.config.grouping = grouping;
        self
    }

    /// Sets what to do with a database that a newer program made; it is refused, unless told otherwise.
    pub fn newer_database(mut self, newer: NewerDatabase) -> Self {
        self.config.newer = newer;
        self
    }

    /// Has the database copied before anything is changed; if nothing is to do, or the database holds nothing yet,
    /// nothing is copied.
    ///
    /// [`Report::backup`](crate::Report::backup) says where the copy is, also in the [`report`](crate::Error::report) of an error.
    pub fn backup(mut self, backup: Backup<'a>) -> Self {
        self.config.backup = Some(backup);
        self
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
    /// It runs before the file's SQL, as the mirror image of the way up, and is otherwise as [`code`](Self::code)
    /// says.
    pub fn code_down(
        mut self,
        version: Version,
        code: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.config.code.add(version, Direction::Down, code);
        self
    }

    /// Declares objects that the application adds to the schema on purpose: they are no drift.
    ///
    /// In a name, `*` stands for any run of characters and `?` for one; case does not count. What hangs on a
    /// table of that name is ignored too. May be called several times.
    pub fn ignore(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.config.ignore.add(name.into());
        self
    }

    /// Sets how the database is opened in which [`verify`](Self::verify), [`baseline`](Self::baseline) and
    /// [`adopt`](Self::adopt) run the migrations to see which schema they make, and in which stored downs are tried; in
    /// memory by default.
    ///
    /// Needed by a set whose migrations call functions or collations that the application registers.
    pub fn scratch(
        mut self,
        open: impl Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a,
    ) -> Self {
        self.config.scratch = Scratch::new(open);
        self
    }

    /// The set that it runs.
    pub const fn migrations(&self) -> &'a MigrationSet<'a> {
        self.config.set
    }
}
