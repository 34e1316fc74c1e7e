//! Follows a table and its columns through several scripts.

use rusqlite::types::Value;

use super::script_intent::ScriptIntent;
use crate::schema::{Name, Table};
use migratory_analysis::Rule;

/// Scripts in the order in which they run, from the state before to the state after them.
pub struct Way<'s> {
    scripts: Vec<&'s ScriptIntent>,
    /// Whether they end at the version where they began.
    pub(super) is_return: bool,
}

/// What happens to a table.
pub(super) struct FollowedTable {
    /// Its name after the scripts; `None` if it is gone.
    pub(super) now: Option<Name>,
    /// Whether another table replaced it, so that its rows were copied.
    pub(super) is_other: bool,
    /// The script that drops it, even if a later one creates a table with that name again.
    pub(super) dropped: Option<String>,
    /// The script that deletes rows of it.
    pub(super) deletes: Option<String>,
    /// The script whose author allows a rebuild to forget which ids were assigned.
    pub(super) forgets: Option<String>,
    /// The script whose copy names these values, and what becomes of them.
    pub(super) named: Option<(String, Vec<Value>)>,
    /// The script that inserts rows of its own into it.
    pub(super) inserts: Option<String>,
    /// Whether rows without a key may get another rowid.
    pub(super) is_renumbered: bool,
    pub(super) columns: Vec<FollowedColumn>,
}

/// What happens to a column.
pub(super) struct FollowedColumn {
    pub(super) old: Name,
    /// Its name after the scripts. The schema tells whether the table has such a column.
    pub(super) now: Name,
    /// The script that drops it.
    pub(super) dropped: Option<String>,
    /// The script that updates it.
    pub(super) updated: Option<String>,
}

impl<'s> Way<'s> {
    pub(super) fn new(scripts: Vec<&'s ScriptIntent>, is_return: bool) -> Self {
        Self { scripts, is_return }
    }

    /// Returns what happens to a table that exists before the first script.
    pub(super) fn followed(&self, table: &Table) -> FollowedTable {
        let columns = table.columns.iter().map(|column| FollowedColumn::new(&column.name));
        let mut followed = FollowedTable {
            now: Some(table.name.clone()),
            is_other: false,
            dropped: None,
            deletes: None,
            forgets: None,
            named: None,
            inserts: None,
            is_renumbered: false,
            columns: columns.collect(),
        };
        let mut name = table.name.clone();
        for script in &self.scripts {
            followed.follow(script, &mut name);
        }
        followed
    }
}

impl FollowedTable {
    /// Follows the table, which has this name before a script, through the script.
    fn follow(&mut self, script: &ScriptIntent, name: &mut Name) {
        if self.now.is_none() {
            // The table was dropped, and this script creates it again.
            if script.after.tables.contains_key(name) && !script.before.tables.contains_key(name) {
                (self.now, self.is_other) = (Some(name.clone()), true);
            }
            return;
        }
        self.is_renumbered |= script.renumbers;
        let Some(successor) = script.succession.successor(name) else {
            if script.before.tables.contains_key(name) {
                self.dropped.get_or_insert_with(|| script.file.clone());
                self.now = None;
            } else {
                // The migrations do not know the table, so a script can only use its own name.
                self.note(script, std::slice::from_ref(name), Name::clone);
            }
            return;
        };
        let known = script.before.tables.get(name);
        let is_known = |column: &Name| known.is_some_and(|table| table.column(column).is_some());
        let known: Vec<_> = self.columns.iter().map(|column| is_known(&column.now)).collect();
        let names: Vec<_> = successor.names.iter().cloned().collect();
        self.note(script, &names, |column| successor.column(column).clone());
        if successor.is_other {
            self.is_other = true;
            let copy = self.named.get_or_insert_with(|| (script.file.clone(), Vec::new()));
            copy.1.extend_from_slice(&script.literals);
            if script.allows(Rule::LossyRebuild) {
                note(&mut self.forgets, script);
            }
            if script.allows(Rule::PartialCopy) {
                note(&mut self.deletes, script);
            }
            let columns = self.columns.iter_mut();
            for column in columns.filter(|column| script.lets_change(name, &column.now)) {
                note(&mut column.updated, script);
            }
        }
        if let Some(table) = script.after.tables.get(&successor.table) {
            self.drop_columns(script, (name, table), &known);
        }
        *name = successor.table.clone();
        self.now = Some(name.clone());
    }

    /// Records what a script does to the table under these names, and how it renames columns.
    fn note(&mut self, script: &ScriptIntent, names: &[Name], renamed: impl Fn(&Name) -> Name) {
        if names.iter().any(|name| script.intent.deletes(name)) {
            note(&mut self.deletes, script);
        }
        if names.iter().any(|name| script.inserted.contains(name)) {
            note(&mut self.inserts, script);
        }
        for column in &mut self.columns {
            let now = renamed(&column.now);
            let updates = |name: &Name| {
                script.intent.updates(name, &column.now) || script.intent.updates(name, &now)
            };
            // A down that fills a column which the up dropped has to restore its values.
            let refills = script.is_down && column.dropped.is_some();
            if !refills && names.iter().any(updates) {
                note(&mut column.updated, script);
            }
            column.now = now;
        }
    }

    /// Records which of the columns that the migrations know are gone from the table.
    fn drop_columns(
        &mut self,
        script: &ScriptIntent,
        (name, table): (&Name, &Table),
        known: &[bool],
    ) {
        for (column, is_known) in self.columns.iter_mut().zip(known) {
            if *is_known && column.dropped.is_none() && table.column(&column.now).is_none() {
                column.dropped = Some(script.file.clone());
                if script.lets_drop(name, &column.now) {
                    note(&mut column.updated, script);
                }
            }
        }
    }
}

impl FollowedColumn {
    fn new(name: &Name) -> Self {
        Self { old: name.clone(), now: name.clone(), dropped: None, updated: None }
    }
}

/// Records the first script that does it.
fn note(by: &mut Option<String>, script: &ScriptIntent) {
    by.get_or_insert_with(|| script.file.clone());
}
