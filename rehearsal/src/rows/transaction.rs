//! Runs work in transactions and savepoints, with the pragmas that they depend on.

use rusqlite::{self, Connection};

use super::fill_error::FillError;

/// Does `work` with foreign keys enforced, and restores the setting.
///
/// Within a transaction SQLite ignores this pragma, so the setting stays as it is there.
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

/// Does `work`, and undoes all of it if it fails.
pub(super) fn whole<T>(
    conn: &Connection,
    work: impl FnOnce() -> Result<T, FillError>,
) -> Result<T, FillError> {
    conn.execute_batch("SAVEPOINT migratory_rows")?;
    let worked = work();
    match &worked {
        Ok(_) => release(conn)?,
        // A trigger that raised ROLLBACK has ended the savepoint too.
        Err(FillError::RolledBack(_)) => {}
        Err(_) => undo(conn)?,
    }
    worked
}

/// Releases the savepoint. If it is the outermost one, that is a COMMIT, which SQLite may refuse.
fn release(conn: &Connection) -> Result<(), FillError> {
    let Err(error) = conn.execute_batch("RELEASE migratory_rows") else { return Ok(()) };
    undo(conn)?;
    Err(FillError::rejected_unless_final(error))
}

fn undo(conn: &Connection) -> rusqlite::Result<()> {
    if conn.is_autocommit() {
        return Ok(());
    }
    conn.execute_batch("ROLLBACK TO migratory_rows; RELEASE migratory_rows")
}

/// Does `work` with foreign keys deferred until its end.
pub(super) fn deferring<T>(
    conn: &Connection,
    work: impl FnOnce() -> Result<T, FillError>,
) -> Result<T, FillError> {
    conn.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let worked = work();
    conn.execute_batch("PRAGMA defer_foreign_keys = OFF")?;
    worked
}
