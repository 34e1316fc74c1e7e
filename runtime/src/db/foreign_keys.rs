//! Finds the rows whose foreign keys a run has broken.
//!
//! Only tables that a script can have touched are checked, because checking all tables of a large
//! database takes minutes. The dangling rows before and after the script are compared. A row that
//! dangled before is recognised by the values of its key, even if its table, its columns or their
//! types have changed. Comparing counts would miss a row that replaces another.

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
use crate::db::query;

pub(crate) use self::snapshot::is_intact;
pub(crate) use self::touched::{Links, Scope, Touched, mentioned};
pub use self::violation::Violation;

/// How many violations an error lists.
const NAMED: usize = 10;

/// The violations that a run added.
#[derive(Debug)]
pub struct Added {
    /// The first of them.
    pub violations: Vec<Violation>,
    /// The total number.
    pub total: usize,
    /// The table and the parent of each violated key.
    pub(crate) keys: Vec<(String, String)>,
}

/// The dangling rows before an operation, for comparison with those after it.
pub(crate) struct Before(Snapshot);

impl Before {
    pub(crate) fn look(conn: &Connection, touched: &Touched) -> rusqlite::Result<Self> {
        Ok(Self(Snapshot::take(conn, touched, &RandomState::new(), None, None)?))
    }

    /// Returns the violations added since.
    pub(crate) fn added(&self, conn: &Connection, touched: &Touched) -> rusqlite::Result<Added> {
        let after = Snapshot::take(conn, touched, &self.0.hasher, Some(&self.0), None)?;
        let mut names = Names::new(NAMED);
        for addition in additions(&self.0, &after) {
            names.take(conn, &self.0.hasher, &addition)?;
        }
        Ok(names.finish())
    }
}

/// Returns the parent tables of the foreign keys of touched tables, as the keys spell them.
pub(crate) fn parents(conn: &Connection, touched: &Touched) -> rusqlite::Result<Vec<String>> {
    Ok(key::touched(conn, touched)?.into_iter().map(|key| key.parent).collect())
}

/// Returns all violations in the database, old ones included, by SQLite's own check, which doesn't
/// name the values.
///
/// It is for a set that has no deferred key: only a table that isn't of the set can have violated
/// one.
pub(crate) fn listed(conn: &Connection) -> rusqlite::Result<Added> {
    let mut added = Added { violations: Vec::new(), total: 0, keys: Vec::new() };
    query::rows(conn, "PRAGMA main.foreign_key_check", &[], &mut |row| {
        added.total += 1;
        if added.violations.len() < NAMED {
            added.violations.push(Violation {
                table: row.get(0)?,
                rowid: row.get(1)?,
                primary_key: Vec::new(),
                parent: row.get(2)?,
                key: Vec::new(),
                problem: None,
            });
        }
        Ok(true)
    })?;
    Ok(added)
}

/// Rolls the transaction back, and returns the violations that it had added.
///
/// A savepoint at its start would preserve the state before it, but would make SQLite write each
/// changed page twice in every run, just for a message.
pub(crate) fn added_in_transaction(
    conn: &Connection,
    touched: &Touched,
) -> rusqlite::Result<Added> {
    let hasher = RandomState::new();
    let mut kept = Kept::default();
    let after = Snapshot::take(conn, touched, &hasher, None, Some(&mut kept))?;
    conn.execute_batch("ROLLBACK")?;
    // Without the lock, another connection may interfere. Then the error lists old rows as well,
    // rather than none.
    let before = Transaction::new_unchecked(conn, TransactionBehavior::Deferred)
        .and_then(|_read| Snapshot::take(conn, touched, &hasher, Some(&after), None))
        .unwrap_or_else(|_| Snapshot::empty(&hasher));
    let mut names = Names::new(NAMED);
    for addition in additions(&before, &after) {
        names.take_kept(&kept, &addition);
    }
    Ok(names.finish())
}
