//! Makes rows for a script that adds a foreign key and states that its values have no orphans.
//!
//! The tables are filled as if the key existed already, so that each value refers to a row.

use std::sync::Arc;

use super::orphans::{NewKey, new_keys};
use super::{DirectiveKind, Populated, ScriptRun};
use crate::schema::{ForeignKey, Name, Schema};
use migratory_analysis::Assumption;

impl Populated<'_> {
    /// Sets the schema by which to fill the tables before this script, after `count` migrations.
    pub(super) fn assume_keys(&mut self, count: usize, script_run: ScriptRun<'_>) {
        let no_orphans = DirectiveKind::Assumes(Assumption::NoOrphans);
        let Some(before) =
            self.empty_run[..count].last().filter(|_| script_run.script.says(no_orphans))
        else {
            return;
        };
        if let Some(schema) = with_keys(&before.schema, script_run) {
            self.assumed = Some((count, Arc::new(schema)));
            // Their rows were made without regard to the key.
            self.drop_tracks();
        }
    }
}

/// Returns the schema with the keys that a script adds, if both tables exist before it.
fn with_keys(before: &Schema, script_run: ScriptRun<'_>) -> Option<Schema> {
    let keys: Vec<_> = new_keys(before, script_run)
        .iter()
        .filter_map(|new| as_before(before, script_run, new))
        .collect();
    if keys.is_empty() {
        return None;
    }
    let mut schema = before.clone();
    for (table, key) in keys {
        schema.tables.get_mut(&table)?.foreign_keys.push(key);
    }
    Some(schema)
}

/// Returns a new key by the names before the script, with its table.
fn as_before(
    before: &Schema,
    script_run: ScriptRun<'_>,
    new: &NewKey<'_>,
) -> Option<(Name, ForeignKey)> {
    let was = |now: &Name| {
        let is_it =
            |old: &&Name| script_run.succession.successor(old).is_some_and(|it| it.table == *now);
        before.tables.keys().find(is_it).cloned()
    };
    let column = |table: &Name, now: &Name| {
        let successor = script_run.succession.successor(table)?;
        let columns = before.tables.get(table)?.columns.iter().map(|column| &column.name);
        columns.into_iter().find(|old| successor.column(old) == now).cloned()
    };
    let (table, parent) = (was(&new.table.name)?, was(&new.key.parent)?);
    let columns = |of: &Name, names: &[Name]| -> Option<Vec<Name>> {
        names.iter().map(|name| column(of, name)).collect()
    };
    let key = ForeignKey {
        columns: columns(&table, &new.key.columns)?,
        parent_columns: columns(&parent, &new.key.parent_columns)?,
        parent,
        ..new.key.clone()
    };
    Some((table, key))
}
