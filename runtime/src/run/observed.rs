//! Runs a script while an observer watches.

use std::time::Instant;

use migratory_core::Step;
use migratory_core::sql::{left_out, statements};
use rusqlite::Connection;

use super::Run;
use super::script::{Moment, Watch};
use crate::Mode;
use crate::observe::event::{Audience, Event, Flow};
use crate::observe::heartbeat::Heartbeat;
use crate::place::locate;

/// Some work that a heartbeat accompanies.
type WithHeartbeat<'w> = dyn FnMut(&Heartbeat) + 'w;
/// A script to run with a watcher.
type WithWatch<'w> = dyn FnMut(&mut Watch<'_>) + 'w;

/// What only a run with an observer does.
#[derive(Clone, Copy)]
pub(super) struct Observed {
    alongside: fn(&Connection, &Audience<'_>, &Step, &mut WithHeartbeat<'_>),
    script: fn(&Run<'_>, &Script<'_>, &mut WithWatch<'_>),
}

pub(super) const OBSERVED: Observed = Observed {
    alongside: |conn, audience, step, work| Heartbeat::alongside(conn, audience, step, work),
    script: |run, script, work| run.watched(script, work),
};

/// A script that is about to run.
pub(super) struct Script<'a> {
    pub(super) step: &'a Step,
    pub(super) sql: &'a str,
    pub(super) heartbeat: &'a Heartbeat,
    /// Counts the rows that the runner itself changed.
    pub(super) own_changes: &'a dyn Fn() -> u64,
}

impl Run<'_> {
    /// Does some work; a heartbeat emits an event when a part of it takes long.
    pub(super) fn alongside(&self, step: &Step, work: &mut WithHeartbeat<'_>) {
        match self.parts.observed {
            Some(observed) => (observed.alongside)(self.conn, &self.audience, step, work),
            None => work(&Heartbeat::default()),
        }
    }

    /// Runs a script through `work`, which receives the watcher.
    pub(super) fn script(&self, script: &Script<'_>, work: &mut WithWatch<'_>) {
        match self.parts.observed {
            Some(observed) => (observed.script)(self, script, work),
            None => work(&mut |_| Flow::Continue(())),
        }
    }

    fn watched(&self, script: &Script<'_>, work: &mut WithWatch<'_>) {
        let Script { step, sql, heartbeat, own_changes } = *script;
        let of = match step.mode {
            Mode::NoTransaction => statements::count(sql),
            _ => statements::count(&left_out::without(sql)),
        };
        let rows = |own: u64| changes(self.conn).unwrap_or_default().saturating_sub(own);
        let _ = self.audience.emit(&Event::Started { step, statements: of });
        let skipped = statements::count(sql.get(..step.resume_at.unwrap_or(0)).unwrap_or_default());
        let (mut nth, mut before, mut since) = (skipped, 0, Instant::now());
        work(&mut |moment| match moment {
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
        });
    }
}

/// Returns how many rows this connection has changed so far.
fn changes(conn: &Connection) -> rusqlite::Result<u64> {
    let changes: i64 = conn.query_row("SELECT total_changes()", [], |row| row.get(0))?;
    Ok(u64::try_from(changes).unwrap_or_default())
}
