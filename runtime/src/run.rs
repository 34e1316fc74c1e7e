//! A run: look what is to do, take the lock, look again, do it, record it, commit.
//!
//! A run is cut into segments, each of which is one transaction (or one script outside of any). Before
//! a segment, the plan is made without a lock, since foreign keys can be turned off only before the
//! transaction begins. It is made again inside of the lock, and only what both say is done: where
//! another process was faster, the run looks anew.

use std::thread;
use std::time::Instant;

use migratory_core::{Goal, Plan, Step};
use rusqlite::{Connection, TransactionBehavior};

use crate::api::config::Config;
use crate::db::attached;
use crate::db::environment::Environment;
use crate::db::patience::{self, PAUSE, patiently};
use crate::db::schema;
use crate::db::settings::Settings;
use crate::db::shadow;
use crate::error::kind::ErrorKind;
use crate::history::read::{History, Underway};
use crate::history::stamp;
use crate::history::{shape, table};
use crate::inspect::verify;
use crate::observe::event::{Audience, Event, Flow};
use crate::plan::plan;
use crate::run::report::Report;
use crate::{Mode, stored_down};

mod autocommit;
mod autocommit_segment;
pub(crate) mod code;
mod commit;
mod mark;
pub(crate) mod perform;
pub(crate) mod place;
pub(crate) mod report;
mod resume;
pub(crate) mod script;
pub(crate) mod step_script;
mod transaction_segment;

pub(crate) type Result<T> = std::result::Result<T, ErrorKind>;

/// A run over one connection.
pub(crate) struct Run<'r> {
    pub(crate) conn: &'r Connection,
    pub(crate) config: &'r Config<'r>,
    pub(crate) audience: Audience<'r>,
    pub(crate) report: Report,
    /// The settings of the rehearsal, from the first change on.
    environment: Option<Environment<'r>>,
    /// The no-transaction migration that the last look without a lock found half-way.
    pub(crate) surveyed: Option<Underway>,
}

/// What a look at the database found, and holds under the lock.
pub(crate) struct Look {
    pub(crate) history: History,
    plan: Plan,
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        conn: &'r Connection,
        config: &'r Config<'r>,
        audience: Audience<'r>,
    ) -> Self {
        let report = Report::default();
        Self { conn, config, audience, report, environment: None, surveyed: None }
    }

    /// Brings the database to the goal.
    pub(crate) fn run(&mut self, mut goal: Goal) -> Result<()> {
        if !self.conn.is_autocommit() {
            return Err(ErrorKind::InTransaction);
        }
        self.config.code.check(self.config.set)?;
        let mut first = true;
        loop {
            let look = self.survey(goal)?;
            if std::mem::take(&mut first) {
                self.open(&look)?;
            }
            let segment = look.plan.segment(self.config.grouping);
            let Some(mode) = segment.first().map(|step| step.mode) else {
                return self.refresh(&look.history, goal);
            };
            if self.audience.is_cancelled() {
                return Err(ErrorKind::CANCELLED);
            }
            let has_code = segment.iter().any(|step| step.has_code);
            let all = has_code.then(|| Settings::save_all(self.conn)).transpose()?;
            let scripts =
                segment.iter().map(|step| step_script::sql(self.config.set, &look.history, step));
            let named = perform::prepare(self.conn, scripts, mode)?;
            let outcome = match mode {
                Mode::NoTransaction => self.autocommit_segment(goal, segment, named),
                Mode::Transaction | Mode::ForeignKeysOff => {
                    // A step in Rust may set any pragma, and nothing names it.
                    let settings = all.as_ref().unwrap_or(&named);
                    self.transaction_segment(goal, segment, mode, settings)
                }
            };
            if outcome.map_err(|kind| self.hinted(kind, &look.history))? {
                goal = goal.after(segment);
            }
        }
    }

    /// A first migration that fails in a database with tables was probably applied by something else.
    fn hinted(&self, mut kind: ErrorKind, history: &History) -> ErrorKind {
        if let ErrorKind::Statement(failure) = &mut kind {
            let has_objects =
                || schema::objects(self.conn).is_ok_and(|objects| !objects.is_empty());
            failure.is_untracked = history.entries.is_empty() && has_objects();
        }
        kind
    }

    /// What is said and asked once, before anything is done.
    fn open(&mut self, look: &Look) -> Result<()> {
        let drifted = look.history.underway().is_none()
            && verify::is_changed(self.conn, self.config, &look.history)?;
        self.report.set_drifted(drifted);
        if look.plan.is_empty() {
            return Ok(());
        }
        shape::check_triggers(self.conn)?;
        let scripts = look
            .plan
            .steps()
            .iter()
            .map(|step| (step, step_script::sql(self.config.set, &look.history, step)));
        shadow::check(self.conn, scripts.clone())?;
        attached::check(self.conn, scripts)?;
        self.environment = Some(Environment::enter(self.conn, self.config.set)?);
        // Whoever says stop is heard before the first segment.
        let _ = self.audience.tell(&Event::Planned { plan: &look.plan });
        Ok(())
    }

    /// Looks at the database without a lock. While another process runs a no-transaction migration, this waits for
    /// as long as the connection would wait for a lock.
    ///
    /// A process that did nothing for so long is dead, or will find that this run has taken its script over.
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
            let plan = plan(self.config.set, &history, goal, self.config.newer)?;
            return Ok(Look { history, plan });
        }
    }

    pub(crate) fn begin(&self, behavior: TransactionBehavior) -> Result<rusqlite::Transaction<'r>> {
        let begin = || rusqlite::Transaction::new_unchecked(self.conn, behavior);
        Ok(patiently(self.conn, &|| self.audience.is_cancelled(), begin)?)
    }

    /// Looks under the lock; `None` if what is to do is not this segment any more. What is, may begin: the
    /// backup is made, if one is wanted, and the history exists.
    pub(crate) fn look_again(&mut self, goal: Goal, segment: &[Step]) -> Result<Option<Look>> {
        let history = History::read(self.conn, self.config.set)?;
        if history.underway().map(|(_, underway)| underway) != self.surveyed.as_ref() {
            // Another process has begun a no-transaction migration since, or gone on with it: that is waited for
            // without a lock.
            return Ok(None);
        }
        let plan = plan(self.config.set, &history, goal, self.config.newer)?;
        let look = Look { history, plan };
        if look.plan.segment(self.config.grouping) != segment {
            return Ok(None);
        }
        stored_down::check(self.conn, self.config, &look.history, look.plan.steps())?;
        self.back_up(&look.history)?;
        if !look.history.exists {
            table::create(self.conn)?;
        }
        Ok(Some(look))
    }

    /// Once in a run, before its first change. What is half-way is not worth a backup: there is one of before it.
    fn back_up(&mut self, history: &History) -> Result<()> {
        let is_wanted = self.report.backup().is_none() && history.underway().is_none();
        let Some(backup) = self.config.backup.as_ref().filter(|_| is_wanted) else {
            return Ok(());
        };
        let Some(path) = backup.make(self.conn, history, &self.audience)? else { return Ok(()) };
        self.report.set_backup(path.clone());
        match self.audience.tell(&Event::BackedUp { path: &path }) {
            Flow::Continue(()) => Ok(()),
            Flow::Break(()) => Err(ErrorKind::CANCELLED),
        }
    }

    /// Stamps a database that is where it should be, so that the next start need not look so closely.
    ///
    /// The stamp is a convenience: if it can't be written now, the next start takes the long way too. Where a
    /// newer program's migrations are let be, the stamp is that program's.
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
        match restamp() {
            Err(ErrorKind::Busy(_) | ErrorKind::ReadOnly(_) | ErrorKind::Sqlite(_)) => Ok(()),
            outcome => outcome,
        }
    }

    /// The stamp that is there, if it is ours and another one is due.
    fn overdue(&self, history: &History) -> Result<Option<i32>> {
        match stamp::ours(self.conn, history)? {
            Some(ours) if ours != stamp::due(self.conn, self.config.set, history)? => {
                Ok(Some(ours))
            }
            _ => Ok(None),
        }
    }
}
