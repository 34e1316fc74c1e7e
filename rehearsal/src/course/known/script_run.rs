//! A script that runs on a track, and what it says about tables and columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::types::{Value, ValueRef};

use crate::comparison::contents::Wanted;
use crate::comparison::preserved::{Loss, What};
use crate::mention::Mention;
use crate::schema::{Name, Schema};
use crate::script::intent::{Effect, Intent};
use crate::script::mapping::{Mapped, mapped, says};
use crate::script::rowids::Rowids;
use crate::script::succession::Succession;
use migratory_analysis::CheckedScript;

/// A script that runs on a track, with what the run on empty tables showed about it.
#[derive(Clone, Copy)]
pub(crate) struct ScriptRun<'a> {
    pub(crate) script: &'a CheckedScript,
    pub(crate) intent: &'a Intent,
    /// Maps each table to the one that holds its rows after the script.
    pub(crate) succession: &'a Succession,
    /// The tables whose rowids are stored elsewhere, by their names before it.
    pub(crate) rowids: &'a Rowids,
    /// The schema that it leaves, which does not depend on the rows.
    pub(crate) schema: &'a Arc<Schema>,
}

impl<'a> ScriptRun<'a> {
    /// Describes what stores the rowids of a table, if the script changed those.
    pub(crate) fn holder(&self, loss: &Loss) -> Option<&'a Mention> {
        self.rowids.holder(&loss.table).filter(|_| loss.is_of_rowid())
    }

    /// Returns the trigger effect during a copy that explains this loss.
    fn effect(&self, loss: &Loss) -> Option<&'a Effect> {
        let successor = self.succession.successor(&loss.table)?;
        let does = |effect: &Effect, name: &Name| match &loss.what {
            What::Rows { .. } => effect.deletes(name),
            What::Value { column, .. } => {
                effect.updates(name, column) || effect.updates(name, successor.column(column))
            }
            What::Multiplied { .. } => false,
        };
        let mut effects = self.intent.effects();
        effects.find(|effect| successor.names.iter().any(|name| does(effect, name)))
    }

    /// Separates losses that trigger effects during a copy explain, each effect once, from the
    /// others.
    pub(crate) fn effects(&self, losses: &[Loss]) -> (Vec<(Loss, &'a Effect)>, Vec<Loss>) {
        let (mut caused, mut others) = (Vec::<(Loss, &Effect)>::new(), Vec::new());
        for loss in losses {
            match self.effect(loss) {
                Some(effect) if caused.iter().any(|(_, known)| known.is_of_same(effect)) => {}
                Some(effect) => caused.push((loss.clone(), effect)),
                None => others.push(loss.clone()),
            }
        }
        (caused, others)
    }

    /// Whether the rows of this table are copied into its replacement. An index that is created
    /// anew from another table is not a copy of itself.
    fn copies(&self, table: &Name) -> bool {
        let successor = self.succession.successor(table).filter(|successor| successor.is_other);
        successor.is_some_and(|successor| self.intent.fills_within(&successor.names))
    }

    /// Returns what is compared in these tables besides the columns of ordinary ones.
    pub(crate) fn wanted<'n>(
        &self,
        scope: &'n BTreeSet<Name>,
        rowids: BTreeSet<&'n Name>,
    ) -> Wanted<'n> {
        Wanted { rowids, copied: scope.iter().filter(|table| self.copies(table)).collect() }
    }

    /// Whether a statement deletes rows of the table with this name before the script.
    pub(crate) fn deletes(&self, table: &Name) -> bool {
        self.intent.deletes(table)
            || self.succession.successor(table).is_some_and(|successor| {
                successor.names.iter().any(|name| self.intent.deletes(name))
            })
    }

    /// Whether the column still exists after the script, unless its table is gone.
    fn keeps(&self, table: &Name, column: &Name) -> bool {
        self.succession.successor(table).is_none_or(|successor| {
            let now = self.schema.tables.get(&successor.table);
            now.is_none_or(|table| table.column(successor.column(column)).is_some())
        })
    }

    /// Whether the up updates the column, or the down does so for another reason than to refill a
    /// column that the up dropped.
    pub(crate) fn update([up, down]: [Self; 2], table: &Name, column: &Name) -> bool {
        up.updates(table, column) || (up.keeps(table, column) && down.updates(table, column))
    }

    /// Whether the replacement of this table has a unique set among its columns.
    pub(crate) fn merges(&self, before: &Schema, table: &Name) -> bool {
        let old = before.tables.get(table);
        let successor = self.succession.successor(table).filter(|successor| successor.is_other);
        let (Some(old), Some(successor)) = (old, successor) else { return false };
        let is_shared = |column: &Name| old.column(column).is_some();
        let new = self.schema.tables.get(&successor.table);
        let keys = new.into_iter().flat_map(|new| new.uniques.iter().chain([&new.primary_key]));
        let has_key = keys.into_iter().any(|key| !key.is_empty() && key.iter().all(is_shared));
        let indexes = self.schema.indexes.values().filter(|index| index.table == successor.table);
        let mut unique = indexes.filter(|index| index.is_unique && !index.is_partial);
        let is_own = |column: &Option<Name>| column.as_ref().is_some_and(is_shared);
        has_key || unique.any(|index| index.columns.iter().all(is_own))
    }

    /// Returns what a copy says about a value before the script and the one after it.
    pub(crate) fn maps(
        &self,
        table: &Name,
        columns: [&Name; 2],
        values: [ValueRef<'_>; 2],
    ) -> Mapped {
        let successor = self.succession.successor(table).filter(|successor| successor.is_other);
        successor.map_or(Mapped::No, |successor| {
            says(self.script, successor.names.iter(), columns, values)
        })
    }

    fn names_both(&self, table: &Name, column: &Name, values: [ValueRef<'_>; 2]) -> bool {
        self.maps(table, [column; 2], values) == Mapped::Named
    }

    /// Whether the copies of an up and its down name both values together.
    pub(crate) fn map_back(
        [up, down]: [Self; 2],
        (table, column): (&Name, &Name),
        [old, new]: [ValueRef<'_>; 2],
    ) -> Mapped {
        let between = up.mapped(table, [column; 2], old);
        if between.is_empty() {
            return down.maps(table, [column; 2], [old, new]);
        }
        let is_said = between.iter().any(|value| {
            let value = ValueRef::from(value);
            // A down can't distinguish values that the up made equal, and may restore either.
            new == value
                || (up.names_both(table, column, [new, value])
                    && down.names_both(table, column, [value, new]))
        });
        if is_said { Mapped::Named } else { Mapped::No }
    }

    fn mapped(&self, table: &Name, columns: [&Name; 2], old: ValueRef<'_>) -> Vec<Value> {
        let successor = self.succession.successor(table).filter(|successor| successor.is_other);
        successor.map_or_else(Vec::new, |successor| {
            mapped(self.script, successor.names.iter(), columns, old)
        })
    }

    /// Whether a statement updates this column of the table with this name before the script.
    pub(crate) fn updates(&self, table: &Name, column: &Name) -> bool {
        self.intent.updates(table, column)
            || self.succession.successor(table).is_some_and(|successor| {
                let now = successor.column(column);
                successor
                    .names
                    .iter()
                    .any(|name| self.intent.updates(name, column) || self.intent.updates(name, now))
            })
    }
}
