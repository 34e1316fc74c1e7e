//! A segment: the steps of a run that share one transaction.

use std::time::{Duration, Instant};

use migratory_core::{Direction, Goal, Step};
use rusqlite::{Transaction, TransactionBehavior};

use crate::Mode;
use crate::db::errors;
use crate::db::foreign_keys::{self, Added, Links, Scope};
use crate::db::schema;
use crate::db::settings::Settings;
use crate::error::from_script;
use crate::error::remains::Remains;
use crate::history::read::History;
use crate::history::stamp;
use crate::history::write::{self, Recorder, Row};
use crate::observe::event::{Event, Flow};
use crate::observe::heartbeat::Heartbeat;
use crate::observe::trace;
use crate::report::StepReport;
use crate::run::observed::Script;
use crate::run::perform::{self, Refusal, Trouble};
use crate::run::script::execute;
use crate::run::step_script;
use crate::run::{Result, Run};

impl Run<'_> {
    /// Runs a segment in one transaction; `false` if another process has changed what there is to
    /// do.
    ///
    /// `settings` are restored after each step, so that the pragmas of one script don't affect the
    /// next.
    pub(crate) fn transaction_segment(
        &mut self,
        goal: Goal,
        segment: &[Step],
        mode: Mode,
        settings: &Settings<'_>,
    ) -> Result<bool> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let Some(look) = self.look_again(goal, segment)? else {
            return Ok(false);
        };
        let ours = stamp::ours(self.conn, &look.history)?;
        perform::secure(self.conn)?;
        let links = self.parts.foreign_keys.map(|keys| (keys.links)(self.conn)).transpose()?;
        let mut done = Vec::with_capacity(segment.len());
        for step in segment {
            done.push(self.step(&transaction, &look.history, step, mode)?);
            settings.restore_between_scripts();
            if let Some(stored) = self.stored_down(step)? {
                (stored.check_schema)(self.conn, self.config, &look.history, step, false)?;
            }
        }
        self.record_all(segment, &done)?;
        self.seal(ours)?;
        self.commit(&look.history, segment, links)?;
        drop(transaction);
        self.committed(done);
        Ok(true)
    }

    /// Adds committed steps to the report. A cancellation takes effect before the next segment.
    pub(crate) fn committed(&mut self, done: Vec<StepReport>) {
        let _ = self.audience.emit(&Event::Committed { steps: &done });
        self.report.extend(done);
    }

    fn step(
        &self,
        transaction: &Transaction<'_>,
        history: &History,
        step: &Step,
        mode: Mode,
    ) -> Result<StepReport> {
        let _span = trace::step(step);
        let scope = step_script::scope(self.config.set, history, step);
        let sql = scope.sql;
        let _limit = self.no_attach(step, sql)?;
        let started = Instant::now();
        let mut outcome = Ok(());
        self.alongside(step, &mut |heartbeat| {
            outcome = self.within(transaction, step, scope, mode, heartbeat);
        });
        let duration = started.elapsed();
        match outcome {
            // Report the cancellation, not the error it caused.
            Err(_) if self.audience.is_cancelled() => {
                return Err(from_script::cancelled(step, Remains::RolledBack));
            }
            outcome => outcome?,
        }
        self.finished(step, duration)
    }

    /// Runs the script of a step, and its step in Rust.
    fn within(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        scope: Scope<'_>,
        mode: Mode,
        heartbeat: &Heartbeat,
    ) -> Result<()> {
        let sql = scope.sql;
        if step.has_code {
            let code = self.parts.code.ok_or_else(|| from_script::other_script(step))?;
            return (code.run)(self, transaction, step, sql, mode, heartbeat);
        }
        let keys = match mode {
            Mode::ForeignKeysOff => {
                Some(self.parts.foreign_keys.ok_or_else(|| from_script::other_script(step))?)
            }
            _ => None,
        };
        let mut outcome = Ok(());
        let script = Script { step, sql, heartbeat, own_changes: &|| 0 };
        self.script(&script, &mut |watch| {
            outcome = match keys {
                Some(keys) => (keys.perform)(self.conn, scope, watch),
                None => execute(self.conn, sql, watch).map_err(Trouble::Statement),
            };
        });
        outcome.map_err(|trouble| from_script::rolled_back(step, sql, trouble))
    }

    /// Records all steps at the end of the transaction: between the scripts, each DDL statement
    /// would make SQLite prepare the INSERT again.
    fn record_all(&self, segment: &[Step], done: &[StepReport]) -> Result<()> {
        let mut recorder = Recorder::new(self.conn, self.parts.down_text);
        for (step, done) in segment.iter().zip(done) {
            match (step.direction, self.config.set.get(step.version)) {
                (Direction::Up, Some(migration)) => {
                    recorder.insert(migration, Row::applied(ms(done.duration)))?;
                }
                _ => write::delete(self.conn, step.version)?,
            }
        }
        Ok(())
    }

    fn finished(&self, step: &Step, duration: Duration) -> Result<StepReport> {
        let done = done(step, duration);
        match self.audience.emit(&Event::Finished { done: &done }) {
            Flow::Continue(()) => Ok(done),
            Flow::Break(()) => Err(from_script::cancelled(step, Remains::RolledBack)),
        }
    }

    /// Records the schema's fingerprint, and stamps the database.
    pub(crate) fn seal(&self, ours: Option<i32>) -> Result<()> {
        write::set_schema(self.conn, schema::fingerprint(self.conn)?)?;
        let history = History::read(self.conn, self.config.set)?;
        Ok(stamp::write(self.conn, self.config.set, &history, ours)?)
    }

    /// Commits. If the set has no deferred keys, one of the application's own tables has.
    fn commit(&self, history: &History, segment: &[Step], links: Option<Links>) -> Result<()> {
        let Err(error) = self.conn.execute_batch("COMMIT") else { return Ok(()) };
        if !errors::is_foreign_key(&error) {
            return Err(error.into());
        }
        Err(match (self.parts.foreign_keys, links) {
            (Some(keys), Some(links)) => (keys.explain)(self, history, segment, links, error),
            _ => match foreign_keys::listed(self.conn)? {
                Added { total: 0, .. } => error.into(),
                added => from_script::refused(None, Refusal::Dangling(added)),
            },
        })
    }
}

pub(crate) fn done(step: &Step, duration: Duration) -> StepReport {
    StepReport {
        direction: step.direction,
        version: step.version,
        name: step.name.clone(),
        duration,
    }
}

pub(crate) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
