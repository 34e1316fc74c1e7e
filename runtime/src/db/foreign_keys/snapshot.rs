//! What dangles in the touched tables at one moment.

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

/// The columns of a table and their declared types, all in lower case.
type Columns = HashMap<String, String>;

pub(super) struct Snapshot {
    pub(super) hasher: RandomState,
    /// All tables and views.
    pub(super) relations: HashMap<String, Relation>,
    columns: HashMap<String, Columns>,
    pub(super) keys: Vec<Looked>,
}

/// A foreign key, and what violates it.
pub(super) struct Looked {
    pub(super) key: ForeignKey,
    /// Of every row that violates it; sorted.
    pub(super) digests: Digests,
    /// SQLite's message where it can't check the key.
    pub(super) problem: Option<String>,
}

impl Snapshot {
    /// Of a database without a key.
    pub(super) fn empty(hasher: &RandomState) -> Self {
        let (relations, columns) = (HashMap::new(), HashMap::new());
        Self { hasher: hasher.clone(), relations, columns, keys: Vec::new() }
    }

    /// Looks at the keys of the touched tables; snapshots are compared that have the same `hasher`. The columns of keys are
    /// taken in the order that the `other` snapshot has.
    ///
    /// What `kept` is given, it can name once the rows are gone.
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
            let problem = problem.filter(|it| key.is_told_by(it)).cloned();
            let digests = snapshot.look(conn, &key, problem.is_some(), kept.as_deref_mut())?;
            snapshot.keys.push(Looked { key, digests, problem });
        }
        Ok(snapshot)
    }

    /// The rows that violate a key. Of one that SQLite can't check they are looked for as well: once it can be checked,
    /// they are no new ones.
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
        let found = key.violating(conn, self.has_parent(key), &more, |row| {
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

    /// The declared type of a column of a table that was looked at, both named in lower case.
    pub(super) fn declared(&self, table: &str, column: &str) -> Option<&str> {
        self.columns.get(table)?.get(column).map(String::as_str)
    }
}

/// Whether no row violates a key of the touched tables, by SQLite's own check: it reads each table once.
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
