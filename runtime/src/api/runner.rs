//! The runner and its options.

use std::borrow::Cow;

use migratory_core::{Direction, Grouping};
use rusqlite::{Connection, Transaction};

use crate::backup::Backup;
use crate::config::Config;
use crate::inspect::replay::Scratch;
use crate::observe::event::{Event, Flow, Observer};
use crate::plan::newer::NewerDatabase;
use crate::run::code::CodeResult;
use crate::run::parts::Parts;
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
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # use migratory::Runner;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// let runner: Runner<'_> = migrations::runner();
/// assert_eq!(runner.up(&mut conn)?.steps().len(), 2);
/// assert!(runner.up(&mut conn)?.is_empty());
/// assert!(runner.status(&conn)?.is_up_to_date());
/// # Ok(())
/// # }
/// ```
///
/// The examples in this crate use that module `migrations`, with the versions `V1_INITIAL_SCHEMA`
/// and `V2_ADD_TAGS`. The modules `older_release` and `newer_release` stand for those of other
/// releases of the same program.
#[derive(Clone, Debug)]
#[must_use = "a runner does nothing before one of its methods is called on a connection"]
pub struct Runner<'a> {
    pub(super) config: Config<'a>,
    pub(super) observer: Option<Observer<'a>>,
    /// What `up` calls only if the set, or one of the options, needs it.
    pub(super) parts: Parts,
}

impl<'a> Runner<'a> {
    /// Creates a runner for this set.
    ///
    /// An application calls `migrations::runner()` instead. This is for sets that a program builds.
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
    pub const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self { config: Config::new(set), observer: None, parts: Parts::of(set) }
    }

    /// Sets how migrations are grouped into transactions (default: all together).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{Grouping, Runner};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # let set = set(&[("a", "CREATE TABLE a (b);", ""), ("c", "INSERT INTO c;", "")]);
    /// // For a set that takes hours: the second migration fails, and the first stays applied.
    /// let runner = Runner::new(set).grouping(Grouping::PerMigration);
    /// let error = runner.up(&mut conn).expect_err("the second migration fails");
    /// assert_eq!(error.report().steps().len(), 1);
    /// assert_eq!(runner.status(&conn)?.pending(), 1);
    /// # Ok(())
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
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::NewerDatabase;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// migrations::runner().up(&mut conn)?; // by the release that has `V2_ADD_TAGS`
    ///
    /// // The release before it, which a user has installed again.
    /// let runner = older_release::runner().newer_database(NewerDatabase::RollBack);
    /// let report = runner.up(&mut conn)?;
    /// assert_eq!(report.steps()[0].version, migrations::V2_ADD_TAGS); // reverted
    /// assert!(runner.status(&conn)?.is_up_to_date());
    /// # Ok(())
    /// # }
    /// ```
    pub fn newer_database(mut self, newer: NewerDatabase) -> Self {
        self.config.newer = newer;
        self.parts = match newer {
            NewerDatabase::RollBack => self.parts.stored_downs(),
            NewerDatabase::Refuse | NewerDatabase::Tolerate => self.parts.no_stored_downs(),
        };
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
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Backup;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("runner-backup")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// let report = migrations::runner().backup(Backup::beside().keep(5)).up(&mut conn)?;
    /// let backup = report.backup().expect("a backup from before the run");
    /// println!("{}", backup.display()); // /srv/app.db.20261121T101500Z-v1.backup
    /// assert!(backup.exists());
    /// # Ok(())
    /// # }
    /// ```
    pub fn backup(mut self, backup: Backup<'a>) -> Self {
        self.config.backup = Some(backup);
        self.parts = self.parts.back_up();
        self
    }

    /// Calls a closure with the events of a run. If the closure returns `Break`, the run is
    /// cancelled, and only migrations that are [`Committed`](Event::Committed) remain applied.
    ///
    /// During a long statement, another thread calls the closure several times per second, and can
    /// cancel the statement. The connection's own hooks and handlers stay untouched.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use std::ops::ControlFlow;
    ///
    /// use migratory::Event;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner().observer(|event| {
    ///     match event {
    ///         Event::Statement { step, nth, of, .. } => println!("{}: {nth} of {of}", step.name),
    ///         Event::Running { elapsed, .. } => println!("  for {} s", elapsed.as_secs()),
    ///         _ => {}
    ///     }
    ///     ControlFlow::Continue(()) // or `Break(())`, if the user clicked on `Cancel`
    /// });
    /// assert_eq!(runner.up(&mut conn)?.steps().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(self, observer: impl Fn(&Event<'_>) -> Flow + Send + Sync + 'a) -> Self {
        Self { observer: Some(Observer::new(observer)), parts: self.parts.observed(), ..self }
    }

    /// Supplies the step in Rust of a migration whose up says `-- migratory: code`.
    ///
    /// It runs after the file's SQL, in the same transaction, which an error or a panic rolls back.
    /// It may change rows but not the schema, since the rehearsal proves the schema without it.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # let up = "-- migratory: code\nALTER TABLE item ADD COLUMN slug TEXT;";
    /// # let down = "-- migratory: code\nALTER TABLE item DROP COLUMN slug;";
    /// # let create = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);";
    /// # let set = set(&[("initial_schema", create, "DROP TABLE item;"), ("add_slugs", up, down)]);
    /// # const V2_ADD_SLUGS: migratory::Version = migratory::Version::new(2);
    /// # let runner = migratory::Runner::new(set).code_down(V2_ADD_SLUGS, |_| Ok(()));
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// # conn.execute_batch("INSERT INTO item (title) VALUES ('Moby Dick')")?;
    /// # fn slugify(title: &str) -> String { title.to_lowercase().replace(' ', "-") }
    /// // 0002_add_slugs.up.sql: -- migratory: code
    /// //                        ALTER TABLE item ADD COLUMN slug TEXT;
    /// let runner = runner.code(V2_ADD_SLUGS, |tx| {
    ///     let mut items = tx.prepare("SELECT id, title FROM item")?;
    ///     let mut rows = items.query([])?;
    ///     while let Some(row) = rows.next()? {
    ///         let (id, title): (i64, String) = (row.get(0)?, row.get(1)?);
    ///         tx.execute("UPDATE item SET slug = ?2 WHERE id = ?1", (id, slugify(&title)))?;
    ///     }
    ///     Ok(())
    /// });
    /// runner.up(&mut conn)?;
    /// let slug: String = conn.query_row("SELECT slug FROM item", [], |row| row.get(0))?;
    /// assert_eq!(slug, "moby-dick");
    /// # Ok(())
    /// # }
    /// ```
    pub fn code(
        mut self,
        version: Version,
        code: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.config.code.add(version, Direction::Up, code);
        self.parts = self.parts.code();
        self
    }

    /// Supplies the step in Rust of a migration whose down says `-- migratory: code`.
    ///
    /// It runs before the file's SQL, mirroring the up. Otherwise it works like
    /// [`code`](Self::code).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # let up = "-- migratory: code\nALTER TABLE item ADD COLUMN slug TEXT;";
    /// # let down = "-- migratory: code\nALTER TABLE item DROP COLUMN slug;";
    /// # let create = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);";
    /// # let set = set(&[("initial_schema", create, "DROP TABLE item;"), ("add_slugs", up, down)]);
    /// # const V2_ADD_SLUGS: migratory::Version = migratory::Version::new(2);
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// # conn.execute_batch("INSERT INTO item (title) VALUES ('Moby Dick')")?;
    /// # let runner = migratory::Runner::new(set).code(V2_ADD_SLUGS, |tx| {
    /// #     tx.execute("UPDATE item SET slug = 'moby-dick'", [])?;
    /// #     Ok(())
    /// # });
    /// // 0002_add_slugs.down.sql: -- migratory: code
    /// //                          ALTER TABLE item DROP COLUMN slug;
    /// let runner = runner.code_down(V2_ADD_SLUGS, |tx| {
    ///     // Takes over what people have changed in a slug, which is about to be dropped.
    ///     tx.execute("UPDATE item SET title = replace(slug, '-', ' ')", [])?;
    ///     Ok(())
    /// });
    /// # runner.up(&mut conn)?;
    /// runner.down(&mut conn, 1)?;
    /// let title: String = conn.query_row("SELECT title FROM item", [], |row| row.get(0))?;
    /// assert_eq!(title, "moby dick");
    /// # Ok(())
    /// # }
    /// ```
    pub fn code_down(
        mut self,
        version: Version,
        code: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) -> Self {
        self.config.code.add(version, Direction::Down, code);
        self.parts = self.parts.code();
        self
    }

    /// Ignores objects that the application adds to the schema on purpose: they aren't drift.
    ///
    /// In the name, `*` matches any characters and `?` matches one, regardless of case. Indexes and
    /// triggers on a matching table are ignored too. Can be called several times.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner().ignore("cache_*").ignore("search");
    /// runner.up(&mut conn)?;
    /// conn.execute_batch("CREATE TABLE cache_covers (item_id INTEGER, image BLOB)")?;
    /// assert!(runner.verify(&conn)?.is_empty());
    /// assert!(!runner.status(&conn)?.is_drifted());
    /// # Ok(())
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
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # fn register(conn: &rusqlite::Connection) -> rusqlite::Result<()> { Ok(()) }
    /// let runner = migrations::runner().scratch(|| {
    ///     let conn = rusqlite::Connection::open_in_memory()?;
    ///     register(&conn)?; // the application's functions and collations
    ///     Ok(conn)
    /// });
    /// runner.up(&mut conn)?;
    /// assert!(runner.verify(&conn)?.is_empty());
    /// # Ok(())
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
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // The newest version that this build knows, for a line in the log at each start.
    /// let latest = migrations::runner().migrations().latest();
    /// assert_eq!(latest.map(|migration| migration.version()), Some(migrations::LATEST));
    /// # Ok(())
    /// # }
    /// ```
    pub const fn migrations(&self) -> &'a MigrationSet<'a> {
        self.config.set
    }
}
