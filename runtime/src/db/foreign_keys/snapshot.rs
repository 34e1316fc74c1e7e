//! The dangling rows of the touched tables at one moment.

use std::collections::HashMap;
use std::hash::RandomState;

use rusqlite::Connection;

use super::digest::{Digest, Digests};
use super::kept::Kept;
use super::key::{self, ForeignKey, Relation};
use super::row_name::RowName;
use super::touched::Touched;
use crate::db::errors;
use crate::db::pragmas::{self, Column};

/// The columns of a table and their declared types, all lowercase.
type Columns = HashMap<String, String>;

pub(super) struct Snapshot {
    pub(super) hasher: RandomState,
    /// All tables and views.
    pub(super) relations: HashMap<String, Relation>,
    columns: HashMap<String, Columns>,
    pub(super) keys: Vec<Looked>,
}

/// A foreign key and its violations.
pub(super) struct Looked {
    pub(super) key: ForeignKey,
    /// The sorted digests of all rows that violate it.
    pub(super) digests: Digests,
    /// SQLite's message if it can't check the key.
    pub(super) problem: Option<String>,
}

impl Snapshot {
    /// Creates the snapshot of a database without foreign keys.
    pub(super) fn empty(hasher: &RandomState) -> Self {
        let (relations, columns) = (HashMap::new(), HashMap::new());
        Self { hasher: hasher.clone(), relations, columns, keys: Vec::new() }
    }

    /// Finds the violations of the touched tables' keys. Only snapshots with the same `hasher` can
    /// be compared. The columns of keys are in the order of the `other` snapshot.
    ///
    /// Rows added to `kept` can be named after a rollback.
    pub(super) fn take(
        conn: &Connection,
        touched: &Touched,
        hasher: &RandomState,
        other: Option<&Self>,
        mut kept: Option<&mut Kept>,
    ) -> rusqlite::Result<Self> {
        let mut keys = key::touched(conn, touched)?;
        if let Some(other) = other {
            let others: Vec<_> = other.keys.iter().map(|it| &it.key).collect();
            for key in &mut keys {
                key.align(&others);
            }
        }
        let mut snapshot = Self { relations: key::relations(conn)?, ..Self::empty(hasher) };
        let mut problems: HashMap<String, Option<String>> = HashMap::new();
        for key in keys {
            let table = key.table.to_ascii_lowercase();
            if !snapshot.columns.contains_key(&table) {
                snapshot.columns.insert(table.clone(), columns(conn, &key.table)?);
                problems.insert(table.clone(), problem(conn, &key.table)?);
            }
            let problem = problems.get(&table).and_then(Option::as_ref);
            let problem = problem.filter(|it| key.is_reported_by(it)).cloned();
            let digests = snapshot.look(conn, &key, problem.is_some(), kept.as_deref_mut())?;
            snapshot.keys.push(Looked { key, digests, problem });
        }
        Ok(snapshot)
    }

    /// Finds the rows that violate a key, even if SQLite can't check it: once it can, these rows
    /// aren't new.
    fn look(
        &self,
        conn: &Connection,
        key: &ForeignKey,
        is_problematic: bool,
        kept: Option<&mut Kept>,
    ) -> rusqlite::Result<Digests> {
        let mut digests = Digests::default();
        if self.relations.get(&key.parent.to_ascii_lowercase()) == Some(&Relation::Computed) {
            return Ok(digests);
        }
        let mut naming = match kept {
            Some(kept) => Some((RowName::of(conn, &key.table)?, kept.of(self.keys.len()))),
            None => None,
        };
        let more = naming.as_ref().map(|(name, _)| name.selected(key)).unwrap_or_default();
        let found = key.violating(conn, self.has_parent(key), &more, &mut |row| {
            let digest = Digest::new(&self.hasher, row, key.columns.len())?;
            digests.push(digest);
            if let Some((name, kept)) = &mut naming {
                kept.push(digest, name.violation(key, row)?);
            }
            Ok(true)
        });
        if let Err(error) = found {
            // The parent may lack the column that the key refers to.
            if !is_problematic || errors::is_interrupt(&error) {
                return Err(error);
            }
        }
        digests.sort();
        Ok(digests)
    }

    pub(super) fn has_parent(&self, key: &ForeignKey) -> bool {
        self.relations.contains_key(&key.parent.to_ascii_lowercase())
    }

    /// Returns the declared type of a column of a table in the snapshot; both names are lowercase.
    pub(super) fn declared(&self, table: &str, column: &str) -> Option<&str> {
        self.columns.get(table)?.get(column).map(String::as_str)
    }
}

/// Returns whether no row violates a key of the touched tables, with SQLite's own check, which
/// reads each table once.
pub(crate) fn is_intact(conn: &Connection, touched: &Touched) -> rusqlite::Result<bool> {
    let keys = key::touched(conn, touched)?;
    for keys in keys.chunk_by(|one, other| one.table == other.table) {
        let Some(ForeignKey { table, .. }) = keys.first() else { continue };
        let is_intact = || -> rusqlite::Result<bool> {
            let mut statement = key::check(conn, table)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(3)?;
                if keys.iter().any(|key| key.id == id) {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        match is_intact() {
            Ok(true) => {}
            Err(error) if key::mismatch(&error, table).is_none() => return Err(error),
            Ok(false) | Err(_) => return Ok(false),
        }
    }
    Ok(true)
}

fn problem(conn: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    match key::check(conn, table) {
        Ok(_) => Ok(None),
        Err(error) => key::mismatch(&error, table).map(Some).ok_or(error),
    }
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Columns> {
    let lower = |column: Column| {
        (column.name.to_ascii_lowercase(), column.declared_type.to_ascii_lowercase())
    };
    Ok(pragmas::columns(conn, table)?.into_iter().map(lower).collect())
}
