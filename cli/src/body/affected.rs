//! The indexes, triggers and views that have to be dropped and created when one schema becomes another.

use std::collections::BTreeSet;

use migratory_rehearsal::schema::{Name, Schema, Trigger};

use super::sql::{mentions, statement, written};

/// The change from one schema to another.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) from: &'a Schema,
    pub(super) to: &'a Schema,
    /// A rebuilt table: objects that name it can't exist during the rebuild.
    pub(super) rebuilt: Option<&'a Name>,
}

/// The indexes, triggers and views of a schema that don't survive the change.
struct Affected {
    indexes: BTreeSet<Name>,
    triggers: BTreeSet<Name>,
    views: BTreeSet<Name>,
}

impl Way<'_> {
    /// The reverse change.
    pub(super) fn back(self) -> Self {
        Self { from: self.to, to: self.from, rebuilt: self.rebuilt }
    }

    /// Returns the statements that drop what isn't dropped along with its table.
    pub(super) fn drops(self) -> Vec<String> {
        let affected = self.affected();
        let stays = |table: &Name| {
            self.rebuilt != Some(table)
                && !affected.views.contains(table)
                && (self.to.tables.contains_key(table) || self.to.views.contains_key(table))
        };
        let triggers = affected.triggers.iter().filter_map(|name| self.from.triggers.get(name));
        let triggers = triggers.filter(|trigger| stays(&trigger.table));
        let indexes = affected.indexes.iter().filter_map(|name| self.from.indexes.get(name));
        let indexes = indexes.filter(|index| stays(&index.table));
        let views = in_order(self.from, &affected.views).into_iter().rev();
        triggers
            .map(|trigger| format!("DROP TRIGGER {};", written(&trigger.name)))
            .chain(indexes.map(|index| format!("DROP INDEX {};", written(&index.name))))
            .chain(views.map(|view| format!("DROP VIEW {};", written(&view))))
            .collect()
    }

    /// Returns the statements that create objects at the end: the indexes in one block, each of the
    /// others in its own.
    pub(super) fn creates(self) -> Vec<String> {
        let affected = self.back().affected();
        let to = self.to;
        let indexes = affected.indexes.iter().filter_map(|name| to.indexes.get(name));
        let indexes: Vec<_> = indexes.map(|index| statement(&index.sql)).collect();
        let triggers = affected.triggers.iter().filter_map(|name| to.triggers.get(name));
        let (of_tables, of_views): (Vec<&Trigger>, Vec<_>) =
            triggers.partition(|trigger| to.tables.contains_key(&trigger.table));
        let views = in_order(to, &affected.views);
        let views = views.iter().filter_map(|name| to.views.get(name));
        let mut blocks = Vec::new();
        blocks.extend((!indexes.is_empty()).then(|| indexes.join("\n")));
        blocks.extend(of_tables.iter().map(|trigger| statement(&trigger.sql)));
        blocks.extend(views.map(|view| statement(&view.sql)));
        blocks.extend(of_views.iter().map(|trigger| statement(&trigger.sql)));
        blocks
    }

    /// What differs in `to`, or can't exist while a table is rebuilt.
    fn affected(self) -> Affected {
        let (from, to) = (self.from, self.to);
        let changed = from
            .views
            .values()
            .filter(|view| to.views.get(&view.name).is_none_or(|other| other.sql != view.sql));
        let mut views: BTreeSet<_> = changed.map(|view| view.name.clone()).collect();
        if let Some(table) = self.rebuilt {
            views.extend(readers(from, table));
        }
        let is_rebuilt = |name: &Name| self.rebuilt == Some(name);
        let names_it = |sql: &str| {
            self.rebuilt.is_some_and(|table| {
                mentions(sql, table) || views.iter().any(|view| mentions(sql, view))
            })
        };
        let triggers = from.triggers.values().filter(|trigger| {
            to.triggers.get(&trigger.name).is_none_or(|other| other.sql != trigger.sql)
                || is_rebuilt(&trigger.table)
                || views.contains(&trigger.table)
                || names_it(&trigger.sql)
        });
        let triggers = triggers.map(|trigger| trigger.name.clone()).collect();
        let indexes = from.indexes.values().filter(|index| {
            to.indexes.get(&index.name).is_none_or(|other| other.sql != index.sql)
                || is_rebuilt(&index.table)
        });
        let indexes = indexes.map(|index| index.name.clone()).collect();
        Affected { indexes, triggers, views }
    }
}

/// Returns the views that read the table or view, directly or through other views.
pub(super) fn readers(schema: &Schema, name: &Name) -> BTreeSet<Name> {
    let mut readers: BTreeSet<Name> = BTreeSet::new();
    loop {
        let is_reader =
            |sql: &str| mentions(sql, name) || readers.iter().any(|reader| mentions(sql, reader));
        let views = schema.views.values().filter(|view| view.name != *name);
        let found: BTreeSet<Name> =
            views.filter(|view| is_reader(&view.sql)).map(|view| view.name.clone()).collect();
        if found.len() == readers.len() {
            return readers;
        }
        readers = found;
    }
}

/// Sorts views so that each comes after the views that it reads.
fn in_order(schema: &Schema, views: &BTreeSet<Name>) -> Vec<Name> {
    let mut left: Vec<_> = views.iter().filter_map(|name| schema.views.get(name)).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let reads_one_of_them = |at: usize| {
            left.iter()
                .any(|other| other.name != left[at].name && mentions(&left[at].sql, &other.name))
        };
        // A column can have the name of a view, so names alone can form a cycle.
        let at = (0..left.len()).find(|&at| !reads_one_of_them(at)).unwrap_or_default();
        order.push(left.remove(at).name.clone());
    }
    order
}
