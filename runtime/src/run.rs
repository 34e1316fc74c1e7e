//! A run: make a plan, take the lock, plan again, run the scripts, record them, commit.
//!
//! A run is divided into segments, each of which is one transaction, or one script outside any.
//! The plan of a segment is made without a lock first, because foreign keys can be turned off only
//! before the transaction begins. It is made again under the lock, and the segment runs only if
//! both plans agree. If another process was faster, the run plans again.

use std::thread;
use std::time::Instant;

use migratory_core::{Goal, Plan, Step};
use rusqlite::{Connection, TransactionBehavior};

use crate::Mode;
use crate::config::Config;
use crate::db::attached;
use crate::db::environment::Environment;
use crate::db::patience::{self, PAUSE, patiently};
use crate::db::schema;
use crate::db::settings::Settings;
use crate::db::shadow;
use crate::error::from_script;
use crate::error::kind::ErrorKind;
use crate::error::{Error, Result};
use crate::history::read::{History, Underway};
use crate::history::stamp;
use crate::history::{shape, table};
use crate::inspect::verify;
use crate::observe::event::{Audience, Event, Flow};
use crate::report::Report;
use crate::run::parts::Parts;

mod autocommit;
mod autocommit_segment;
pub(crate) mod code;
mod code_step;
mod commit;
mod keys;
mod mark;
mod observed;
pub(crate) mod parts;
pub(crate) mod perform;
mod resume;
pub(crate) mod script;
pub(crate) mod step_script;
mod transaction_segment;
mod windows;

/// A run on one connection.
pub(crate) struct Run<'r> {
    pub(crate) conn: &'r Connection,
    pub(crate) config: &'r Config<'r>,
    parts: Parts,
    pub(crate) audience: Audience<'r>,
    pub(crate) report: Report,
    /// The settings of the rehearsal, in effect from the first change on.
    environment: Option<Environment<'r>>,
    /// The half-way `no-transaction` migration found by the last look without a lock.
    pub(crate) surveyed: Option<Underway>,
}

/// The history and the plan, as read by one look at the database.
pub(crate) struct Look {
    pub(crate) history: History,
    plan: Plan,
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        conn: &'r Connection,
        config: &'r Config<'r>,
        parts: Parts,
        audience: Audience<'r>,
    ) -> Self {
        let report = Report::default();
        Self { conn, config, parts, audience, report, environment: None, surveyed: None }
    }

    /// Brings the database to the goal.
    pub(crate) fn run(&mut self, mut goal: Goal) -> Result<()> {
        if !self.conn.is_autocommit() {
            return Err(ErrorKind::InTransaction.into());
        }
        if let Some(code) = self.parts.code {
            (code.check)(&self.config.code, self.config.set)?;
        }
        let mut first = true;
        loop {
            let look = self.survey(goal)?;
            self.admit(&look.plan)?;
            if std::mem::take(&mut first) {
                self.open(&look)?;
            }
            let segment = look.plan.segment(self.config.grouping);
            let Some(mode) = segment.first().map(|step| step.mode) else {
                return self.refresh(&look.history, goal);
            };
            if self.audience.is_cancelled() {
                return Err(ErrorKind::CANCELLED.into());
            }
            let has_code = segment.iter().any(|step| step.has_code);
            let all = has_code.then(|| Settings::save_all(self.conn)).transpose()?;
            let scripts =
                segment.iter().map(|step| step_script::sql(self.config.set, &look.history, step));
            let named = perform::prepare(self.conn, scripts, mode)?;
            let outcome = match mode {
                Mode::NoTransaction => {
                    let missing = || from_script::other_script(&segment[0]);
                    let run = self.parts.autocommit.ok_or_else(missing)?;
                    run(self, goal, segment, named)
                }
                Mode::Transaction | Mode::ForeignKeysOff => {
                    // A step in Rust may set any pragma.
                    let settings = all.as_ref().unwrap_or(&named);
                    self.transaction_segment(goal, segment, mode, settings)
                }
            };
            if outcome.map_err(|error| self.hinted(error, &look.history))? {
                if segment.len() == look.plan.steps().len() && mode != Mode::NoTransaction {
                    // The transaction did all there was to do, and stamped the database: reading
                    // back what it recorded would show nothing new.
                    return Ok(());
                }
                goal = goal.after(segment);
            }
        }
    }

    /// Refuses a stored down that this run has no parts for, before anything changes.
    fn admit(&self, plan: &Plan) -> Result<()> {
        plan.steps().iter().try_for_each(|step| self.stored_down(step).map(drop))
    }

    /// Marks the failure of a first migration in a database with tables: something else probably
    /// created them.
    fn hinted(&self, mut error: Error, history: &History) -> Error {
        if let ErrorKind::Statement(failure) = error.kind_mut() {
            let has_objects = || schema::is_empty(self.conn).is_ok_and(|is_empty| !is_empty);
            failure.is_untracked = history.entries.is_empty() && has_objects();
        }
        error
    }

    /// Makes the checks and emits the events at the start of a run, before anything changes.
    fn open(&mut self, look: &Look) -> Result<()> {
        let drifted = look.history.underway().is_none()
            && verify::is_changed(self.conn, self.config, &look.history)?;
        self.report.set_drifted(drifted);
        if look.plan.is_empty() {
            return Ok(());
        }
        shape::check_triggers(self.conn)?;
        let scripts: Vec<_> = look
            .plan
            .steps()
            .iter()
            .map(|step| (step, step_script::sql(self.config.set, &look.history, step)))
            .collect();
        shadow::check(self.conn, &scripts)?;
        attached::check(self.conn, &scripts)?;
        self.environment = Some(Environment::enter(self.conn, self.config.set)?);
        // A cancellation takes effect before the first segment.
        let _ = self.audience.emit(&Event::Planned { plan: &look.plan });
        Ok(())
    }

    /// Looks at the database without a lock. While another process runs a `no-transaction`
    /// migration, this waits as long as the connection would wait for a lock.
    ///
    /// A process that makes no progress for so long is dead, or will find that this run has taken
    /// its script over.
    fn survey(&mut self, goal: Goal) -> Result<Look> {
        let until = Instant::now() + patience::busy_timeout(self.conn)?;
        let mut first: Option<Underway> = None;
        loop {
            let snapshot = self.begin(TransactionBehavior::Deferred)?;
            let history = History::read(self.conn, self.config.set)?;
            drop(snapshot);
            let half = history.underway();
            if let Some((entry, held)) = half.filter(|(_, underway)| underway.is_held()) {
                if Instant::now() < until {
                    first.get_or_insert_with(|| held.clone());
                    thread::sleep(PAUSE);
                    continue;
                }
                if first.is_some_and(|first| first != *held) {
                    return Err(held.refusal(entry));
                }
            }
            self.surveyed = half.map(|(_, underway)| underway.clone());
            let plan = self.plan(&history, goal)?;
            return Ok(Look { history, plan });
        }
    }

    fn plan(&self, history: &History, goal: Goal) -> Result<Plan> {
        self.parts.planner.plan(self.config.set, history, goal, self.config.newer)
    }

    pub(crate) fn begin(&self, behavior: TransactionBehavior) -> Result<rusqlite::Transaction<'r>> {
        let begin = || rusqlite::Transaction::new_unchecked(self.conn, behavior);
        Ok(patiently(self.conn, &|| self.audience.is_cancelled(), begin)?)
    }

    /// Looks again under the lock; `None` if the segment is no longer what there is to do.
    /// Otherwise makes the backup, if one is configured, and creates the history.
    pub(crate) fn look_again(&mut self, goal: Goal, segment: &[Step]) -> Result<Option<Look>> {
        let history = History::read(self.conn, self.config.set)?;
        if history.underway().map(|(_, underway)| underway) != self.surveyed.as_ref() {
            // Another process has begun or continued a `no-transaction` migration since. Wait for
            // it without the lock.
            return Ok(None);
        }
        let plan = self.plan(&history, goal)?;
        let look = Look { history, plan };
        if look.plan.segment(self.config.grouping) != segment {
            return Ok(None);
        }
        self.admit(&look.plan)?;
        if let Some(stored) = self.parts.stored_downs {
            (stored.check)(self.conn, self.config, &look.history, look.plan.steps())?;
        }
        if let Some(back_up) = self.parts.back_up {
            back_up(self, &look.history)?;
        }
        if !look.history.exists {
            table::create(self.conn)?;
        }
        Ok(Some(look))
    }

    /// Makes the backup once per run, before its first change. A half-way database isn't backed up:
    /// the run that began the script has made a backup of the state before.
    fn back_up(&mut self, history: &History) -> Result<()> {
        let is_wanted = self.report.backup().is_none() && history.underway().is_none();
        let Some(backup) = self.config.backup.as_ref().filter(|_| is_wanted) else {
            return Ok(());
        };
        let Some(path) = backup.make(self.conn, history, &self.audience)? else { return Ok(()) };
        self.report.set_backup(path.clone());
        match self.audience.emit(&Event::BackedUp { path: &path }) {
            Flow::Continue(()) => Ok(()),
            Flow::Break(()) => Err(ErrorKind::CANCELLED.into()),
        }
    }

    /// Stamps a database that is up to date, so that the next start is cheap.
    ///
    /// The stamp is only an optimisation: if it can't be written now, the next start reads the
    /// history again. If a newer program's migrations are tolerated, the stamp belongs to that
    /// program.
    fn refresh(&self, history: &History, goal: Goal) -> Result<()> {
        let is_theirs =
            history.entries.iter().any(|entry| self.config.set.get(entry.version).is_none());
        if !matches!(goal, Goal::To(_)) || !history.exists || is_theirs {
            return Ok(());
        }
        if self.overdue(history)?.is_none() {
            return Ok(());
        }
        let restamp = || -> Result<()> {
            let transaction = self.begin(TransactionBehavior::Immediate)?;
            shape::check_triggers(self.conn)?;
            let history = History::read(self.conn, self.config.set)?;
            if let Some(ours) = self.overdue(&history)? {
                stamp::write(self.conn, self.config.set, &history, Some(ours))?;
            }
            Ok(transaction.commit()?)
        };
        let is_harmless = |error: &Error| {
            matches!(
                error.kind(),
                ErrorKind::Busy(_) | ErrorKind::ReadOnly(_) | ErrorKind::Sqlite(_)
            )
        };
        match restamp() {
            Err(error) if is_harmless(&error) => Ok(()),
            outcome => outcome,
        }
    }

    /// Returns the current stamp, if it is ours and a different one is due.
    fn overdue(&self, history: &History) -> Result<Option<i32>> {
        match stamp::ours(self.conn, history)? {
            Some(ours) if ours != stamp::due(self.conn, self.config.set, history)? => {
                Ok(Some(ours))
            }
            _ => Ok(None),
        }
    }
}
