//! The mark in the history of a running `no-transaction` script, set before its first statement and
//! removed when its end is recorded.
//!
//! However a run ends, its mark is accurate: it is removed if nothing was done, and otherwise says
//! where to continue. Only if the process is killed does the mark keep the run's name. The next run
//! then waits, because that process may be alive, and takes the mark over; from then on the other
//! process can't write its progress.

use std::cell::{Cell, RefCell};

use migratory_core::Sha256;
use migratory_core::sql::statements;
use migratory_core::{Direction, Step};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::db::header;
use crate::db::patience::patiently;
use crate::db::settings::Settings;
use crate::error::remains::Remains;
use crate::history::progress::{self, Progress};
use crate::history::stamp;
use crate::history::write::{self, Recorder, Row};
use crate::observe::event::Audience;
use crate::run::autocommit::Journal;
use crate::{MigrationSet, Version};

/// A script that this run has marked as half-way.
pub(crate) struct Mark<'c> {
    conn: &'c Connection,
    audience: &'c Audience<'c>,
    version: Version,
    direction: Direction,
    sql: &'c str,
    run: String,
    is_recordable: bool,
    /// The part of the script that was done before this run.
    start: usize,
    /// The completed part and its hash, and the part that completes when the open transaction
    /// commits.
    done: Cell<usize>,
    hash: RefCell<Sha256>,
    claimed: Cell<usize>,
    is_lost: Cell<bool>,
    /// The `user_version` and the stamp of the newest migration that setting the mark removed, if
    /// they were ours.
    stamps: Option<(i32, i32)>,
    /// The settings of the connection that the script's pragmas may change, as they were before.
    settings: RefCell<Option<Settings<'c>>>,
    /// Whether the mark is in its final state.
    is_settled: Cell<bool>,
    /// How many history rows this run has changed between the statements of the script.
    pub(crate) own_changes: Cell<u64>,
}

impl<'c> Mark<'c> {
    /// Sets the mark in the open transaction, or takes it over from another run.
    pub(crate) fn set(
        conn: &'c Connection,
        audience: &'c Audience<'c>,
        set: &MigrationSet<'_>,
        step: &Step,
        sql: &'c str,
        stamps: Option<(i32, i32)>,
    ) -> rusqlite::Result<Self> {
        let start = step.resume_at.unwrap_or(0);
        let mark = Self {
            conn,
            audience,
            version: step.version,
            direction: step.direction,
            sql,
            run: progress::name_of_run(conn)?,
            is_recordable: progress::is_recordable(sql),
            start,
            done: Cell::new(start),
            hash: RefCell::new(progress::hash_of(sql.get(..start).unwrap_or_default())),
            claimed: Cell::new(start),
            is_lost: Cell::new(false),
            stamps,
            settings: RefCell::new(None),
            // There is nothing to settle until the transaction has committed.
            is_settled: Cell::new(true),
            own_changes: Cell::new(0),
        };
        let state = match (step.direction, set.get(step.version)) {
            (Direction::Up, Some(migration)) => {
                match step.resume_at {
                    None => {
                        Recorder::new(conn, write::with_mode).insert(migration, Row::APPLYING)?;
                    }
                    // The remaining part of the text may have been corrected.
                    Some(_) => write::set_checksum(conn, migration)?,
                }
                "applying"
            }
            _ => "reverting",
        };
        write::set_underway(conn, step.version, state, &mark.progress(start))?;
        Ok(mark)
    }

    /// Called after the transaction that sets the mark has committed.
    pub(crate) fn begin(&self, settings: Settings<'c>) {
        self.settings.replace(Some(settings));
        self.is_settled.set(false);
    }

    /// Restores the connection's settings from before the script.
    pub(crate) fn restore_settings(&self) {
        drop(self.settings.take());
    }

    /// Returns whether another run has taken the script over.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.get()
    }

    /// Returns whether this run still holds the mark. Called in the transaction that records the
    /// end.
    pub(crate) fn is_ours(&self) -> rusqlite::Result<bool> {
        self.is_held()
    }

    /// Called after the end is recorded.
    pub(crate) fn finish(self) {
        self.is_settled.set(true);
    }

    /// Settles the mark of a run that stops, and returns what remains of the script.
    pub(crate) fn stop(&self) -> Remains {
        let is_untouched = self.done.get() == 0;
        let is_left = !self.settle().unwrap_or(false);
        if is_untouched && !is_left {
            return Remains::Nothing;
        }
        if self.is_recordable && (is_untouched || progress::is_resumable(self.sql)) {
            let of = statements::count(self.sql);
            let done = self.sql.get(..self.done.get()).map_or(0, statements::count);
            return Remains::Resumable { done, of };
        }
        Remains::Part
    }

    /// Removes the mark if nothing was done, and releases it otherwise. Returns whether it was
    /// removed.
    fn settle(&self) -> rusqlite::Result<bool> {
        self.is_settled.set(true);
        if !self.conn.is_autocommit() {
            // The script began its own transaction, which must not outlive it.
            self.conn.execute_batch("ROLLBACK").or_else(|_| self.conn.execute_batch("ROLLBACK"))?;
        }
        self.restore_settings();
        if self.is_lost() {
            return Ok(false);
        }
        let give_up = || self.audience.is_cancelled();
        let settle = || patiently(self.conn, &give_up, || self.settle_once());
        // Whatever interrupted or denied a statement may do so once more.
        settle().or_else(|_| settle())
    }

    fn settle_once(&self) -> rusqlite::Result<bool> {
        let transaction = Transaction::new_unchecked(self.conn, TransactionBehavior::Immediate)?;
        if !self.is_held()? {
            return Ok(false);
        }
        let is_untouched = self.done.get() == 0;
        if is_untouched {
            self.take_off()?;
        } else {
            let left = Progress { run: None, ..self.progress(self.done.get()) };
            write::set_progress(self.conn, self.version, &self.run, &left)?;
        }
        transaction.commit()?;
        Ok(is_untouched)
    }

    /// Restores the history from before the mark.
    fn take_off(&self) -> rusqlite::Result<()> {
        match self.direction {
            Direction::Up => write::delete(self.conn, self.version)?,
            Direction::Down => write::set_applied(self.conn, self.version)?,
        }
        match self.stamps {
            Some((user_version, last)) if header::user_version(self.conn)? == 0 => {
                stamp::restore(self.conn, user_version, last)
            }
            _ => Ok(()),
        }
    }

    fn hash(&self, at: usize) -> Sha256 {
        let mut hash = self.hash.borrow().clone();
        hash.update(self.sql.get(self.done.get()..at).unwrap_or_default().as_bytes());
        hash
    }

    fn progress(&self, at: usize) -> Progress {
        Progress {
            done: progress::name_of(&self.hash(at)),
            at: self.is_recordable.then_some(at),
            run: Some(self.run.clone()),
        }
    }
}

impl Journal for Mark<'_> {
    fn start(&self) -> usize {
        self.start
    }

    fn claim(&self, at: usize) -> rusqlite::Result<bool> {
        self.claimed.set(at);
        if !self.is_recordable {
            return self.is_held();
        }
        let is_ours = write::set_progress(self.conn, self.version, &self.run, &self.progress(at))?;
        self.own_changes.set(self.own_changes.get() + u64::from(is_ours));
        self.is_lost.set(!is_ours);
        Ok(is_ours)
    }

    fn commit(&self) {
        let claimed = self.claimed.get();
        let hash = self.hash(claimed);
        self.hash.replace(hash);
        self.done.set(claimed);
    }

    fn is_held(&self) -> rusqlite::Result<bool> {
        let is_ours = write::is_held(self.conn, self.version, &self.run)?;
        self.is_lost.set(!is_ours);
        Ok(is_ours)
    }

    fn is_cancelled(&self) -> bool {
        self.audience.is_cancelled()
    }
}

/// Settles the mark even if an observer panics.
impl Drop for Mark<'_> {
    fn drop(&mut self) {
        if !self.is_settled.get() {
            let _ = self.settle();
        }
    }
}
