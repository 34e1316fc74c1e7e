//! Runs a script outside of any transaction of the run's, statement by statement.
//!
//! Each statement that writes gets a transaction of its own, in which its progress is recorded: it is done and
//! recorded, or neither, whatever happens to the process. What SQLite refuses in a transaction (`VACUUM`, a pragma of
//! the file) runs bare; all of it may be done twice, so it counts as done when the next statement that writes is.

use migratory_core::sql::statements;
use rusqlite::{Connection, Statement};

use crate::db::errors;
use crate::db::patience::patiently;
use crate::run::resume;
use crate::run::script::{Failure, Perform, Watch, each, exhaust};

/// Records how far a script has come.
pub(crate) trait Journal {
    /// Where the script goes on; 0 at its beginning.
    fn start(&self) -> usize;
    /// Records, in the transaction that is open, that all before this byte is done. `false` if another run has taken
    /// the script over.
    fn claim(&self, at: usize) -> rusqlite::Result<bool>;
    /// What was claimed is committed.
    fn commit(&self);
    /// Whether the script is still this run's.
    fn is_held(&self) -> rusqlite::Result<bool>;
    /// Whether to stop waiting.
    fn is_cancelled(&self) -> bool;
}

/// For the rehearsal, which has no history and nobody beside it.
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

/// Runs the statements of a script that are not done yet.
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

/// A statement in a transaction that the script began: what it ends with records all of it.
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

/// Commits what went well, and takes back what did not: also what `OR FAIL` would keep.
fn finish(
    conn: &Connection,
    give_up: &dyn Fn() -> bool,
    outcome: rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let outcome = outcome.and_then(|()| patiently(conn, give_up, || conn.execute_batch("COMMIT")));
    if outcome.is_err() && !conn.is_autocommit() {
        // What denied the statement may deny this too, once.
        let _ = conn.execute_batch("ROLLBACK").or_else(|_| conn.execute_batch("ROLLBACK"));
    }
    outcome
}

fn held(is_held: bool) -> rusqlite::Result<()> {
    if is_held { Ok(()) } else { Err(errors::superseded()) }
}

/// Whether a statement takes no transaction around it, or means something else in one.
fn is_alone(statement: &str) -> bool {
    const WORDS: [&str; 4] = ["pragma", "vacuum", "attach", "detach"];
    statements::transaction_word(statement).is_some()
        || statements::first_word(statement)
            .is_some_and(|first| WORDS.iter().any(|word| first.is_word(word)))
}
