//! Names and counts the added rows.

use std::hash::RandomState;

use rusqlite::Connection;

use super::Added;
use super::compare::Addition;
use super::digest::Digest;
use super::kept::Kept;
use super::key::ForeignKey;
use super::row_name::RowName;
use super::violation::Violation;

/// Collects the names of the first violations, and counts all of them.
pub(super) struct Names {
    limit: usize,
    added: Added,
}

impl Names {
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, added: Added { violations: Vec::new(), total: 0, keys: Vec::new() } }
    }

    pub(super) fn finish(self) -> Added {
        self.added
    }

    /// Adds rows that are still in the database.
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
        key.violating(conn, addition.has_parent, &name.selected(key), &mut |row| {
            if picker.picks(Digest::new(hasher, row, key.columns.len())?) {
                self.push(name.violation(key, row)?);
            }
            Ok(!self.is_full())
        })
    }

    /// Adds rows that have been rolled back, from the kept ones.
    pub(super) fn take_kept(&mut self, kept: &Kept, addition: &Addition<'_>) {
        self.count(addition);
        let rows = kept.rows(addition.at);
        let mut picker = addition.picker();
        let mut new = rows.filter(|(digest, _)| picker.picks(*digest));
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
        let key = &addition.looked.key;
        self.added.keys.push((key.table.clone(), key.parent.clone()));
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
