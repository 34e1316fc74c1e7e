//! Locks the database at a moment at which a backup makes sense.

use std::thread;
use std::time::Instant;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::MigrationSet;
use crate::db::patience::{self, PAUSE};
use crate::error::Error;
use crate::history::read::History;

/// Takes the write lock once no `no-transaction` migration is half-way.
pub(super) fn lock(conn: &Connection) -> Result<(Transaction<'_>, History), Error> {
    let until = Instant::now() + patience::busy_timeout(conn)?;
    loop {
        let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        let history = History::read(conn, &MigrationSet::new(&[]))?;
        let Some((entry, underway)) = history.underway() else { return Ok((transaction, history)) };
        if !underway.is_held() || Instant::now() >= until {
            return Err(underway.refusal(entry));
        }
        drop(transaction);
        thread::sleep(PAUSE);
    }
}
