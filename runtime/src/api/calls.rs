//! What an application calls on a runner.

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
    /// [`NewerDatabase::RollBack`](crate::NewerDatabase::RollBack) describes.
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
        bare(snapshot::read(conn, || Status::read(conn, &self.config)))
    }

    /// Returns the steps that [`to`](Self::to), [`down`](Self::down) or [`redo`](Self::redo) would take, in order.
    /// Changes nothing.
    ///
    /// Takes a version, a [`Target`], or a [`Goal`] such as `Goal::Down(1)`.
    ///
    /// # Errors
    /// Where the run would refuse to begin.
    pub fn plan(&self, conn: &Connection, goal: impl Into<Goal>) -> Result<Plan> {
        let goal = goal.into();
        let Config { set, newer, .. } = &self.config;
        let plan = || plan::plan(set, &History::read(conn, set)?, goal, *newer);
        bare(snapshot::read(conn, plan))
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
        bare(snapshot::read(conn, || verify::drift(conn, &self.config)))
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
    pub fn baseline(&self, conn: &mut Connection, version: Version) -> Result<Adoption> {
        bare(adoption::baseline(conn, &self.config, version))
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
    pub fn adopt(&self, conn: &mut Connection, origin: Origin) -> Result<Adoption> {
        bare(adoption::adopt(conn, &self.config, origin))
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
        bare(repair::repair(conn, &self.config, repair))
    }

    /// Brings a database back to what a backup holds that these migrations made; see
    /// [`Backup::restore`](crate::Backup::restore).
    ///
    /// # Errors
    /// As [`Backup::restore`](crate::Backup::restore); and if the backup has migrations that are not in the set, or none
    /// of the set's.
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
            // What denied a statement may have denied the end of a transaction too, be it one that only read.
            let _ = conn.execute_batch("ROLLBACK");
        }
        match outcome {
            Ok(()) => Ok(run.report),
            Err(kind) => Err(Error::new(kind, run.report)),
        }
    }
}
