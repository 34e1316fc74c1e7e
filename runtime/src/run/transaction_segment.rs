//! A segment: the steps of a run that share one transaction.

use std::time::{Duration, Instant};

use migratory_core::sql::{left_out, statements};
use migratory_core::{Direction, Goal, Step};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Mode;
use crate::db::foreign_keys::{Added, Links, Scope, Touched};
use crate::db::header;
use crate::db::schema;
use crate::db::settings::Settings;
use crate::error::from_script;
use crate::error::kind::{CodeFault, ErrorKind};
use crate::error::remains::Remains;
use crate::history::read::History;
use crate::history::stamp;
use crate::history::write::{self, Recorder, Row};
use crate::observe::event::{Event, Flow};
use crate::observe::heartbeat::Heartbeat;
use crate::observe::trace;
use crate::run::commit::{Uncommitted, commit, dropped};
use crate::run::perform::{self, Refusal, checked, perform};
use crate::run::place::locate;
use crate::run::report::StepReport;
use crate::run::script::{Moment, Watch};
use crate::run::step_script;
use crate::run::{Result, Run};
use crate::stored_down::{self, NoAttach};

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
        let links = Links::read(self.conn)?;
        let mut done = Vec::with_capacity(segment.len());
        for step in segment {
            done.push(self.step(&transaction, &look.history, step, mode)?);
            settings.restore_between_scripts();
            if step.is_stored {
                stored_down::check_schema(self.conn, self.config, &look.history, step, false)?;
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
        let _limit = step.is_stored.then(|| NoAttach::during(self.conn, sql));
        let started = Instant::now();
        let outcome = Heartbeat::alongside(self.conn, &self.audience, step, |heartbeat| {
            if step.has_code {
                return self.with_code(transaction, step, sql, mode, heartbeat);
            }
            self.script(step, sql, heartbeat, &|| 0, |watch| perform(self.conn, scope, mode, watch))
                .map_err(|trouble| from_script::rolled_back(step, sql, trouble))
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

    /// Records all steps at the end of the transaction: between the scripts, each DDL statement
    /// would make SQLite prepare the INSERT again.
    fn record_all(&self, segment: &[Step], done: &[StepReport]) -> Result<()> {
        let mut recorder = Recorder::new(self.conn);
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

    /// Runs a script through `run`, which receives the watcher. `own_changes` counts the rows that
    /// the runner itself changed.
    pub(crate) fn script<T>(
        &self,
        step: &Step,
        sql: &str,
        heartbeat: &Heartbeat,
        own_changes: &dyn Fn() -> u64,
        run: impl FnOnce(&mut Watch<'_>) -> T,
    ) -> T {
        if !self.audience.is_present() {
            return run(&mut |_| Flow::Continue(()));
        }
        let of = match step.mode {
            Mode::NoTransaction => statements::count(sql),
            _ => statements::count(&left_out::without(sql)),
        };
        let rows = |own: u64| changes(self.conn).unwrap_or_default().saturating_sub(own);
        let _ = self.audience.emit(&Event::Started { step, statements: of });
        let skipped = statements::count(sql.get(..step.resume_at.unwrap_or(0)).unwrap_or_default());
        let (mut nth, mut before, mut since) = (skipped, 0, Instant::now());
        run(&mut |moment| match moment {
            Moment::Begins => {
                nth = skipped;
                Flow::Continue(())
            }
            Moment::Prepared(range, _) => {
                nth += 1;
                let sql = sql.get(locate(sql, range.start, Some(range.end))).unwrap_or_default();
                let of = of.max(nth);
                let answer = self.audience.emit(&Event::Statement { step, nth, of, sql });
                before = rows(own_changes());
                since = Instant::now();
                heartbeat.begin();
                answer
            }
            Moment::Done(_) => {
                heartbeat.end();
                let rows = rows(own_changes()).saturating_sub(before);
                let (of, duration) = (of.max(nth), since.elapsed());
                self.audience.emit(&Event::Executed { step, nth, of, rows, duration })
            }
        })
    }

    /// Runs the script and its step in Rust: an up's step after the SQL, a down's before it.
    fn with_code(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        sql: &str,
        mode: Mode,
        heartbeat: &Heartbeat,
    ) -> Result<()> {
        let script = || {
            // Foreign keys are checked below, around the script and its step.
            let scope = Scope::unrehearsed(sql);
            self.script(step, sql, heartbeat, &|| 0, |watch| {
                perform(self.conn, scope, Mode::Transaction, watch)
            })
            .map_err(|trouble| from_script::rolled_back(step, sql, trouble))
        };
        let code = || self.code(transaction, step, heartbeat);
        let both = || match step.direction {
            Direction::Up => script().and_then(|()| code()),
            Direction::Down => code().and_then(|()| script()),
        };
        let refuse = |refusal| from_script::refused(Some(&step.file), refusal);
        checked(self.conn, mode, || Ok(Touched::all()), both, &refuse)
    }

    fn code(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        heartbeat: &Heartbeat,
    ) -> Result<()> {
        let fault = |what: CodeFault| ErrorKind::Code {
            version: step.version,
            file: step.file.clone(),
            direction: step.direction,
            what,
        };
        let Some(function) = self.config.code.get(step.version, step.direction) else {
            let steps = vec![(step.version, step.direction, step.file.clone())];
            return Err(ErrorKind::MissingCode { steps });
        };
        if self.audience.emit(&Event::Code { step }).is_break() {
            return Err(from_script::cancelled(step, Remains::RolledBack));
        }
        let before = header::cookie(self.conn)?;
        // The savepoint disappears if the step ends the transaction and begins another.
        self.conn.execute_batch("SAVEPOINT migratory")?;
        let outcome = heartbeat.running(|| function(transaction));
        if self.conn.is_autocommit() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        outcome.map_err(|error| fault(CodeFault::Failed(error)))?;
        if self.conn.execute_batch("RELEASE migratory").is_err() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        if header::cookie(self.conn)? != before {
            return Err(fault(CodeFault::ChangedSchema));
        }
        Ok(())
    }

    /// Records the schema's fingerprint, and stamps the database.
    pub(crate) fn seal(&self, ours: Option<i32>) -> Result<()> {
        write::set_schema(self.conn, schema::fingerprint(self.conn)?)?;
        let history = History::read(self.conn, self.config.set)?;
        Ok(stamp::write(self.conn, self.config.set, &history, ours)?)
    }

    fn commit(&self, history: &History, segment: &[Step], links: Links) -> Result<()> {
        let scope = |step: &Step| step_script::scope(self.config.set, history, step);
        let mut apart = Vec::new();
        let touched = || {
            let links = links.with_actions(self.conn)?;
            apart = segment.iter().map(|step| touched_by(&links, &[step], &scope)).collect();
            Ok(touched_by(&links, &segment.iter().collect::<Vec<_>>(), &scope))
        };
        let Err(uncommitted) = commit(self.conn, touched) else { return Ok(()) };
        Err(match uncommitted {
            Uncommitted::Dangling(added) => {
                let file = culprit(segment, &apart, &added).map(|step| step.file.as_str());
                from_script::refused(file, Refusal::Dangling(added))
            }
            Uncommitted::Counted { parents, error } => {
                let scripts: Vec<_> = segment.iter().map(|step| scope(step).sql).collect();
                match dropped(&scripts, &parents) {
                    Some((nth, at)) => from_script::counted(&segment[nth], scripts[nth], at, error),
                    None => error.into(),
                }
            }
            Uncommitted::Sqlite(error) => error.into(),
        })
    }
}

/// Returns the tables that the steps can have touched; a step in Rust can touch any.
fn touched_by<'a>(links: &Links, steps: &[&Step], scope: &dyn Fn(&Step) -> Scope<'a>) -> Touched {
    if steps.iter().any(|step| step.has_code) {
        return Touched::all();
    }
    Touched::by(links, steps.iter().map(|step| scope(step)))
}

/// Returns the only step that can have made these rows dangle, by the tables that each can have
/// touched.
fn culprit<'s>(segment: &'s [Step], touched: &[Touched], added: &Added) -> Option<&'s Step> {
    let has_touched = |touched: &Touched| {
        added.keys.iter().any(|(table, parent)| touched.has(table) || touched.has(parent))
    };
    let mut suspects = segment.iter().zip(touched).filter(|(_, it)| has_touched(it));
    let (first, others) = (suspects.next(), suspects.next());
    first.filter(|_| others.is_none()).map(|(step, _)| step)
}

/// Returns how many rows this connection has changed so far.
fn changes(conn: &Connection) -> rusqlite::Result<u64> {
    let changes: i64 = conn.query_row("SELECT total_changes()", [], |row| row.get(0))?;
    Ok(u64::try_from(changes).unwrap_or_default())
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
