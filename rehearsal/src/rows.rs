//! Fills the tables of a database with rows that their constraints allow.
//!
//! A migration that succeeds on empty tables may fail or lose something on rows, so the rehearsal
//! needs some. SQLite itself decides what a row must look like: the filler tries a row, and
//! SQLite's complaint says what to change. Nothing is random: the same schemas get the same rows.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{self, Connection};

use crate::schema::{Index, Name, Schema, Table, TableKind};
use migratory_analysis::Condition;

mod candidate;
mod children;
mod clause;
mod combined;
mod complaint;
mod condition;
mod demand;
mod derived;
mod edge;
mod fill_error;
mod group;
mod hint;
mod keys;
mod module;
mod order;
mod partly_equal_columns;
mod pattern;
mod saved_filler;
mod target;
mod transaction;
mod usual;
mod value;
mod variation;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use self::edge::{EdgeRow, Wanted};
use self::fill_error::{FillError, optional};
use self::group::Group;
pub(crate) use self::hint::literals_in;
use self::value::Maker;
pub(crate) use self::value::{Class, shown_value};

/// Which rows a table gets besides two that are distinct and complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// Adds a row that repeats another one, except where a constraint forbids it.
    pub(crate) duplicates: bool,
    /// Adds a row with NULL wherever no constraint forbids it.
    pub(crate) nulls: bool,
    /// Makes texts words; otherwise they are numbers, days and JSON documents at once.
    pub(crate) words: bool,
}

impl Rows {
    pub(crate) const CLEAN: Self = Self { duplicates: false, nulls: false, words: false };
    pub(crate) const ALLOWED: Self = Self { duplicates: true, nulls: true, words: false };
}

/// Fills tables, and remembers which ones it has filled.
#[derive(Clone, Debug)]
pub(crate) struct Filler {
    rows: Rows,
    maker: Maker,
    /// The tables it has tried to fill, each with what the result depended on.
    known: BTreeMap<Name, String>,
    gaps: BTreeMap<Name, String>,
    /// The tables for which a person gave rows: the filler adds none there.
    given: BTreeSet<Name>,
    /// The conditions that the migrations assume of every row.
    conditions: Vec<Condition>,
}

/// The result for each table: SQLite's last complaint, if it could not be filled.
type Results<'a> = BTreeMap<&'a Name, Option<String>>;

/// The definitions of the unique indexes of each table, gathered once: searching all indexes for
/// each table would take quadratic time.
type Uniques<'a> = BTreeMap<&'a Name, Vec<&'a str>>;

fn uniques(schema: &Schema) -> Uniques<'_> {
    let mut uniques = Uniques::new();
    for index in schema.indexes.values().filter(|index: &&Index| index.is_unique) {
        uniques.entry(&index.table).or_default().push(&index.sql);
    }
    uniques
}

impl Filler {
    pub(crate) fn new(rows: Rows) -> Self {
        Self {
            rows,
            maker: Maker::new(rows.words),
            known: BTreeMap::new(),
            gaps: BTreeMap::new(),
            given: BTreeSet::new(),
            conditions: Vec::new(),
        }
    }

    /// Makes only rows that meet these conditions.
    pub(crate) fn meeting<'c>(self, conditions: impl Iterator<Item = &'c Condition>) -> Self {
        Self { conditions: conditions.cloned().collect(), ..self }
    }

    /// Makes only rows that also meet this condition.
    pub(crate) fn and_meeting(mut self, condition: &Condition) -> Self {
        self.conditions.push(condition.clone());
        self
    }

    /// Adds rows to every table that is new or whose definition has changed since the last call, in
    /// one transaction. Other tables get rows only where a new row needs something new to refer to.
    ///
    /// # Errors
    ///
    /// Fails if SQLite runs out of time or memory. A table that takes no row is not an error: see
    /// [`Filler::gaps`].
    pub(crate) fn fill(&mut self, conn: &Connection, schema: &Schema) -> rusqlite::Result<()> {
        self.known.retain(|name, _| schema.tables.contains_key(name));
        self.gaps.retain(|name, _| schema.tables.contains_key(name));
        self.given.retain(|name| schema.tables.contains_key(name));
        let uniques = uniques(schema);
        let due: BTreeSet<&Name> = schema
            .tables
            .values()
            .filter(|table| self.is_due(schema, &uniques, table))
            .map(|table| &table.name)
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        let results = transaction::enforcing(conn, || {
            let due = demand::with_parents(conn, schema, due)?;
            self.fill_all(conn, schema, &due)
        })?;
        for (name, gap) in results {
            self.remember(schema, &uniques, name, gap);
        }
        Ok(())
    }

    /// Adds rows that refer to every row of a table, as far as the schema allows.
    ///
    /// # Errors
    ///
    /// Fails if SQLite runs out of time or memory.
    pub(crate) fn refer_to(
        &mut self,
        conn: &Connection,
        schema: &Schema,
        parent: &Name,
    ) -> rusqlite::Result<()> {
        children::write(conn, schema, parent, &self.given, &mut self.maker)
    }

    /// Marks a table to be filled again at the next call, because it lost its rows.
    pub(crate) fn forget(&mut self, table: &Name) {
        self.known.remove(table);
    }

    /// Leaves a table to the rows that a person gave it.
    pub(crate) fn leave(&mut self, table: &Name) {
        self.given.insert(table.clone());
    }

    /// Returns the tables that could not be filled, with SQLite's last complaint.
    pub(crate) fn gaps(&self) -> &BTreeMap<Name, String> {
        &self.gaps
    }

    fn is_due(&self, schema: &Schema, uniques: &Uniques<'_>, table: &Table) -> bool {
        table.kind != TableKind::Shadow
            && !self.given.contains(&table.name)
            && self.known.get(&table.name) != Some(&self.dependencies(schema, uniques, table))
    }

    /// Returns what decides whether a table must be tried again: its definition, and if it could
    /// not be filled, also everything that may have prevented it.
    fn dependencies(&self, schema: &Schema, uniques: &Uniques<'_>, table: &Table) -> String {
        let mut texts = vec![&*table.sql];
        // Once an index is no longer unique, its values may repeat.
        if let Some(uniques) = uniques.get(&table.name).filter(|_| self.rows.duplicates) {
            texts.extend(uniques);
        }
        if self.gaps.contains_key(&table.name) {
            let parents =
                table.foreign_keys.iter().filter_map(|key| schema.tables.get(&key.parent));
            texts.extend(parents.map(|parent| &*parent.sql));
            texts.extend(schema.triggers.values().map(|trigger| &*trigger.sql));
            texts.extend(schema.indexes.values().map(|index| &*index.sql));
        }
        texts.join("\n")
    }

    fn remember(
        &mut self,
        schema: &Schema,
        uniques: &Uniques<'_>,
        name: &Name,
        gap: Option<String>,
    ) {
        match gap {
            Some(message) => self.gaps.insert(name.clone(), message),
            None => self.gaps.remove(name),
        };
        if let Some(table) = schema.tables.get(name) {
            self.known.insert(name.clone(), self.dependencies(schema, uniques, table));
        }
    }

    /// Fills the tables. If a trigger ends the transaction, starts over without its table.
    fn fill_all<'a>(
        &mut self,
        conn: &Connection,
        schema: &'a Schema,
        due: &BTreeSet<&'a Name>,
    ) -> rusqlite::Result<Results<'a>> {
        let mut results = Results::new();
        loop {
            match transaction::whole(conn, || self.fill_once(conn, schema, due, &mut results)) {
                Ok(()) => return Ok(results),
                Err(FillError::RolledBack(_)) => results.retain(|_, gap| gap.is_some()),
                Err(error) => {
                    let message = error.into_message()?;
                    return Ok(due.iter().map(|&name| (name, Some(message.clone()))).collect());
                }
            }
        }
    }

    fn fill_once<'a>(
        &mut self,
        conn: &Connection,
        schema: &'a Schema,
        due: &BTreeSet<&'a Name>,
        results: &mut Results<'a>,
    ) -> Result<(), FillError> {
        for names in order::groups(schema, due) {
            if names.iter().any(|&name| results.contains_key(name)) {
                continue;
            }
            let filled = self.fill_group(conn, schema, &names);
            let gap = match &filled {
                Ok(()) => None,
                Err(FillError::Rejected(message) | FillError::RolledBack(message)) => {
                    Some(message.clone())
                }
                Err(FillError::Sqlite(_)) => return filled,
            };
            results.extend(names.iter().map(|&name| (name, gap.clone())));
            optional(filled)?;
        }
        Ok(())
    }

    fn fill_group(
        &mut self,
        conn: &Connection,
        schema: &Schema,
        names: &[&Name],
    ) -> Result<(), FillError> {
        let tables: Vec<&Table> =
            names.iter().filter_map(|&name| schema.tables.get(name)).collect();
        if let [table] = tables.as_slice() {
            if !target::is_ordinary(table) {
                module::fill(conn, schema, table, &mut self.maker)?;
                return Ok(());
            }
        }
        let conditions = &self.conditions;
        Group { conn, schema, tables, rows: self.rows, conditions }.fill(&mut self.maker)
    }
}
