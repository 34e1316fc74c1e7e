//! The runner's methods that take a connection.

use std::path::Path;

use migratory_core::{Goal, Plan, Target};
use rusqlite::Connection;

use super::runner::Runner;
use crate::Version;
use crate::adopt::adoption::{self, Adoption};
use crate::backup::{self, Demand, Restored};
use crate::config::Config;
use crate::db::snapshot;
use crate::error::kind::ErrorKind;
use crate::error::{Error, Result};
use crate::history::read::History;
use crate::history::stamp;
use crate::inspect::drift::Drift;
use crate::inspect::status::Status;
use crate::inspect::verify;
use crate::observe::event::Audience;
use crate::observe::trace;
use crate::origin::Origin;
use crate::plan::Planner;
use crate::repair::{self, Repair};
use crate::report::Report;
use crate::run::Run;
use crate::run::parts::Parts;

impl Runner<'_> {
    /// Applies all pending migrations.
    ///
    /// They run in one IMMEDIATE transaction together with their history rows: the database ends up
    /// at the newest version or unchanged. A migration that runs with foreign keys off or outside a
    /// transaction splits the run into several transactions. Any number of processes may call this
    /// at the same time.
    ///
    /// If nothing is pending, this reads two numbers from the file's header and takes no lock.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let report = migrations::runner().up(&mut conn)?;
    /// println!("{report}"); // a line for each migration, with the time that it took
    /// assert_eq!(report.steps().len(), 2);
    ///
    /// assert!(migrations::runner().up(&mut conn)?.is_empty(), "a second start has nothing to do");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if a statement fails, if the database's history doesn't fit the set, or if SQLite
    /// fails; see [`ErrorKind`]. [`Error::report`] has the steps that were committed before the
    /// error.
    pub fn up(&self, conn: &mut Connection) -> Result<Report> {
        self.watch()?;
        if self.is_current(conn)? {
            return Ok(Report::default());
        }
        self.start(conn, Goal::To(Target::Latest), self.parts)
    }

    /// Applies and reverts migrations until the database is at this target.
    ///
    /// Reverts the applied migrations above the target, newest first, and applies the pending ones
    /// up to it.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Target;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner();
    /// runner.to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// assert_eq!(runner.status(&conn)?.current(), Some(migrations::V1_INITIAL_SCHEMA));
    ///
    /// runner.to(&mut conn, Target::Empty)?; // reverts them all
    /// assert_eq!(runner.status(&conn)?.current(), None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails like [`up`](Self::up), and also if the set doesn't have the version, or if a migration
    /// to revert is irreversible; then nothing changes.
    pub fn to(&self, conn: &mut Connection, target: impl Into<Target>) -> Result<Report> {
        self.run(conn, Goal::To(target.into()))
    }

    /// Reverts the newest `count` migrations, or all if there are fewer.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner();
    /// runner.up(&mut conn)?;
    ///
    /// let report = runner.down(&mut conn, 1)?; // the last release was a mistake
    /// assert_eq!(report.steps()[0].version, migrations::V2_ADD_TAGS);
    /// assert_eq!(runner.status(&conn)?.current(), Some(migrations::V1_INITIAL_SCHEMA));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails like [`to`](Self::to).
    pub fn down(&self, conn: &mut Connection, count: usize) -> Result<Report> {
        self.run(conn, Goal::Down(count))
    }

    /// Reverts the newest migration and applies it again, for a migration that is still being
    /// written.
    ///
    /// If its text has changed since it was applied, the down stored at that time reverts it, and
    /// the new up is applied. A stored down runs under the restrictions that
    /// [`NewerDatabase::RollBack`](crate::NewerDatabase::RollBack) describes.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner();
    /// runner.up(&mut conn)?;
    /// if cfg!(debug_assertions) {
    ///     let report = runner.redo(&mut conn)?;
    ///     assert_eq!(report.steps().len(), 2); // one reverted, one applied
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails like [`to`](Self::to).
    pub fn redo(&self, conn: &mut Connection) -> Result<Report> {
        self.run(conn, Goal::Redo)
    }

    /// Reports which migrations are applied, pending or changed, without changing anything.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let status = migrations::runner().status(&conn)?;
    /// if !status.is_up_to_date() {
    ///     println!("{status}"); // a table
    /// }
    /// assert_eq!((status.current(), status.pending()), (None, 2));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the history can't be read. A history that doesn't fit the set is not an error; the
    /// status shows it.
    pub fn status(&self, conn: &Connection) -> Result<Status> {
        snapshot::read(conn, || Status::read(conn, &self.config))
    }

    /// Returns the steps that [`to`](Self::to), [`down`](Self::down) or [`redo`](Self::redo) would take, in order.
    /// Changes nothing.
    ///
    /// Takes a version, a [`Target`], or a [`Goal`] such as `Goal::Down(1)`.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{Goal, Target};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner();
    /// for step in runner.plan(&conn, Target::Latest)?.steps() {
    ///     println!("{} {}", step.version, step.file);
    /// }
    /// assert_eq!(runner.plan(&conn, Target::Latest)?.steps().len(), 2);
    /// assert!(runner.plan(&conn, Goal::Down(1))?.is_empty(), "nothing is applied yet");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the run would fail before its first step.
    pub fn plan(&self, conn: &Connection, goal: impl Into<Goal>) -> Result<Plan> {
        let goal = goal.into();
        let Config { set, newer, .. } = &self.config;
        let plan = || Planner::ANY.plan(set, &History::read(conn, set)?, goal, *newer);
        snapshot::read(conn, plan)
    }

    /// Compares the live schema with the one that the applied migrations produce, without changing
    /// anything.
    ///
    /// The result lists each table, index, trigger and view that is missing, added or different,
    /// with its SQL. Use [`ignore`](Self::ignore) for objects that the application adds on purpose.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let runner = migrations::runner();
    /// runner.up(&mut conn)?;
    /// assert!(runner.verify(&conn)?.is_empty());
    ///
    /// conn.execute_batch("CREATE INDEX hotfix ON item (title)")?; // by hand, on the server
    /// let drift = runner.verify(&conn)?;
    /// println!("{drift}"); // each difference as SQL
    /// assert_eq!(drift.differences()[0].name, "hotfix");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the history can't be read, if it has migrations that this program doesn't know, or
    /// if the migrations can't be replayed in memory; see [`scratch`](Self::scratch).
    pub fn verify(&self, conn: &Connection) -> Result<Drift> {
        snapshot::read(conn, || verify::drift(conn, &self.config))
    }

    /// Records a database without a history as being at this version, if its schema is that
    /// version's.
    ///
    /// A program may call this at each start: if the database is empty or already has a history,
    /// nothing happens.
    ///
    /// Rows aren't compared: rows that the migrations insert must already be there.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// // A database from before the program had migrations.
    /// conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")?;
    ///
    /// let runner = migrations::runner();
    /// let adoption = runner.baseline(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// assert_eq!(adoption.versions(), [migrations::V1_INITIAL_SCHEMA]);
    /// runner.up(&mut conn)?; // applies the migrations after it
    /// # assert!(runner.status(&conn)?.is_up_to_date());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the schema differs, with an error that lists each difference; if the set doesn't
    /// have the version; or if the database can't be read or written. Then nothing is recorded.
    pub fn baseline(&self, conn: &mut Connection, version: Version) -> Result<Adoption> {
        adoption::baseline(conn, &self.config, version)
    }

    /// Adopts a database from another library: records the migrations that the library recorded, if
    /// they are in the set and the schema is the one they produce.
    ///
    /// The library's table stays. A program may call this at each start, before [`up`](Self::up):
    /// if there is no such table, or already a history, nothing happens.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Origin;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")?;
    /// # conn.execute_batch("PRAGMA user_version = 1")?;
    /// let runner = migrations::runner();
    /// let adoption = runner.adopt(&mut conn, Origin::RusqliteMigration)?;
    /// assert_eq!(adoption.versions(), [migrations::V1_INITIAL_SCHEMA]);
    /// runner.up(&mut conn)?; // applies the migrations after it
    /// # assert!(runner.status(&conn)?.is_up_to_date());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the library recorded a migration that isn't in the set, has a different name, or
    /// didn't finish; if the schema differs; or if the database can't be read or written. Then
    /// nothing is recorded.
    pub fn adopt(&self, conn: &mut Connection, origin: Origin) -> Result<Adoption> {
        adoption::adopt(conn, &self.config, origin)
    }

    /// Records a manual resolution in the history.
    ///
    /// If there is nothing of this kind to repair, nothing happens. [`Repair::Edited`] compares the
    /// schema with the one that the edited migrations produce, as [`baseline`](Self::baseline)
    /// does. Use [`ignore`](Self::ignore) for objects that the application adds on purpose.
    ///
    /// A `no-transaction` migration that stopped half-way needs a repair only if the next run can't
    /// or mustn't continue it; see [`ErrorKind::Dirty`].
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{Repair, Runner};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # older_release::runner().up(&mut conn)?;
    /// # let title = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT);";
    /// # let edited = set(&[("initial_schema", title, "DROP TABLE item;")]);
    /// // Migration 1 was edited after it shipped: `title` may be NULL. The next run is refused.
    /// let runner = Runner::new(edited);
    /// assert!(runner.up(&mut conn).is_err_and(|error| error.is_changed()));
    ///
    /// // A person makes the same change in the database, and records that it is done.
    /// conn.execute_batch("DROP TABLE item")?; // it was empty
    /// conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT)")?;
    /// runner.repair(&mut conn, Repair::Edited(migrations::V1_INITIAL_SCHEMA))?;
    /// assert!(runner.up(&mut conn)?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the set doesn't have the version; if the schema isn't the one that the edited
    /// migrations produce, with an error that lists each difference; or if the database can't be
    /// written. Then nothing is recorded.
    pub fn repair(&self, conn: &mut Connection, repair: Repair) -> Result<()> {
        repair::repair(conn, &self.config, repair)
    }

    /// Restores the database from a backup with migrations of this set; see
    /// [`Backup::restore`](crate::Backup::restore).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Backup;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("runner-restore")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// let runner = migrations::runner().backup(Backup::beside());
    /// let report = runner.up(&mut conn)?;
    /// let backup = report.backup().expect("a backup from before the run");
    ///
    /// let restored = runner.restore(&mut conn, backup)?;
    /// assert_eq!(restored.version(), Some(migrations::V1_INITIAL_SCHEMA));
    /// println!("the replaced database is in: {:?}", restored.replaced());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails like [`Backup::restore`](crate::Backup::restore), and also if the backup has
    /// migrations that aren't in the set, or none of the set's.
    pub fn restore(&self, conn: &mut Connection, from: impl AsRef<Path>) -> Result<Restored> {
        backup::restore(from.as_ref(), conn, Demand::OfSet(self.config.set))
    }

    fn is_current(&self, conn: &Connection) -> Result<bool> {
        match self.config.set.latest() {
            Some(latest) if conn.is_autocommit() => Ok(stamp::is_current(conn, latest.chain())?),
            _ => Ok(false),
        }
    }

    fn run(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        self.watch()?;
        self.start(conn, goal, self.parts.stored_downs())
    }

    fn watch(&self) -> Result<()> {
        match self.parts.stale {
            Some(check) => check(self.config.set),
            None => Ok(()),
        }
    }

    fn start(&self, conn: &Connection, goal: Goal, parts: Parts) -> Result<Report> {
        self.config.check_sqlite()?;
        let _span = trace::run();
        let audience = Audience::new(self.observer.as_ref());
        let mut run = Run::new(conn, &self.config, parts, audience);
        let outcome = run.run(goal);
        let kind = outcome.as_ref().err().map(Error::kind);
        if !matches!(kind, Some(ErrorKind::InTransaction)) && !conn.is_autocommit() {
            // An authorizer that denied a statement may also have denied the COMMIT or ROLLBACK of
            // a transaction that only read.
            let _ = conn.execute_batch("ROLLBACK");
        }
        match outcome {
            Ok(()) => Ok(run.report),
            Err(error) => Err(error.with(run.report)),
        }
    }
}
