//! Reads from one state of the database.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Runs queries against one state of the database: in the connection's transaction, or in a new
/// one.
pub(crate) fn read<T, E: From<rusqlite::Error>>(
    conn: &Connection,
    look: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let snapshot = if conn.is_autocommit() {
        Some(Transaction::new_unchecked(conn, TransactionBehavior::Deferred)?)
    } else {
        None
    };
    let found = look();
    drop(snapshot);
    found
}
