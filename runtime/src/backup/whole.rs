//! A moment at which a backup is worth having.

use std::thread;
use std::time::Instant;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::history::History;
use crate::kind::ErrorKind;
use crate::patience::PAUSE;
use crate::{MigrationSet, sqlite};

/// Locks the database for writing while no migration is half-way in it.
pub(super) fn lock(conn: &Connection) -> Result<(Transaction<'_>, History), ErrorKind> {
    let until = Instant::now() + sqlite::patience(conn)?;
    loop {
        let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        let history = History::read(conn, &MigrationSet::new(&[]))?;
        let Some((entry, underway)) = history.underway() else { return Ok((transaction, history)) };
        if !underway.is_held() || Instant::now() >= until {
            return Err(ErrorKind::underway(entry, underway));
        }
        drop(transaction);
        thread::sleep(PAUSE);
    }
}
