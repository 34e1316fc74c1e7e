//! The mark in the history that a no-transaction script is under way, from before its first statement until it is
//! recorded as done.
//!
//! However a run ends, its mark says the truth: it goes if nothing was done, and otherwise it says where to go on.
//! Only of a killed process does it stay as it was, with the run's name in it. Then the next run waits, since that
//! process may be alive, and takes the mark over; what it took over, the other one can't write any more.

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

/// A script that this run has marked as under way.
pub(crate) struct Mark<'c> {
    conn: &'c Connection,
    audience: &'c Audience<'c>,
    version: Version,
    direction: Direction,
    sql: &'c str,
    run: String,
    is_recordable: bool,
    /// What of the script was done before this run.
    start: usize,
    /// What is done and its hash, and what will be done once the open transaction commits.
    done: Cell<usize>,
    hash: RefCell<Sha256>,
    claimed: Cell<usize>,
    is_lost: Cell<bool>,
    /// The `user_version` and the stamp of the newest migration that the mark took away, if they were ours.
    stamps: Option<(i32, i32)>,
    /// What the pragmas of the script may change of the connection, as it was.
    settings: RefCell<Option<Settings<'c>>>,
    /// Whether the mark is as this run wants to leave it.
    is_settled: Cell<bool>,
    /// How many rows of the history this run has changed between the statements of the script.
    pub(crate) own_changes: Cell<u64>,
}

impl<'c> Mark<'c> {
    /// Marks the script in the transaction that is open, as begun or as taken over.
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
            // Until the transaction has committed, there is nothing to settle.
            is_settled: Cell::new(true),
            own_changes: Cell::new(0),
        };
        let state = match (step.direction, set.get(step.version)) {
            (Direction::Up, Some(migration)) => {
                match step.resume_at {
                    None => Recorder::new(conn).insert(migration, Row::APPLYING)?,
                    // What is left of the text may have been corrected.
                    Some(_) => write::set_checksum(conn, migration)?,
                }
                "applying"
            }
            _ => "reverting",
        };
        write::set_underway(conn, step.version, state, &mark.progress(start))?;
        Ok(mark)
    }

    /// The transaction that sets the mark has committed.
    pub(crate) fn begin(&self, settings: Settings<'c>) {
        self.settings.replace(Some(settings));
        self.is_settled.set(false);
    }

    /// Makes the connection what it was before the script.
    pub(crate) fn restore_settings(&self) {
        drop(self.settings.take());
    }

    /// Whether another run has taken the script over.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.get()
    }

    /// Whether the mark is still this run's, asked in the transaction that is to record the end.
    pub(crate) fn is_ours(&self) -> rusqlite::Result<bool> {
        self.is_held()
    }

    /// What was done is recorded.
    pub(crate) fn finish(self) {
        self.is_settled.set(true);
    }

    /// Leaves the mark as a run does that stops, and returns what remains of the script.
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

    /// Takes the mark off if nothing was done, and lets go of it otherwise. Whether it is off.
    fn settle(&self) -> rusqlite::Result<bool> {
        self.is_settled.set(true);
        if !self.conn.is_autocommit() {
            // The script began a transaction of its own, which must not outlive it.
            self.conn.execute_batch("ROLLBACK").or_else(|_| self.conn.execute_batch("ROLLBACK"))?;
        }
        self.restore_settings();
        if self.is_lost() {
            return Ok(false);
        }
        let give_up = || self.audience.is_cancelled();
        let settle = || patiently(self.conn, &give_up, || self.settle_once());
        // What interrupted or denied a statement may do so once more.
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

    /// The history becomes what it was before the mark.
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

/// Also when an observer panics.
impl Drop for Mark<'_> {
    fn drop(&mut self) {
        if !self.is_settled.get() {
            let _ = self.settle();
        }
    }
}
