//! Scripts in a transaction that is rolled back: what they did needs no copy to come back from.

use super::Sandbox;

impl Sandbox {
    /// Begins a transaction, in which scripts run from now on as one after the other in a run.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        self.is_tentative = true;
        Ok(())
    }

    /// Takes back what was done since. A statement may have ended the transaction itself, which does the same.
    pub(crate) fn roll_back(&mut self) -> rusqlite::Result<()> {
        self.is_tentative = false;
        // SQLite's cookie goes back too, and will stand for another schema.
        self.known = None;
        if self.conn.is_autocommit() { Ok(()) } else { self.conn.execute_batch("ROLLBACK") }
    }
}
