//! What a script says that it does to rows.

use std::collections::BTreeSet;

use crate::act::{ActKind, Statement};
use crate::schema::{Name, Schema};

/// What the statements of a script do to which rows, as they say themselves.
#[derive(Debug, Default)]
pub(crate) struct Intent {
    /// Tables whose rows are deleted by a DELETE, and those that follow by its cascades.
    deleted: BTreeSet<Name>,
    updated: BTreeSet<(Name, Name)>,
    dropped: BTreeSet<Name>,
    inserted: BTreeSet<Name>,
    altered: BTreeSet<Name>,
    /// Tables that are read where rows are written: what is in them decides what is written.
    read: BTreeSet<Name>,
    /// Tables that get an index, which their rows may not fit.
    indexed: BTreeSet<Name>,
    /// Virtual tables that are dropped.
    unplugged: BTreeSet<Name>,
    /// Whether a statement may take away or change a row.
    is_destructive: bool,
}

impl Intent {
    pub(crate) fn new(statements: &[Statement]) -> Self {
        let mut intent = Self::default();
        for statement in statements {
            intent.note(statement);
        }
        intent
    }

    /// Notes what a statement says. What a foreign key does when a row is replaced, nobody said: those
    /// acts have no accessor, where those of a trigger have.
    fn note(&mut self, statement: &Statement) {
        let is_write = |act: &&ActKind| {
            matches!(act, ActKind::Delete(_) | ActKind::Insert(_) | ActKind::Update { .. })
        };
        let verb = statement.own().find(is_write);
        if verb.is_some() || statement.own().any(|act| matches!(act, ActKind::CreateTable(_))) {
            self.read.extend(statement.acts.iter().filter_map(|act| match &act.kind {
                ActKind::Read { table, .. } => Some(table.clone()),
                _ => None,
            }));
        }
        for act in &statement.acts {
            let is_said = act.accessor.is_some() || verb.is_some_and(|verb| says(verb, &act.kind));
            self.take(&act.kind, is_said);
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

    /// The tables whose rows it may change or take away: those that it names, and those that refer to one
    /// of which rows go.
    pub(crate) fn scope(&self, schema: &Schema) -> BTreeSet<Name> {
        let mut scope: BTreeSet<_> =
            self.deleted.union(&self.dropped).chain(&self.inserted).cloned().collect();
        while let Some(child) = schema.tables.values().find(|table| {
            let mut parents = table.foreign_keys.iter().map(|key| &key.parent);
            !scope.contains(&table.name) && parents.any(|parent| scope.contains(parent))
        }) {
            scope.insert(child.name.clone());
        }
        scope.extend(self.updated.iter().map(|(table, _)| table.clone()));
        scope.extend(self.altered.union(&self.indexed).cloned());
        scope
    }

    /// The tables that are read where rows are written.
    pub(crate) fn read(&self) -> impl Iterator<Item = &Name> {
        self.read.iter()
    }

    pub(crate) fn deletes(&self, table: &Name) -> bool {
        self.deleted.contains(table)
    }

    /// Whether it drops this table: its rows are copied to the one that takes its name, or are lost.
    pub(crate) fn drops(&self, table: &Name) -> bool {
        self.dropped.contains(table)
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

    /// The tables that may have lost the rows that we made, or have another name now.
    pub(crate) fn emptied(&self) -> impl Iterator<Item = &Name> {
        self.deleted.iter().chain(&self.dropped).chain(&self.altered).chain(&self.unplugged)
    }

    /// Whether no statement can take away or change a row.
    pub(crate) fn is_additive(&self) -> bool {
        !self.is_destructive
    }
}

/// Whether a statement that begins with `verb` says that it does this too.
fn says(verb: &ActKind, act: &ActKind) -> bool {
    match (verb, act) {
        (ActKind::Delete(_), _) => true,
        (ActKind::Update { .. }, act) => matches!(act, ActKind::Update { .. }),
        (ActKind::Insert(into), ActKind::Update { table, .. }) => into == table,
        _ => false,
    }
}
