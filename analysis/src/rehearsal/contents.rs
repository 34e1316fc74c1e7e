//! The rows of a database before and after a script, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::schema::{Name, Schema, Table, TableKind};

/// The rows of some tables.
#[derive(Debug)]
pub(crate) struct Contents(BTreeMap<Name, Holding>);

#[derive(Debug)]
struct Holding {
    columns: Vec<Name>,
    /// Which of the columns tell one row from another.
    key: Vec<Name>,
    rows: Vec<Vec<Value>>,
}

/// A value that is another one than before.
struct Changed<'a> {
    row: &'a [Value],
    column: &'a Name,
    new: &'a Value,
}

/// What became of the rows of a table, beside what is as it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// Rows are not there any more.
    Vanished { table: Name, rows: Vec<String>, total: usize },
    /// A value stands in a column in which it did not stand, and which holds another one's.
    Moved { table: Name, from: Name, to: Name, row: String },
    /// A value is another one, in a table that the script does not write.
    Overwritten { table: Name, column: Name, row: String, new: String },
}

impl Contents {
    /// The rows of the ordinary tables among these.
    pub(crate) fn read(
        conn: &Connection,
        schema: &Schema,
        scope: &BTreeSet<Name>,
    ) -> rusqlite::Result<Self> {
        let tables = scope.iter().filter_map(|name| schema.tables.get(name));
        let ordinary = tables.filter(|table| table.kind == TableKind::Ordinary);
        let read = |table: &Table| Ok((table.name.clone(), Holding::read(conn, table)?));
        ordinary.map(read).collect::<rusqlite::Result<_>>().map(Self)
    }

    /// What changed in the tables that both have; what `is_meant` says of a table is passed over.
    pub(crate) fn changes(&self, after: &Self, is_meant: &Meant<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (table, before) in &self.0 {
            let Some(after) = after.0.get(table) else { continue };
            if !(is_meant.vanishing)(table) {
                changes.extend(before.vanished(table, after));
            }
            if (is_meant.written)(table) {
                changes.extend(before.moved(table, after, is_meant.updated));
            } else {
                changes.extend(before.overwritten(table, after, is_meant.updated));
            }
        }
        changes
    }
}

/// What a script says that it does.
pub(crate) struct Meant<'a> {
    /// Whether it deletes rows of this table.
    pub(crate) vanishing: &'a dyn Fn(&Name) -> bool,
    /// Whether it drops this table or inserts into it: its values are what a statement computed.
    pub(crate) written: &'a dyn Fn(&Name) -> bool,
    /// Whether it updates this column of this table.
    pub(crate) updated: &'a dyn Fn(&Name, &Name) -> bool,
}

impl Holding {
    fn read(conn: &Connection, table: &Table) -> rusqlite::Result<Self> {
        let columns: Vec<_> = table
            .columns
            .iter()
            .filter(|column| !column.is_hidden && column.generated.is_none())
            .map(|column| column.name.clone())
            .collect();
        let names: Vec<_> = columns.iter().map(Name::quoted).collect();
        let list = if names.is_empty() { "NULL".to_owned() } else { names.join(", ") };
        let sql = format!("SELECT {list} FROM main.{}", table.name.quoted());
        let mut statement = conn.prepare(&sql)?;
        let count = columns.len();
        let rows = statement.query_map([], |row| (0..count).map(|at| row.get(at)).collect())?;
        let rows = rows.collect::<rusqlite::Result<_>>()?;
        Ok(Self { columns, key: table.primary_key.clone(), rows })
    }

    fn value<'a>(&self, row: &'a [Value], column: &Name) -> Option<&'a Value> {
        row.get(self.columns.iter().position(|name| name == column)?)
    }

    /// The columns by which rows of two moments are known as the same: the key, or all that both have.
    fn identity(&self, after: &Self) -> Vec<Name> {
        let has = |column: &Name| after.columns.contains(column);
        if !self.key.is_empty() && self.key.iter().all(has) {
            return self.key.clone();
        }
        self.columns.iter().filter(|column| has(column)).cloned().collect()
    }

    fn identified(&self, row: &[Value], identity: &[Name]) -> Vec<Value> {
        identity.iter().filter_map(|column| self.value(row, column).cloned()).collect()
    }

    fn vanished(&self, table: &Name, after: &Self) -> Option<Change> {
        let identity = self.identity(after);
        let mut left: Vec<_> =
            after.rows.iter().map(|row| after.identified(row, &identity)).collect();
        let is_gone = |row: &&Vec<Value>| {
            let sought = self.identified(row, &identity);
            match left.iter().position(|found| *found == sought) {
                Some(at) => {
                    left.swap_remove(at);
                    false
                }
                None => true,
            }
        };
        let gone: Vec<_> = self.rows.iter().filter(is_gone).map(|row| self.told(row)).collect();
        // Rows whose key was computed anew are other rows by their key, and as many as before.
        if gone.is_empty() || after.rows.len() >= self.rows.len() {
            return None;
        }
        Some(Change::Vanished { table: table.clone(), rows: gone, total: self.rows.len() })
    }

    /// The values that are others than before, in columns that both have and no UPDATE names.
    fn changed<'a>(
        &'a self,
        table: &'a Name,
        after: &'a Self,
        updated: &'a dyn Fn(&Name, &Name) -> bool,
    ) -> impl Iterator<Item = Changed<'a>> {
        let identity = self.identity(after);
        let pairs = self.rows.iter().filter_map(move |row| {
            let sought = self.identified(row, &identity);
            let found = after.rows.iter().find(|row| after.identified(row, &identity) == sought);
            Some((row, found?))
        });
        pairs.flat_map(move |(row, found)| {
            self.columns.iter().filter_map(move |column| {
                let (old, new) = (self.value(row, column)?, after.value(found, column)?);
                let is_changed = old != new && !updated(table, column);
                is_changed.then_some(Changed { row, column, new })
            })
        })
    }

    fn moved(
        &self,
        table: &Name,
        after: &Self,
        updated: &dyn Fn(&Name, &Name) -> bool,
    ) -> Option<Change> {
        self.changed(table, after, updated).filter(|it| *it.new != Value::Null).find_map(|it| {
            let mut others = self.columns.iter().filter(|column| *column != it.column);
            let from = others.find(|from| self.value(it.row, from) == Some(it.new))?.clone();
            let (to, row) = (it.column.clone(), self.told(it.row));
            Some(Change::Moved { table: table.clone(), from, to, row })
        })
    }

    fn overwritten(
        &self,
        table: &Name,
        after: &Self,
        updated: &dyn Fn(&Name, &Name) -> bool,
    ) -> Option<Change> {
        let it = self.changed(table, after, updated).next()?;
        let (column, row, new) = (it.column.clone(), self.told(it.row), value_told(it.new));
        Some(Change::Overwritten { table: table.clone(), column, row, new })
    }

    /// A row as a person reads it.
    fn told(&self, row: &[Value]) -> String {
        let told = |(column, value): (&Name, &Value)| format!("{column} = {}", value_told(value));
        self.columns.iter().zip(row).map(told).collect::<Vec<_>>().join(", ")
    }
}

fn value_told(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
    }
}
