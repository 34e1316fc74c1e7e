//! One script outside of any transaction: what it is about to do is recorded before it begins.

use std::time::{Duration, Instant};

use rusqlite::TransactionBehavior;

use crate::execute::{Failure, execute};
use crate::history::History;
use crate::kind::ErrorKind;
use crate::observe::Event;
use crate::plan::{Direction, Goal, Step};
use crate::pulse::Pulse;
use crate::record::{self, Recorder, Row};
use crate::run::{Result, Run};
use crate::segment::{changes, done, ms};
use crate::stored_down::NoAttach;
use crate::{blame, stamp, trace};

impl Run<'_> {
    /// Runs the script; `false` if another process had changed what is to do.
    pub(crate) fn unprotected(&mut self, goal: Goal, segment: &[Step]) -> Result<bool> {
        let Some(step) = segment.first() else {
            return Ok(false);
        };
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let Some(look) = self.look_again(goal, segment)? else {
            return Ok(false);
        };
        let ours = stamp::ours(self.conn, &look.history)?;
        self.mark(step)?;
        // A start must not pass by a script that is half-way: with the mark, no stamp is due.
        let marked = History::read(self.conn, self.how.set)?;
        stamp::write(self.conn, self.how.set, &marked, ours)?;
        transaction.commit()?;

        let _span = trace::step(step);
        let sql = self.sql(&look.history, step);
        let _limit = step.is_stored.then(|| NoAttach::during(self.conn, sql));
        let before = changes(self.conn)?;
        let started = Instant::now();
        let outcome = Pulse::beside(self.conn, &self.audience, step, |pulse| {
            self.script(step, sql, pulse, |watch| execute(self.conn, sql, watch))
        });
        if let Err(failure) = outcome {
            return Err(self.stopped(step, sql, failure, before));
        }
        let duration = started.elapsed();
        self.record(step, duration, ours.map(|_| 0)).map_err(|source| ErrorKind::Unrecorded {
            version: step.version,
            name: step.name.clone(),
            source: Box::new(source),
        })?;
        // It stands; who says stop now is heard before the next segment.
        let done = done(step, duration);
        let _ = self.audience.tell(&Event::Finished { done: &done });
        self.committed(vec![done]);
        Ok(true)
    }

    /// Records that a script which ran outside of any transaction came to its end.
    fn record(&self, step: &Step, duration: Duration, ours: Option<i32>) -> Result<()> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        match step.direction {
            Direction::Up => record::finish(self.conn, step.version, ms(duration))?,
            Direction::Down => record::delete(self.conn, step.version)?,
        }
        self.seal(ours)?;
        Ok(transaction.commit()?)
    }

    fn mark(&self, step: &Step) -> Result<()> {
        match (step.direction, self.how.set.get(step.version)) {
            (Direction::Up, Some(migration)) => {
                Recorder::new(self.conn).insert(migration, Row::APPLYING)?;
            }
            _ => record::set_state(self.conn, step.version, "reverting")?,
        }
        Ok(())
    }

    /// If the first statement failed and changed no row, nothing was done, and the mark comes off. A
    /// statement with `OR FAIL` keeps what it did before it failed.
    fn stopped(&self, step: &Step, sql: &str, failure: Failure, before: i64) -> ErrorKind {
        if !self.conn.is_autocommit() {
            // The script began a transaction of its own, which must not outlive it. If this fails, the
            // error that is on its way tells more.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        let is_untouched = failure.is_first && changes(self.conn).is_ok_and(|now| now == before);
        let unmarked = is_untouched && {
            let unmark = match step.direction {
                Direction::Up => record::delete(self.conn, step.version),
                Direction::Down => record::set_state(self.conn, step.version, "applied"),
            };
            unmark.is_ok()
        };
        if self.audience.is_cancelled() {
            return blame::cancelled(step, !unmarked);
        }
        blame::statement(step, sql, failure, !unmarked)
    }
}
