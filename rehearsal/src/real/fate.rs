//! What becomes of a table and its columns over several scripts, and what these say of it.

use rusqlite::types::Value;

use super::word::Word;
use crate::schema::{Name, Table};
use migratory_analysis::Rule;

/// Scripts in the order in which they run, from the state before them to the state after them.
pub struct Way<'s> {
    words: Vec<&'s Word>,
    /// Whether it ends where it began.
    pub(super) is_return: bool,
}

/// What becomes of a table.
pub(super) struct Fate {
    /// Its name after the scripts; `None` if it is gone.
    pub(super) now: Option<Name>,
    /// Whether another table has taken its place, so that its rows were copied.
    pub(super) is_other: bool,
    /// The script that drops it, also if one after it makes a table of that name again.
    pub(super) dropped: Option<String>,
    /// The script that says that it deletes rows of it.
    pub(super) deletes: Option<String>,
    /// The script whose author says that a rebuild forgets which ids were given out.
    pub(super) forgets: Option<String>,
    /// The script whose copy says what becomes of these values, which it names.
    pub(super) named: Option<(String, Vec<Value>)>,
    /// The script that inserts rows of its own into it.
    pub(super) inserts: Option<String>,
    /// Whether rows without a key may have another rowid.
    pub(super) is_renumbered: bool,
    pub(super) columns: Vec<ColumnFate>,
}

/// What becomes of a column.
pub(super) struct ColumnFate {
    pub(super) old: Name,
    /// Its name after the scripts. Whether the table has one of that name, its schema tells.
    pub(super) now: Name,
    /// The script that drops it.
    pub(super) dropped: Option<String>,
    /// The script that says that it updates it.
    pub(super) updated: Option<String>,
}

impl<'s> Way<'s> {
    pub(super) fn new(words: Vec<&'s Word>, is_return: bool) -> Self {
        Self { words, is_return }
    }

    /// What becomes of a table that is there before the first script.
    pub(super) fn fate(&self, table: &Table) -> Fate {
        let columns = table.columns.iter().map(|column| ColumnFate::new(&column.name));
        let mut fate = Fate {
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
        for word in &self.words {
            fate.follow(word, &mut name);
        }
        fate
    }
}

impl Fate {
    /// Takes the table, which has this name before a script, over it.
    fn follow(&mut self, word: &Word, name: &mut Name) {
        if self.now.is_none() {
            // It was dropped, and is made again.
            if word.after.tables.contains_key(name) && !word.before.tables.contains_key(name) {
                (self.now, self.is_other) = (Some(name.clone()), true);
            }
            return;
        }
        self.is_renumbered |= word.renumbers;
        let Some(heir) = word.succession.heir(name) else {
            if word.before.tables.contains_key(name) {
                self.dropped.get_or_insert_with(|| word.file.clone());
                self.now = None;
            } else {
                // The migrations do not know it: a script reaches it by its name alone.
                self.note(word, std::slice::from_ref(name), Name::clone);
            }
            return;
        };
        let known = word.before.tables.get(name);
        let is_known = |column: &Name| known.is_some_and(|table| table.column(column).is_some());
        let known: Vec<_> = self.columns.iter().map(|column| is_known(&column.now)).collect();
        let names: Vec<_> = heir.names.iter().cloned().collect();
        self.note(word, &names, |column| heir.column(column).clone());
        if heir.is_other {
            self.is_other = true;
            let copy = self.named.get_or_insert_with(|| (word.file.clone(), Vec::new()));
            copy.1.extend_from_slice(&word.literals);
            if word.allows(Rule::LossyRebuild) {
                note(&mut self.forgets, word);
            }
            if word.allows(Rule::PartialCopy) {
                note(&mut self.deletes, word);
            }
            let columns = self.columns.iter_mut();
            for column in columns.filter(|column| word.lets_change(name, &column.now)) {
                note(&mut column.updated, word);
            }
        }
        if let Some(table) = word.after.tables.get(&heir.table) {
            self.drop_columns(word, table, &known);
        }
        *name = heir.table.clone();
        self.now = Some(name.clone());
    }

    /// Notes what a script says of the table under these names, and how it renames columns.
    fn note(&mut self, word: &Word, names: &[Name], renamed: impl Fn(&Name) -> Name) {
        if names.iter().any(|name| word.intent.deletes(name)) {
            note(&mut self.deletes, word);
        }
        if names.iter().any(|name| word.inserted.contains(name)) {
            note(&mut self.inserts, word);
        }
        for column in &mut self.columns {
            let now = renamed(&column.now);
            let updates = |name: &Name| {
                word.intent.updates(name, &column.now) || word.intent.updates(name, &now)
            };
            if names.iter().any(updates) {
                note(&mut column.updated, word);
            }
            column.now = now;
        }
    }

    /// Notes which columns, of those that the migrations know, the table has no more.
    fn drop_columns(&mut self, word: &Word, table: &Table, known: &[bool]) {
        for (column, is_known) in self.columns.iter_mut().zip(known) {
            if *is_known && column.dropped.is_none() && table.column(&column.now).is_none() {
                column.dropped = Some(word.file.clone());
            }
        }
    }
}

impl ColumnFate {
    fn new(name: &Name) -> Self {
        Self { old: name.clone(), now: name.clone(), dropped: None, updated: None }
    }
}

/// The first script that says it.
fn note(by: &mut Option<String>, word: &Word) {
    by.get_or_insert_with(|| word.file.clone());
}
