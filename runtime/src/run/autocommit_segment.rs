//! Runs one script outside any transaction. The history marks it as half-way before it begins.

use std::time::{Duration, Instant};

use migratory_core::{Direction, Goal, Step};
use rusqlite::TransactionBehavior;

use crate::db::patience::patiently;
use crate::db::settings::Settings;
use crate::error::from_script;
use crate::error::kind::ErrorKind;
use crate::error::remains::Remains;
use crate::history::read::History;
use crate::history::stamp;
use crate::history::write;
use crate::observe::event::Event;
use crate::observe::trace;
use crate::run::autocommit::execute;
use crate::run::mark::Mark;
use crate::run::observed::Script;
use crate::run::step_script;
use crate::run::transaction_segment::{done, ms};
use crate::run::{Look, Result, Run};

impl Run<'_> {
    /// Runs the script; `false` if another process has changed what there is to do.
    pub(crate) fn autocommit_segment(
        &mut self,
        goal: Goal,
        segment: &[Step],
        settings: Settings<'_>,
    ) -> Result<bool> {
        let Some(step) = segment.first() else {
            return Ok(false);
        };
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let Some(look) = self.look_again(goal, segment)? else {
            return Ok(false);
        };
        let ours = stamp::ours(self.conn, &look.history)?;
        let last = look.history.last().map_or(0, |entry| entry.stamp);
        let (sql, stamps) = (
            step_script::sql(self.config.set, &look.history, step),
            ours.map(|found| (found, last)),
        );
        let mark = Mark::set(self.conn, &self.audience, self.config.set, step, sql, stamps)?;
        // A start must not skip a half-way script, so no stamp is due while the mark is set.
        let marked = History::read(self.conn, self.config.set)?;
        stamp::write(self.conn, self.config.set, &marked, ours)?;
        transaction.commit()?;
        mark.begin(settings);
        let Some(duration) = self.marked(step, &look, mark, ours.map(|_| 0))? else {
            return Ok(false);
        };
        // The script is committed. A cancellation takes effect before the next segment.
        let done = done(step, duration);
        let _ = self.audience.emit(&Event::Finished { done: &done });
        self.committed(vec![done]);
        Ok(true)
    }

    /// Runs the marked script, records its end, and returns its duration; `None` if another run has
    /// taken it over.
    fn marked(
        &self,
        step: &Step,
        look: &Look,
        mark: Mark<'_>,
        ours: Option<i32>,
    ) -> Result<Option<Duration>> {
        let _span = trace::step(step);
        let sql = step_script::sql(self.config.set, &look.history, step);
        let _limit = self.no_attach(step, sql)?;
        let started = Instant::now();
        let own_changes = || mark.own_changes.get();
        let mut outcome = Ok(());
        self.alongside(step, &mut |heartbeat| {
            let script = Script { step, sql, heartbeat, own_changes: &own_changes };
            self.script(&script, &mut |watch| outcome = execute(self.conn, sql, watch, &mark));
        });
        if let Err(failure) = outcome {
            let remains = mark.stop();
            return match () {
                () if mark.is_lost() => Ok(None),
                () if self.audience.is_cancelled() => Err(from_script::cancelled(step, remains)),
                () => Err(from_script::statement(step, sql, failure, remains)),
            };
        }
        let duration = started.elapsed();
        // A setting of the script, such as `query_only`, must not prevent recording its end.
        mark.restore_settings();
        match self.record(step, &mark, duration, ours) {
            Ok(true) => {
                mark.finish();
                Ok(Some(duration))
            }
            Ok(false) => Ok(None),
            Err(source) => Err(ErrorKind::Unrecorded {
                version: step.version,
                name: step.name.clone(),
                source: Box::new(source.into_kind()),
                is_resumable: mark.stop() != Remains::Part,
            }
            .into()),
        }
    }

    /// Records the end of the script; `false` if another run has taken it over.
    fn record(
        &self,
        step: &Step,
        mark: &Mark<'_>,
        duration: Duration,
        ours: Option<i32>,
    ) -> Result<bool> {
        let give_up = || self.audience.is_cancelled();
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        if !mark.is_ours()? {
            return Ok(false);
        }
        match step.direction {
            Direction::Up => write::finish(self.conn, step.version, ms(duration))?,
            Direction::Down => write::delete(self.conn, step.version)?,
        }
        self.seal(ours)?;
        patiently(self.conn, &give_up, || self.conn.execute_batch("COMMIT"))?;
        drop(transaction);
        Ok(true)
    }
}
