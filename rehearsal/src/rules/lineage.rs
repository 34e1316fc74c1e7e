//! Tracks the tables that a script creates, drops and renames.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Facts;
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Schema, Table, TableKind};

/// What happened to the tables, statement by statement.
pub(crate) struct Lineage {
    events: Vec<Event>,
}

struct Event {
    /// The index of the statement.
    at: usize,
    what: What,
}

enum What {
    Made(Name),
    Dropped(Name),
    Renamed { from: Name, to: Name },
}

/// Where a table comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It existed before the script, under this name.
    Before(Name),
    /// The statement with this index created it.
    Made(usize),
}

/// A table from before the script that another one replaces.
pub(crate) struct Rebuild<'a> {
    pub(crate) old: &'a Table,
    pub(crate) new: &'a Table,
    /// The statement that created the new table; `None` if it existed before under another name.
    pub(crate) made: Option<usize>,
    /// The statement that dropped the old one; `None` if it is kept under another name.
    pub(crate) dropped: Option<usize>,
}

/// An index after all statements.
pub(crate) const END: usize = usize::MAX;

impl Lineage {
    pub(crate) fn new(facts: &Facts<'_>) -> Self {
        let mut events = Vec::new();
        for (at, statement) in facts.done() {
            let (before, after) = (&facts.schemas[at], &facts.schemas[at + 1]);
            if !Arc::ptr_eq(before, after) {
                events.extend(changes(statement, before, after).map(|what| Event { at, what }));
            }
        }
        Self { events }
    }

    /// Returns the origin of the table that has this name before the statement `at`.
    pub(crate) fn origin(&self, name: &Name, at: usize) -> Origin {
        let mut name = name;
        for event in self.events.iter().rev().filter(|event| event.at < at) {
            match &event.what {
                What::Made(made) if made == name => return Origin::Made(event.at),
                What::Renamed { from, to } if to == name => name = from,
                _ => {}
            }
        }
        Origin::Before(name.clone())
    }

    /// Returns the name before the statement `at` of the table that has this name before the
    /// statement `from`; `None` if it was dropped.
    pub(crate) fn name<'a>(&'a self, name: &'a Name, from: usize, at: usize) -> Option<&'a Name> {
        let mut name = name;
        for event in self.events.iter().filter(|event| (from..at).contains(&event.at)) {
            match &event.what {
                What::Dropped(dropped) if dropped == name => return None,
                What::Renamed { from, to } if from == name => name = to,
                _ => {}
            }
        }
        Some(name)
    }

    /// Returns the statement that drops the table with this name before the script.
    pub(crate) fn dropped(&self, name: &Name) -> Option<usize> {
        let mut name = name;
        for event in &self.events {
            match &event.what {
                What::Dropped(dropped) if dropped == name => return Some(event.at),
                What::Renamed { from, to } if from == name => name = to,
                _ => {}
            }
        }
        None
    }

    /// Returns the renamed tables: the statement, the name before, the name after.
    pub(crate) fn renamed(&self) -> impl Iterator<Item = (usize, &Name, &Name)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Renamed { from, to } => Some((event.at, from, to)),
            _ => None,
        })
    }

    /// Returns the tables that others replace.
    pub(crate) fn rebuilds<'a>(&self, facts: &Facts<'a>) -> Vec<Rebuild<'a>> {
        let come = self.events.iter().filter_map(|event| match &event.what {
            What::Made(name) | What::Renamed { to: name, .. } => Some(name),
            What::Dropped(_) => None,
        });
        let come: BTreeSet<_> = come.collect();
        let old = come.into_iter().filter_map(|name| facts.before().tables.get(name));
        old.filter(|table| table.kind != TableKind::Shadow)
            .filter_map(|old| {
                let new = facts.after().tables.get(&old.name)?;
                let made = match self.origin(&old.name, END) {
                    Origin::Before(name) if name == old.name => return None,
                    Origin::Before(_) => None,
                    Origin::Made(at) => Some(at),
                };
                Some(Rebuild { old, new, made, dropped: self.dropped(&old.name) })
            })
            .collect()
    }
}

/// Returns what a statement did to the tables.
fn changes(statement: &Statement, before: &Schema, after: &Schema) -> impl Iterator<Item = What> {
    let gone = missing(before, after);
    let come = missing(after, before);
    let alters = statement.own().any(|act| matches!(act, ActKind::AlterTable(_)));
    match (gone.as_slice(), come.as_slice()) {
        ([from], [to]) if alters => {
            vec![What::Renamed { from: from.clone(), to: to.clone() }]
        }
        _ => gone.into_iter().map(What::Dropped).chain(come.into_iter().map(What::Made)).collect(),
    }
    .into_iter()
}

/// Returns the tables that one schema has and the other lacks.
fn missing(has: &Schema, lacks: &Schema) -> Vec<Name> {
    let tables = has.tables.without(&lacks.tables).filter(|table| table.kind != TableKind::Shadow);
    tables.map(|table| table.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "CREATE TABLE a (x); CREATE TABLE b (x);";

    fn rebuilt(script: &str) -> Vec<String> {
        harness::with_facts(BEFORE, script, |facts| {
            let rebuilds = Lineage::new(facts).rebuilds(facts);
            rebuilds.iter().map(|rebuild| rebuild.old.name.to_string()).collect()
        })
    }

    #[test]
    fn a_table_that_took_the_name_of_another_is_a_rebuild() {
        for script in [
            "DROP TABLE a; CREATE TABLE a (y);",
            "CREATE TABLE n (x); DROP TABLE a; ALTER TABLE n RENAME TO A;",
            "ALTER TABLE a RENAME TO o; CREATE TABLE a (x);",
            "ALTER TABLE a RENAME TO o; CREATE TABLE a (x); DROP TABLE o;",
            "CREATE TABLE n AS SELECT * FROM a; DROP TABLE a; ALTER TABLE n RENAME TO m; \
             ALTER TABLE m RENAME TO a;",
        ] {
            assert_eq!(rebuilt(script), ["a"], "{script}");
        }
        let swapped = "ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; \
                       ALTER TABLE c RENAME TO b;";
        assert_eq!(rebuilt(swapped), ["a", "b"]);
    }

    #[test]
    fn an_unchanged_table_is_not_a_rebuild() {
        for script in [
            "ALTER TABLE a ADD COLUMN y;",
            "ALTER TABLE a RENAME TO c;",
            "ALTER TABLE a RENAME TO c; ALTER TABLE c RENAME TO a;",
            "DROP TABLE a;",
            "CREATE TABLE c (x); DROP TABLE c; CREATE TABLE c (y);",
        ] {
            assert_eq!(rebuilt(script), <[&str; 0]>::default(), "{script}");
        }
    }
}
