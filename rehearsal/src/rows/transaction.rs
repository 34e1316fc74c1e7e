//! Transactions and savepoints, and the pragmas that they depend on.

use rusqlite::{self, Connection};

use super::complaint::said;
use super::writer::{Refusal, Written};

/// Does `work` with foreign keys enforced, which leaves the setting as it was.
///
/// SQLite passes over the pragma within a transaction: there the setting stands as it is.
pub(super) fn enforcing<T>(
    conn: &Connection,
    work: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let is_on: bool = conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
    if is_on {
        return work();
    }
    conn.execute_batch("PRAGMA foreign_keys = ON")?;
    let worked = work();
    conn.execute_batch("PRAGMA foreign_keys = OFF")?;
    worked
}

/// Does `work` so that nothing is left of it if it fails.
pub(super) fn whole<T>(conn: &Connection, work: impl FnOnce() -> Written<T>) -> Written<T> {
    conn.execute_batch("SAVEPOINT migratory_rows")?;
    let worked = work();
    match &worked {
        Ok(Ok(_)) => return release(conn, worked),
        // A trigger that raises ROLLBACK has taken the savepoint with it.
        Ok(Err(Refusal::Lost(_))) => {}
        Ok(Err(Refusal::Said(_))) | Err(_) => undo(conn)?,
    }
    worked
}

/// The end of the outermost savepoint is that of the transaction, at which SQLite may still refuse.
fn release<T>(conn: &Connection, worked: Written<T>) -> Written<T> {
    if let Err(error) = conn.execute_batch("RELEASE migratory_rows") {
        undo(conn)?;
        return Ok(Err(Refusal::Said(said(error)?)));
    }
    worked
}

fn undo(conn: &Connection) -> rusqlite::Result<()> {
    if conn.is_autocommit() {
        return Ok(());
    }
    conn.execute_batch("ROLLBACK TO migratory_rows; RELEASE migratory_rows")
}

/// Does `work` with foreign keys checked no earlier than at its end.
pub(super) fn deferring<T>(
    conn: &Connection,
    work: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let worked = work();
    conn.execute_batch("PRAGMA defer_foreign_keys = OFF")?;
    worked
}
