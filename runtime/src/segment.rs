//! A part of a run: the steps that go into one transaction.

use std::time::{Duration, Instant};

use migratory_core::sql::{left_out, statements};
use migratory_core::{Direction, Goal, Step};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::execute::{Moment, locate};
use crate::foreign_keys::{Links, Scope, Touched};
use crate::history::History;
use crate::kind::{CodeFault, ErrorKind, Remains};
use crate::observe::{Event, Flow};
use crate::perform::{self, checked, perform};
use crate::pulse::Pulse;
use crate::record::{self, Recorder, Row};
use crate::report::Done;
use crate::run::{Result, Run};
use crate::settings::Settings;
use crate::stored_down::{self, NoAttach};
use crate::{Mode, blame, schema, stamp, trace};

impl Run<'_> {
    /// Runs a segment in one transaction; `false` if another process had changed what is to do.
    ///
    /// `settings` are restored after each step: a pragma in one script is not for the next.
    pub(crate) fn protected(
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
                stored_down::check_schema(self.conn, self.how, &look.history, step, false)?;
            }
        }
        self.record_all(segment, &done)?;
        self.seal(ours)?;
        self.commit(&look.history, segment, links)?;
        drop(transaction);
        self.committed(done);
        Ok(true)
    }

    /// What is committed stands; who says stop is heard before the next segment.
    pub(crate) fn committed(&mut self, done: Vec<Done>) {
        let _ = self.audience.tell(&Event::Committed { steps: &done });
        self.report.extend(done);
    }

    fn step(
        &self,
        transaction: &Transaction<'_>,
        history: &History,
        step: &Step,
        mode: Mode,
    ) -> Result<Done> {
        let _span = trace::step(step);
        let scope = self.scope(history, step);
        let sql = scope.sql;
        let _limit = step.is_stored.then(|| NoAttach::during(self.conn, sql));
        let started = Instant::now();
        let outcome = Pulse::beside(self.conn, &self.audience, step, |pulse| {
            if step.has_code {
                return self.with_code(transaction, step, sql, mode, pulse);
            }
            self.script(step, sql, pulse, &|| 0, |watch| perform(self.conn, scope, mode, watch))
                .map_err(|trouble| blame::told(step, sql, trouble))
        });
        let duration = started.elapsed();
        match outcome {
            // Whatever it failed of then: it was to be stopped.
            Err(_) if self.audience.is_cancelled() => {
                return Err(blame::cancelled(step, Remains::RolledBack));
            }
            outcome => outcome?,
        }
        self.finished(step, duration)
    }

    /// Records all steps of the transaction at its end: each DDL statement between them would have SQLite prepare
    /// the one that records anew.
    fn record_all(&self, segment: &[Step], done: &[Done]) -> Result<()> {
        let mut recorder = Recorder::new(self.conn);
        for (step, done) in segment.iter().zip(done) {
            match (step.direction, self.how.set.get(step.version)) {
                (Direction::Up, Some(migration)) => {
                    recorder.insert(migration, Row::applied(ms(done.duration)))?;
                }
                _ => record::delete(self.conn, step.version)?,
            }
        }
        Ok(())
    }

    fn finished(&self, step: &Step, duration: Duration) -> Result<Done> {
        let done = done(step, duration);
        match self.audience.tell(&Event::Finished { done: &done }) {
            Flow::Continue(()) => Ok(done),
            Flow::Break(()) => Err(blame::cancelled(step, Remains::RolledBack)),
        }
    }

    /// Runs a script through `run`, which is given who watches it. `own_changes` counts the rows that are the
    /// runner's, not the script's.
    pub(crate) fn script<T>(
        &self,
        step: &Step,
        sql: &str,
        pulse: &Pulse,
        own_changes: &dyn Fn() -> u64,
        run: impl FnOnce(&mut perform::Watch<'_>) -> T,
    ) -> T {
        if !self.audience.is_present() {
            return run(&mut |_| Flow::Continue(()));
        }
        let of = match step.mode {
            Mode::NoTransaction => statements::count(sql),
            _ => statements::count(&left_out::without(sql)),
        };
        let rows = |own: u64| changes(self.conn).unwrap_or_default().saturating_sub(own);
        let _ = self.audience.tell(&Event::Started { step, statements: of });
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
                let answer = self.audience.tell(&Event::Statement { step, nth, of, sql });
                before = rows(own_changes());
                since = Instant::now();
                pulse.begin();
                answer
            }
            Moment::Done(_) => {
                pulse.end();
                let rows = rows(own_changes()).saturating_sub(before);
                let (of, duration) = (of.max(nth), since.elapsed());
                self.audience.tell(&Event::Executed { step, nth, of, rows, duration })
            }
        })
    }

    /// Runs the script and the step in Rust: that of an up after its SQL, that of a down before it.
    fn with_code(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        sql: &str,
        mode: Mode,
        pulse: &Pulse,
    ) -> Result<()> {
        let script = || {
            // Foreign keys are checked below, around both.
            let scope = Scope::unrehearsed(sql);
            self.script(step, sql, pulse, &|| 0, |watch| {
                perform(self.conn, scope, Mode::Transaction, watch)
            })
            .map_err(|trouble| blame::told(step, sql, trouble))
        };
        let code = || self.code(transaction, step, pulse);
        let both = || match step.direction {
            Direction::Up => script().and_then(|()| code()),
            Direction::Down => code().and_then(|()| script()),
        };
        let refuse = |refusal| blame::refused(Some(&step.file), refusal);
        checked(self.conn, mode, &Touched::all(), both, &refuse)
    }

    fn code(&self, transaction: &Transaction<'_>, step: &Step, pulse: &Pulse) -> Result<()> {
        let fault = |what: CodeFault| ErrorKind::Code {
            version: step.version,
            file: step.file.clone(),
            direction: step.direction,
            what,
        };
        let Some(function) = self.how.code.get(step.version, step.direction) else {
            let steps = vec![(step.version, step.direction, step.file.clone())];
            return Err(ErrorKind::MissingCode { steps });
        };
        if self.audience.tell(&Event::Code { step }).is_break() {
            return Err(blame::cancelled(step, Remains::RolledBack));
        }
        let before = stamp::cookie(self.conn)?;
        // It goes with the transaction, should the step end that one and begin another.
        self.conn.execute_batch("SAVEPOINT migratory")?;
        let outcome = pulse.running(|| function(transaction));
        if self.conn.is_autocommit() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        outcome.map_err(|error| fault(CodeFault::Failed(error)))?;
        if self.conn.execute_batch("RELEASE migratory").is_err() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        if stamp::cookie(self.conn)? != before {
            return Err(fault(CodeFault::ChangedSchema));
        }
        Ok(())
    }

    /// Records the schema as it is now, and stamps the database.
    pub(crate) fn seal(&self, ours: Option<i32>) -> Result<()> {
        record::set_schema(self.conn, schema::fingerprint(self.conn)?)?;
        let history = History::read(self.conn, self.how.set)?;
        Ok(stamp::write(self.conn, self.how.set, &history, ours)?)
    }

    /// Commits, and names the file if it is one alone that left violated foreign keys.
    fn commit(&self, history: &History, segment: &[Step], links: Links) -> Result<()> {
        let scripts = segment.iter().map(|step| self.scope(history, step));
        let has_code = segment.iter().any(|step| step.has_code);
        let touched = || {
            if has_code {
                return Ok(Touched::all());
            }
            Ok(Touched::by(&links.with_actions(self.conn)?, scripts))
        };
        let Err(refusal) = perform::commit(self.conn, touched) else { return Ok(()) };
        let file = match segment {
            [step] => Some(step.file.as_str()),
            _ => None,
        };
        Err(blame::refused(file, refusal))
    }
}

/// How many rows this connection has changed so far.
fn changes(conn: &Connection) -> rusqlite::Result<u64> {
    let changes: i64 = conn.query_row("SELECT total_changes()", [], |row| row.get(0))?;
    Ok(u64::try_from(changes).unwrap_or_default())
}

pub(crate) fn done(step: &Step, duration: Duration) -> Done {
    Done { direction: step.direction, version: step.version, name: step.name.clone(), duration }
}

pub(crate) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
