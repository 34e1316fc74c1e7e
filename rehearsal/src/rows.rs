//! Fills the tables of a database with rows that their constraints allow.
//!
//! A migration that goes through on empty tables may fail, or lose something, where there are rows: so
//! the rehearsal needs some. What a row must look like is asked of SQLite: a row is tried, and what
//! SQLite has against it says what to change. Nothing depends on chance: the same schemas are given the
//! same rows.

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
mod group;
mod hint;
mod keys;
mod module;
mod order;
mod pattern;
mod target;
mod transaction;
mod usual;
mod value;
mod variation;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use self::edge::{EdgeRow, Wanted};
use self::group::Group;
pub(crate) use self::hint::literals_in;
use self::value::Maker;
pub(crate) use self::value::{Class, shown_value};
use self::writer::{Refusal, Written};

/// Which rows a table gets beside two that are distinct and complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    /// One that repeats another as far as no constraint forbids it.
    pub(crate) duplicates: bool,
    /// One with NULL wherever no constraint forbids it.
    pub(crate) nulls: bool,
    /// Texts are words, where they are else numbers, days and JSON documents all at once.
    pub(crate) words: bool,
}

impl Rows {
    pub(crate) const CLEAN: Self = Self { duplicates: false, nulls: false, words: false };
    pub(crate) const ALLOWED: Self = Self { duplicates: true, nulls: true, words: false };
}

/// Fills tables, and remembers which it has filled.
#[derive(Clone, Debug)]
pub(crate) struct Filler {
    rows: Rows,
    maker: Maker,
    /// The tables that were tried, each with what it depended on.
    known: BTreeMap<Name, String>,
    gaps: BTreeMap<Name, String>,
    /// The tables whose rows a person gave: they get none of ours.
    given: BTreeSet<Name>,
    /// What the migrations state of every row.
    conditions: Vec<Condition>,
}

/// What became of each table, by what SQLite said against it.
type Results<'a> = BTreeMap<&'a Name, Option<String>>;

/// The definitions of the unique indexes of each table, gathered once: to look for them table by table takes the square.
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

    /// Makes only rows that meet this condition too.
    pub(crate) fn and_meeting(mut self, condition: &Condition) -> Self {
        self.conditions.push(condition.clone());
        self
    }

    /// Gives rows to every table that is new or whose definition has changed since the last call, in
    /// one transaction; to the others only where a new row needs a new one to refer to.
    ///
    /// # Errors
    ///
    /// When SQLite ran out of time or memory. That a table takes no row is no error: see
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

    /// Gives every row of a table rows of others that refer to it, as far as the schema allows these.
    ///
    /// # Errors
    ///
    /// When SQLite ran out of time or memory.
    pub(crate) fn refer_to(
        &mut self,
        conn: &Connection,
        schema: &Schema,
        parent: &Name,
    ) -> rusqlite::Result<()> {
        children::write(conn, schema, parent, &self.given, &mut self.maker)
    }

    /// Has a table filled again at the next call, since it lost its rows.
    pub(crate) fn forget(&mut self, table: &Name) {
        self.known.remove(table);
    }

    /// Leaves a table to the rows that a person gave it.
    pub(crate) fn leave(&mut self, table: &Name) {
        self.given.insert(table.clone());
    }

    /// The tables that could not be filled, with what SQLite said last.
    pub(crate) fn gaps(&self) -> &BTreeMap<Name, String> {
        &self.gaps
    }

    fn is_due(&self, schema: &Schema, uniques: &Uniques<'_>, table: &Table) -> bool {
        table.kind != TableKind::Shadow
            && !self.given.contains(&table.name)
            && self.known.get(&table.name) != Some(&self.dependencies(schema, uniques, table))
    }

    /// What a table must be tried again after a change of: its definition, and where it could not be
    /// filled also what may have stood in the way.
    fn dependencies(&self, schema: &Schema, uniques: &Uniques<'_>, table: &Table) -> String {
        let mut texts = vec![&*table.sql];
        // What is unique no longer may be there twice now.
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
            Some(said) => self.gaps.insert(name.clone(), said),
            None => self.gaps.remove(name),
        };
        if let Some(table) = schema.tables.get(name) {
            self.known.insert(name.clone(), self.dependencies(schema, uniques, table));
        }
    }

    /// Fills the tables; where a trigger ended the transaction, all over again without its table.
    fn fill_all<'a>(
        &mut self,
        conn: &Connection,
        schema: &'a Schema,
        due: &BTreeSet<&'a Name>,
    ) -> rusqlite::Result<Results<'a>> {
        let mut results = Results::new();
        loop {
            let filled =
                transaction::whole(conn, || self.fill_once(conn, schema, due, &mut results))?;
            match filled {
                Ok(()) => return Ok(results),
                Err(Refusal::Lost(_)) => results.retain(|_, gap| gap.is_some()),
                Err(Refusal::Said(said)) => {
                    return Ok(due.iter().map(|&name| (name, Some(said.clone()))).collect());
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
    ) -> Written<()> {
        for names in order::groups(schema, due) {
            if names.iter().any(|&name| results.contains_key(name)) {
                continue;
            }
            let filled = self.fill_group(conn, schema, &names)?;
            let gap = match &filled {
                Ok(()) => None,
                Err(Refusal::Said(said) | Refusal::Lost(said)) => Some(said.clone()),
            };
            results.extend(names.iter().map(|&name| (name, gap.clone())));
            if let Err(Refusal::Lost(said)) = filled {
                return Ok(Err(Refusal::Lost(said)));
            }
        }
        Ok(Ok(()))
    }

    fn fill_group(&mut self, conn: &Connection, schema: &Schema, names: &[&Name]) -> Written<()> {
        let tables: Vec<&Table> =
            names.iter().filter_map(|&name| schema.tables.get(name)).collect();
        if let [table] = tables.as_slice() {
            if !target::is_ordinary(table) {
                module::fill(conn, schema, table, &mut self.maker)?;
                return Ok(Ok(()));
            }
        }
        let conditions = &self.conditions;
        Group { conn, schema, tables, rows: self.rows, conditions }.fill(&mut self.maker)
    }
}
