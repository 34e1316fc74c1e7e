//! The runner's methods that take a connection.

use std::path::Path;

use migratory_core::{Goal, Plan, Target};
use rusqlite::Connection;

use super::runner::Runner;
use crate::Version;
use crate::adopt::adoption::{self, Adoption};
use crate::adopt::origin::Origin;
use crate::api::config::Config;
use crate::backup::{self, Demand, Restored};
use crate::db::snapshot;
use crate::error::kind::ErrorKind;
use crate::error::{Error, Result, bare};
use crate::history::read::History;
use crate::history::repair::{self, Repair};
use crate::history::stamp;
use crate::inspect::drift::Drift;
use crate::inspect::stale;
use crate::inspect::status::Status;
use crate::inspect::verify;
use crate::observe::event::Audience;
use crate::observe::trace;
use crate::plan;
use crate::run::Run;
use crate::run::report::Report;

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
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// let report = runner.up(conn)?;
    /// println!("{} migrations applied", report.steps().len());
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
        self.start(conn, Goal::To(Target::Latest))
    }

    /// Applies and reverts migrations until the database is at this target.
    ///
    /// Reverts the applied migrations above the target, newest first, and applies the pending ones
    /// up to it.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Runner, Target, Version};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// runner.to(conn, Version::new(3))?; // or a constant that `embed_migrations!` emits
    /// runner.to(conn, Target::Latest)?;
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
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// runner.down(conn, 1)?;
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
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// if cfg!(debug_assertions) {
    ///     runner.redo(conn)?;
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
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// let status = runner.status(conn)?;
    /// if !status.is_up_to_date() {
    ///     println!("{status}"); // a table
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the history can't be read. A history that doesn't fit the set is not an error; the
    /// status shows it.
    pub fn status(&self, conn: &Connection) -> Result<Status> {
        bare(snapshot::read(conn, || Status::read(conn, &self.config)))
    }

    /// Returns the steps that [`to`](Self::to), [`down`](Self::down) or [`redo`](Self::redo) would take, in order.
    /// Changes nothing.
    ///
    /// Takes a version, a [`Target`], or a [`Goal`] such as `Goal::Down(1)`.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Runner, Target};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// for step in runner.plan(conn, Target::Latest)?.steps() {
    ///     println!("{} {}", step.version, step.file);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the run would fail before its first step.
    pub fn plan(&self, conn: &Connection, goal: impl Into<Goal>) -> Result<Plan> {
        let goal = goal.into();
        let Config { set, newer, .. } = &self.config;
        let plan = || plan::plan(set, &History::read(conn, set)?, goal, *newer);
        bare(snapshot::read(conn, plan))
    }

    /// Compares the live schema with the one that the applied migrations produce, without changing
    /// anything.
    ///
    /// The result lists each table, index, trigger and view that is missing, added or different,
    /// with its SQL. Use [`ignore`](Self::ignore) for objects that the application adds on purpose.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # use migratory::{Runner};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// for difference in runner.verify(conn)?.differences() {
    ///     println!("{} {}", difference.object, difference.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the history can't be read, if it has migrations that this program doesn't know, or
    /// if the migrations can't be replayed in memory; see [`scratch`](Self::scratch).
    pub fn verify(&self, conn: &Connection) -> Result<Drift> {
        bare(snapshot::read(conn, || verify::drift(conn, &self.config)))
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
    /// # use migratory::{Runner, Version};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// runner.baseline(conn, Version::new(1))?;
    /// runner.up(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the schema differs, with an error that lists each difference; if the set doesn't
    /// have the version; or if the database can't be read or written. Then nothing is recorded.
    pub fn baseline(&self, conn: &mut Connection, version: Version) -> Result<Adoption> {
        bare(adoption::baseline(conn, &self.config, version))
    }

    /// Adopts a database from another library: records the migrations that the library recorded, if
    /// they are in the set and the schema is the one they produce.
    ///
    /// The library's table stays. A program may call this at each start, before [`up`](Self::up):
    /// if there is no such table, or already a history, nothing happens.
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
    /// Fails if the library recorded a migration that isn't in the set, has a different name, or
    /// didn't finish; if the schema differs; or if the database can't be read or written. Then
    /// nothing is recorded.
    pub fn adopt(&self, conn: &mut Connection, origin: Origin) -> Result<Adoption> {
        bare(adoption::adopt(conn, &self.config, origin))
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
    /// # use migratory::{Repair, Runner, Version};
    /// # fn example(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory::Result<()> {
    /// // Migration 7 was edited, and a person made the same change in the database.
    /// runner.repair(conn, Repair::Edited(Version::new(7)))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the set doesn't have the version; if the schema isn't the one that the edited
    /// migrations produce, with an error that lists each difference; or if the database can't be
    /// written. Then nothing is recorded.
    pub fn repair(&self, conn: &mut Connection, repair: Repair) -> Result<()> {
        bare(repair::repair(conn, &self.config, repair))
    }

    /// Restores the database from a backup with migrations of this set; see
    /// [`Backup::restore`](crate::Backup::restore).
    ///
    /// # Errors
    /// Fails like [`Backup::restore`](crate::Backup::restore), and also if the backup has
    /// migrations that aren't in the set, or none of the set's.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Restored, Runner};
    /// # fn back(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory_runtime::Result<()> {
    /// let restored = runner.restore(conn, "app.db.20261121T101500Z-v12.backup")?;
    /// println!("the replaced database is in: {:?}", restored.replaced());
    /// # Ok(())
    /// # }
    /// ```
    pub fn restore(&self, conn: &mut Connection, from: impl AsRef<Path>) -> Result<Restored> {
        bare(backup::restore(from.as_ref(), conn, Demand::OfSet(self.config.set)))
    }

    fn is_current(&self, conn: &Connection) -> Result<bool> {
        match self.config.set.latest() {
            Some(latest) if conn.is_autocommit() => Ok(stamp::is_current(conn, latest.chain())?),
            _ => Ok(false),
        }
    }

    fn run(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        self.watch()?;
        self.start(conn, goal)
    }

    fn watch(&self) -> Result<()> {
        bare(stale::check(self.config.set))
    }

    fn start(&self, conn: &Connection, goal: Goal) -> Result<Report> {
        bare(self.config.check_sqlite())?;
        let _span = trace::run();
        let audience = Audience::new(self.observer.as_ref());
        let mut run = Run::new(conn, &self.config, audience);
        let outcome = run.run(goal);
        let is_ours = !matches!(outcome, Err(ErrorKind::InTransaction));
        if is_ours && !conn.is_autocommit() {
            // An authorizer that denied a statement may also have denied the COMMIT or ROLLBACK of
            // a transaction that only read.
            let _ = conn.execute_batch("ROLLBACK");
        }
        match outcome {
            Ok(()) => Ok(run.report),
            Err(kind) => Err(Error::new(kind, run.report)),
        }
    }
}
