//! Runs scripts in a transaction that is rolled back, so that undoing them needs no copy.

use super::Sandbox;

impl Sandbox {
    /// Begins a transaction in which all scripts run from now on, as several do in a run.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        self.is_tentative = true;
        Ok(())
    }

    /// Rolls the transaction back. If a statement has already ended it, the changes are undone as
    /// well.
    pub(crate) fn roll_back(&mut self) -> rusqlite::Result<()> {
        self.is_tentative = false;
        // The rollback restores SQLite's cookie too, and a later schema will get the same number.
        self.known = None;
        if self.conn.is_autocommit() { Ok(()) } else { self.conn.execute_batch("ROLLBACK") }
    }
}
