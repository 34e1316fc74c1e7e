//! Names the rows that violate a key.

use std::collections::{HashMap, VecDeque};
use std::hash::RandomState;

use migratory_core::sql::quotes::quoted;
use rusqlite::{Connection, Row};

use super::Added;
use super::compare::Addition;
use super::digest::Digest;
use super::key::{self, ForeignKey};
use super::violation::Violation;

/// How many rows of a key are kept to be named after they are gone.
const KEPT: usize = 5_000;

/// How the rows of a table are named: by their rowid, or by their primary key.
pub(super) struct RowName {
    rowid: Option<&'static str>,
    primary_key: Vec<String>,
}

impl RowName {
    pub(super) fn of(conn: &Connection, table: &str) -> rusqlite::Result<Self> {
        let rowid = rowid(conn, table)?;
        let primary_key = if rowid.is_some() { Vec::new() } else { key::primary_key(conn, table)? };
        Ok(Self { rowid, primary_key })
    }

    /// What to select of a row beside the values of the key.
    pub(super) fn selected(&self, key: &ForeignKey) -> String {
        let rowid = self.rowid.map_or("NULL".to_owned(), |name| format!("c.{name}"));
        let columns = key.columns.iter().map(|(column, _)| column).chain(&self.primary_key);
        let quotes = columns.map(|column| format!(", quote(c.{})", quoted(column)));
        std::iter::once(format!(", {rowid}")).chain(quotes).collect()
    }

    pub(super) fn violation(&self, key: &ForeignKey, row: &Row<'_>) -> rusqlite::Result<Violation> {
        let values = key.columns.len();
        let columns = key.columns.iter().map(|(column, _)| column.clone());
        let quotes = (values + 1..).map(|at| row.get(at));
        let pairs = columns.zip(quotes).map(|(column, value)| Ok((column, value?)));
        let primary_key = (2 * values + 1..).take(self.primary_key.len()).map(|at| row.get(at));
        Ok(Violation {
            table: key.table.clone(),
            rowid: row.get(values)?,
            primary_key: primary_key.collect::<rusqlite::Result<_>>()?,
            parent: key.parent.clone(),
            key: pairs.collect::<rusqlite::Result<_>>()?,
            problem: None,
        })
    }
}

/// A name of the rowid that no column has taken; `None` if there is none, as in a table `WITHOUT ROWID`.
fn rowid(conn: &Connection, table: &str) -> rusqlite::Result<Option<&'static str>> {
    let sql = "SELECT count(*) FROM pragma_table_xinfo(?1, 'main') WHERE lower(name) = ?2";
    for name in ["rowid", "_rowid_", "oid"] {
        if conn.query_row(sql, [table, name], |row| row.get::<_, i64>(0))? == 0 {
            let sql = format!("SELECT c.{name} FROM main.{} AS c", quoted(table));
            return Ok(conn.prepare(&sql).is_ok().then_some(name));
        }
    }
    Ok(None)
}

/// Rows by the place of the key that they violate: the last ones, since rows that were added come last.
#[derive(Default)]
pub(super) struct Kept(HashMap<usize, KeptRows>);

#[derive(Default)]
pub(super) struct KeptRows(VecDeque<(Digest, Violation)>);

impl Kept {
    pub(super) fn of(&mut self, key: usize) -> &mut KeptRows {
        self.0.entry(key).or_default()
    }
}

impl KeptRows {
    pub(super) fn push(&mut self, digest: Digest, violation: Violation) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((digest, violation));
    }

    #[cfg(test)]
    pub(super) fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter().map(|(_, violation)| violation)
    }
}

/// Collects the names of the first violations, and counts all.
pub(super) struct Names {
    limit: usize,
    added: Added,
}

impl Names {
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, added: Added { violations: Vec::new(), total: 0 } }
    }

    pub(super) fn finish(self) -> Added {
        self.added
    }

    /// Takes rows that are still in the database.
    pub(super) fn take(
        &mut self,
        conn: &Connection,
        hasher: &RandomState,
        addition: &Addition<'_>,
    ) -> rusqlite::Result<()> {
        let key = &addition.looked.key;
        self.count(addition);
        if addition.excess.is_empty() || self.is_full() {
            return Ok(());
        }
        let (name, mut picker) = (RowName::of(conn, &key.table)?, addition.picker());
        key.violating(conn, addition.has_parent, &name.selected(key), |row| {
            if picker.picks(Digest::new(hasher, row, key.columns.len())?) {
                self.push(name.violation(key, row)?);
            }
            Ok(!self.is_full())
        })
    }

    /// Takes rows that are gone, from those that were kept.
    pub(super) fn take_kept(&mut self, kept: &Kept, addition: &Addition<'_>) {
        self.count(addition);
        let rows = kept.0.get(&addition.at).map(|kept| &kept.0);
        let mut picker = addition.picker();
        let mut new = rows.into_iter().flatten().filter(|(digest, _)| picker.picks(*digest));
        let mut is_named = false;
        while let Some((_, violation)) = new.next().filter(|_| !self.is_full()) {
            self.push(violation.clone());
            is_named = true;
        }
        if !is_named && !addition.excess.is_empty() && !self.is_full() {
            self.push(unnamed(&addition.looked.key));
        }
    }

    fn count(&mut self, addition: &Addition<'_>) {
        self.added.total += addition.excess.len() + usize::from(addition.problem.is_some());
        if let Some(problem) = addition.problem.filter(|_| !self.is_full()) {
            let problem = Some(problem.to_owned());
            self.push(Violation { problem, ..unnamed(&addition.looked.key) });
        }
    }

    fn push(&mut self, violation: Violation) {
        self.added.violations.push(violation);
    }

    fn is_full(&self) -> bool {
        self.added.violations.len() >= self.limit
    }
}

fn unnamed(key: &ForeignKey) -> Violation {
    Violation {
        table: key.table.clone(),
        rowid: None,
        primary_key: Vec::new(),
        parent: key.parent.clone(),
        key: Vec::new(),
        problem: None,
    }
}
