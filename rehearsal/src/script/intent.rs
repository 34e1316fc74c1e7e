//! What a script intends to do to rows.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::act::{Act, ActKind, Statement};
use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{DirectiveKind, Rule};

/// What the statements of a script do to which rows, by their own text.
#[derive(Debug, Default)]
pub(crate) struct Intent {
    /// Tables whose rows a DELETE removes, directly or through its cascades.
    deleted: BTreeSet<Name>,
    updated: BTreeSet<(Name, Name)>,
    dropped: BTreeSet<Name>,
    inserted: BTreeSet<Name>,
    altered: BTreeSet<Name>,
    /// Tables that are read while rows are written, so that their content decides what is written.
    read: BTreeSet<Name>,
    /// Tables that get an index, which their rows may violate.
    indexed: BTreeSet<Name>,
    /// Virtual tables that are dropped.
    unplugged: BTreeSet<Name>,
    /// What triggers do while a copy runs.
    effects: Vec<Effect>,
    /// The tables that an INSERT fills from another table, as pairs of source and target.
    fills: BTreeSet<(Name, Name)>,
    /// Whether a statement may remove or change a row.
    is_destructive: bool,
}

/// A change by a trigger while a statement copies rows, which the statement itself does not mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    pub(crate) trigger: Name,
    /// The copy.
    pub(crate) statement: Range<usize>,
    /// A DELETE or an UPDATE.
    act: ActKind,
}

impl Effect {
    /// The table whose rows it deletes or updates.
    fn table(&self) -> Option<&Name> {
        match &self.act {
            ActKind::Delete(table) | ActKind::Update { table, .. } => Some(table),
            _ => None,
        }
    }

    /// Whether the same trigger does it during the same copy.
    pub(crate) fn is_of_same(&self, other: &Self) -> bool {
        (&self.trigger, &self.statement) == (&other.trigger, &other.statement)
    }

    /// Whether it deletes rows of this table.
    pub(crate) fn deletes(&self, name: &Name) -> bool {
        matches!(&self.act, ActKind::Delete(table) if table == name)
    }

    /// Whether it updates this column of this table.
    pub(crate) fn updates(&self, name: &Name, of: &Name) -> bool {
        matches!(&self.act, ActKind::Update { table, column } if table == name && column == of)
    }
}

impl Intent {
    pub(crate) fn new(script: &CheckedScript, statements: &[Statement]) -> Self {
        let mut intent = Self::default();
        let is_meant = script.says(DirectiveKind::Allow(Rule::SideEffects));
        let tables = Tables::new(statements);
        for (at, statement) in statements.iter().enumerate() {
            intent.note(statement, !is_meant && tables.is_copy(statement, at));
        }
        intent
    }

    /// Records what a statement intends. What a foreign key does when a row is replaced is not
    /// intended: those actions have no accessor, while those of a trigger have one. A statement
    /// intends what its triggers do, except a copy: its rows existed before, and already went
    /// through the triggers of their own table.
    fn note(&mut self, statement: &Statement, is_copy: bool) {
        let verb = statement.own().find(|act| is_write(act));
        if verb.is_some() || statement.own().any(|act| matches!(act, ActKind::CreateTable(_))) {
            self.read.extend(statement.acts.iter().filter_map(|act| match &act.kind {
                ActKind::Read { table, .. } => Some(table.clone()),
                _ => None,
            }));
        }
        if let Some(ActKind::Insert(into)) = verb {
            let from = statement.own().filter_map(|act| match act {
                ActKind::Read { table, .. } if table != into => Some(table),
                _ => None,
            });
            self.fills.extend(from.map(|from| (from.clone(), into.clone())));
        }
        for act in &statement.acts {
            let is_said = match &act.accessor {
                Some(_) => !is_copy,
                None => verb.is_some_and(|verb| says(verb, &act.kind)),
            };
            self.take(&act.kind, is_said);
            if is_copy {
                self.effects.extend(effect(statement, act));
            }
        }
    }

    fn take(&mut self, act: &ActKind, is_said: bool) {
        match act {
            ActKind::Delete(table) if is_said => drop(self.deleted.insert(table.clone())),
            ActKind::Update { table, column } if is_said => {
                self.updated.insert((table.clone(), column.clone()));
            }
            ActKind::DropTable(table) => drop(self.dropped.insert(table.clone())),
            ActKind::Insert(table) => drop(self.inserted.insert(table.clone())),
            ActKind::AlterTable(table) => drop(self.altered.insert(table.clone())),
            ActKind::CreateIndex { table, .. } => drop(self.indexed.insert(table.clone())),
            ActKind::DropVirtualTable(table) => drop(self.unplugged.insert(table.clone())),
            _ => {}
        }
        self.is_destructive |= matches!(
            act,
            ActKind::Delete(_)
                | ActKind::Update { .. }
                | ActKind::Insert(_)
                | ActKind::DropTable(_)
                | ActKind::DropVirtualTable(_)
                | ActKind::AlterTable(_)
        );
    }

    /// Returns the tables whose rows may change or disappear: those that the script names, and
    /// those that refer to a table which loses rows.
    pub(crate) fn scope(&self, schema: &Schema) -> BTreeSet<Name> {
        let mut scope: BTreeSet<_> =
            self.deleted.union(&self.dropped).chain(&self.inserted).cloned().collect();
        while let Some(child) = schema.tables.values().find(|table| {
            let mut parents = table.foreign_keys.iter().map(|key| &key.parent);
            !scope.contains(&table.name) && parents.any(|parent| scope.contains(parent))
        }) {
            scope.insert(child.name.clone());
        }
        scope.extend(self.unplugged.iter().cloned());
        scope.extend(self.updated.iter().map(|(table, _)| table.clone()));
        scope.extend(self.effects.iter().filter_map(Effect::table).cloned());
        scope.extend(self.altered.union(&self.indexed).cloned());
        scope
    }

    /// Returns the tables that are read while rows are written.
    pub(crate) fn read(&self) -> impl Iterator<Item = &Name> {
        self.read.iter()
    }

    pub(crate) fn deletes(&self, table: &Name) -> bool {
        self.deleted.contains(table)
    }

    /// Whether the script drops this table: its rows are copied to the table that takes its name,
    /// or lost.
    pub(crate) fn drops(&self, table: &Name) -> bool {
        self.dropped.contains(table) || self.unplugged.contains(table)
    }

    pub(crate) fn inserts(&self, table: &Name) -> bool {
        self.inserted.contains(table)
    }

    pub(crate) fn inserted(&self) -> impl Iterator<Item = &Name> {
        self.inserted.iter()
    }

    pub(crate) fn updates(&self, table: &Name, column: &Name) -> bool {
        self.updated.contains(&(table.clone(), column.clone()))
    }

    /// Returns what triggers do while a copy runs.
    pub(crate) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter()
    }

    /// Whether an INSERT fills one of these tables from another one of them.
    pub(crate) fn fills_within(&self, names: &BTreeSet<Name>) -> bool {
        self.fills.iter().any(|(from, into)| names.contains(from) && names.contains(into))
    }

    /// Returns the tables that may have lost the generated rows, or have another name now.
    pub(crate) fn emptied(&self) -> impl Iterator<Item = &Name> {
        self.deleted.iter().chain(&self.dropped).chain(&self.altered).chain(&self.unplugged)
    }

    /// Whether no statement can remove or change a row.
    pub(crate) fn is_additive(&self) -> bool {
        !self.is_destructive
    }
}

fn is_write(act: &ActKind) -> bool {
    matches!(act, ActKind::Delete(_) | ActKind::Insert(_) | ActKind::Update { .. })
}

/// When a script creates and drops which tables, by the indexes of its statements.
#[derive(Default)]
struct Tables<'a> {
    made: BTreeMap<&'a Name, usize>,
    dropped_first: BTreeMap<&'a Name, usize>,
    dropped_last: BTreeMap<&'a Name, usize>,
}

impl<'a> Tables<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut tables = Self::default();
        for (at, statement) in statements.iter().enumerate() {
            for act in statement.own() {
                match act {
                    ActKind::CreateTable(table) => drop(tables.made.entry(table).or_insert(at)),
                    ActKind::DropTable(table) => {
                        tables.dropped_first.entry(table).or_insert(at);
                        tables.dropped_last.insert(table, at);
                    }
                    _ => {}
                }
            }
        }
        tables
    }

    /// Whether a statement fills a table that the script creates, from one that it drops or as a
    /// replacement for one that it has dropped.
    fn is_copy(&self, statement: &Statement, at: usize) -> bool {
        let Some(ActKind::Insert(into)) = statement.own().find(|act| is_write(act)) else {
            return false;
        };
        let is_before = |made: &usize| *made < at;
        if !self.made.get(into).is_some_and(is_before) {
            return false;
        }
        let is_gone = self.dropped_first.get(into).is_some_and(is_before);
        // SQLite reports reads in a WITH under the name of the WITH table.
        statement.acts.iter().any(|act| match &act.kind {
            ActKind::Read { table, .. } => {
                (is_gone && table != into)
                    || self.dropped_last.get(table).is_some_and(|dropped| *dropped > at)
            }
            _ => false,
        })
    }
}

/// Returns what a trigger deletes or updates.
fn effect(statement: &Statement, act: &Act) -> Option<Effect> {
    let trigger = act.accessor.clone()?;
    let is_change = matches!(act.kind, ActKind::Delete(_) | ActKind::Update { .. });
    let statement = statement.range.clone();
    is_change.then(|| Effect { trigger, statement, act: act.kind.clone() })
}

/// Whether a statement that begins with `verb` also intends this action.
fn says(verb: &ActKind, act: &ActKind) -> bool {
    match (verb, act) {
        (ActKind::Delete(_), _) => true,
        (ActKind::Update { .. }, act) => matches!(act, ActKind::Update { .. }),
        (ActKind::Insert(into), ActKind::Update { table, .. }) => into == table,
        _ => false,
    }
}
