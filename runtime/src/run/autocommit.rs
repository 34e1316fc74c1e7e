//! Runs a script statement by statement, outside any transaction of the run.
//!
//! Each statement that writes gets its own transaction, which also records the progress, so that
//! both or neither happen even if the process is killed. Statements that SQLite refuses in a
//! transaction (`VACUUM`, a pragma of the file) run without one. They can safely run twice, so they
//! count as done when the next statement that writes does.

use migratory_core::sql::statements;
use rusqlite::{Connection, Statement};

use crate::db::errors;
use crate::db::patience::patiently;
use crate::run::resume;
use crate::run::script::{Failure, Perform, Watch, each, exhaust};

/// Records the progress of a script.
pub(crate) trait Journal {
    /// Returns the byte at which the script continues; 0 for its beginning.
    fn start(&self) -> usize;
    /// Records, in the open transaction, that everything before this byte is done. Returns `false`
    /// if another run has taken the script over.
    fn claim(&self, at: usize) -> rusqlite::Result<bool>;
    /// Called after the claimed progress is committed.
    fn commit(&self);
    /// Returns whether this run still holds the script.
    fn is_held(&self) -> rusqlite::Result<bool>;
    /// Returns whether to stop waiting.
    fn is_cancelled(&self) -> bool;
}

/// A journal for the rehearsal, which has no history and no other processes.
pub(crate) struct Unrecorded;

impl Journal for Unrecorded {
    fn start(&self) -> usize {
        0
    }

    fn claim(&self, _: usize) -> rusqlite::Result<bool> {
        Ok(true)
    }

    fn commit(&self) {}

    fn is_held(&self) -> rusqlite::Result<bool> {
        Ok(true)
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Runs the remaining statements of a script.
pub(crate) fn execute(
    conn: &Connection,
    sql: &str,
    watch: &mut Watch<'_>,
    journal: &dyn Journal,
) -> Result<(), Failure> {
    let start = journal.start();
    if start > 0 {
        if let Err((at, error)) = resume::settings(conn, sql.get(..start).unwrap_or_default()) {
            return Err(Failure::new(sql, at, None, error));
        }
    }
    let perform: &mut Perform<'_> =
        &mut |statement, text, end| one(conn, statement, text, end, journal);
    each(conn, sql, start, watch, perform)
}

fn one(
    conn: &Connection,
    statement: &mut Statement<'_>,
    text: &str,
    end: usize,
    journal: &dyn Journal,
) -> rusqlite::Result<()> {
    let give_up = || journal.is_cancelled();
    if !conn.is_autocommit() {
        return within(conn, statement, text, end, journal);
    }
    if statement.readonly() || is_alone(text) {
        held(journal.is_held()?)?;
        return patiently(conn, &give_up, || exhaust(statement));
    }
    patiently(conn, &give_up, || conn.execute_batch("BEGIN IMMEDIATE"))?;
    let claimed = journal.claim(end).and_then(held);
    let outcome = finish(conn, &give_up, claimed.and_then(|()| exhaust(statement)));
    if outcome.is_ok() {
        journal.commit();
    }
    outcome
}

/// Runs a statement inside a transaction that the script began; the statement that ends it records
/// all of it.
fn within(
    conn: &Connection,
    statement: &mut Statement<'_>,
    text: &str,
    end: usize,
    journal: &dyn Journal,
) -> rusqlite::Result<()> {
    let ends = matches!(statements::transaction_word(text), Some("COMMIT" | "END" | "RELEASE"));
    if ends {
        held(journal.claim(end)?)?;
    }
    patiently(conn, &|| journal.is_cancelled(), || exhaust(statement))?;
    if ends && conn.is_autocommit() {
        journal.commit();
    }
    Ok(())
}

/// Commits after success, and rolls back after a failure, including rows that `OR FAIL` would keep.
fn finish(
    conn: &Connection,
    give_up: &dyn Fn() -> bool,
    outcome: rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let outcome = outcome.and_then(|()| patiently(conn, give_up, || conn.execute_batch("COMMIT")));
    if outcome.is_err() && !conn.is_autocommit() {
        // An authorizer that denied the statement may deny the first ROLLBACK too.
        let _ = conn.execute_batch("ROLLBACK").or_else(|_| conn.execute_batch("ROLLBACK"));
    }
    outcome
}

fn held(is_held: bool) -> rusqlite::Result<()> {
    if is_held { Ok(()) } else { Err(errors::superseded()) }
}

/// Returns whether a statement can't run in a transaction, or means something else in one.
fn is_alone(statement: &str) -> bool {
    const WORDS: &str = "pragma vacuum attach detach";
    statements::transaction_word(statement).is_some()
        || statements::first_word(statement).is_some_and(|first| first.is_any(WORDS))
}
