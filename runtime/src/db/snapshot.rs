//! One state of the database, for several questions.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Reads from one state of the database: in the connection's transaction, or in one of its own.
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
