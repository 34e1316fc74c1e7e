//! Finds the rows whose foreign keys a run has broken.
//!
//! Only the tables that a script can have touched are checked: checking all tables of a large database takes
//! minutes. What dangles is looked at before and after the script. A row that dangled before is recognised by the
//! values of its key, also where its table, its columns or their types changed; counts are never compared.

mod compare;
mod digest;
mod kept;
mod key;
#[cfg(test)]
mod model;
mod naming;
mod rename;
mod row_name;
mod snapshot;
mod touched;
mod violation;

use std::hash::RandomState;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use self::compare::additions;
use self::kept::Kept;
use self::naming::Names;
use self::snapshot::Snapshot;

pub(crate) use self::snapshot::is_intact;
pub(crate) use self::touched::{Links, Scope, Touched};
pub use self::violation::Violation;

/// How many violations an error names.
const NAMED: usize = 10;

/// The violations that a run has added.
#[derive(Debug)]
pub struct Added {
    /// The first of them.
    pub violations: Vec<Violation>,
    /// How many there are.
    pub total: usize,
    /// The table and the parent of each key that has some.
    pub(crate) keys: Vec<(String, String)>,
}

/// The dangling rows before some work, to be compared with those after it.
pub(crate) struct Before(Snapshot);

impl Before {
    pub(crate) fn look(conn: &Connection, touched: &Touched) -> rusqlite::Result<Self> {
        Ok(Self(Snapshot::take(conn, touched, &RandomState::new(), None, None)?))
    }

    /// The violations that were added since.
    pub(crate) fn added(&self, conn: &Connection, touched: &Touched) -> rusqlite::Result<Added> {
        let after = Snapshot::take(conn, touched, &self.0.hasher, Some(&self.0), None)?;
        let mut names = Names::new(NAMED);
        for addition in additions(&self.0, &after) {
            names.take(conn, &self.0.hasher, &addition)?;
        }
        Ok(names.finish())
    }
}

/// The tables that keys of touched tables refer to, as these keys name them.
pub(crate) fn parents(conn: &Connection, touched: &Touched) -> rusqlite::Result<Vec<String>> {
    Ok(key::touched(conn, touched)?.into_iter().map(|key| key.parent).collect())
}

/// Rolls the transaction back, and returns the violations that it had added.
///
/// A savepoint at its start would keep the state before it within reach; but SQLite then writes each page that
/// changes a second time, in every run, for the sake of a message.
pub(crate) fn added_in_transaction(
    conn: &Connection,
    touched: &Touched,
) -> rusqlite::Result<Added> {
    let hasher = RandomState::new();
    let mut kept = Kept::default();
    let after = Snapshot::take(conn, touched, &hasher, None, Some(&mut kept))?;
    conn.execute_batch("ROLLBACK")?;
    // Without the lock, another connection may be in the way. Old rows are listed too then, rather than none.
    let before = Transaction::new_unchecked(conn, TransactionBehavior::Deferred)
        .and_then(|_read| Snapshot::take(conn, touched, &hasher, Some(&after), None))
        .unwrap_or_else(|_| Snapshot::empty(&hasher));
    let mut names = Names::new(NAMED);
    for addition in additions(&before, &after) {
        names.take_kept(&kept, &addition);
    }
    Ok(names.finish())
}
