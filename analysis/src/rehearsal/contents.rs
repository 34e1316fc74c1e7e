//! The rows of a database before and after a script, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::record::{Cell, Record, Records};
use crate::schema::{Name, Schema, Table, TableKind};

/// How many of the rows that are gone a message may show.
const SHOWN: usize = 3;

/// The rows of some tables.
#[derive(Debug)]
pub(crate) struct Contents(BTreeMap<Name, Holding>);

#[derive(Debug)]
struct Holding {
    columns: Vec<Name>,
    /// Which of the columns tell one row from another.
    key: Vec<Name>,
    records: Records,
}

/// A value that is another one than before.
struct Changed<'a> {
    row: Record<'a>,
    column: &'a Name,
    new: Cell<'a>,
}

/// What became of the rows of a table, beside what is as it was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// So many rows of `total` are not there any more, of which the first are shown.
    Vanished { table: Name, rows: Vec<String>, gone: usize, total: usize },
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

    /// The tables of both that lack a row which they had, whoever took it away.
    pub(crate) fn losing(&self, after: &Self) -> Vec<Name> {
        let both = self.0.iter().filter_map(|(table, it)| Some((table, it, after.0.get(table)?)));
        let losing = both.filter(|(_, before, after)| before.loses(after));
        losing.map(|(table, ..)| table.clone()).collect()
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
        let records = Records::read(&mut conn.prepare(&sql)?, columns.len())?;
        Ok(Self { columns, key: table.primary_key.clone(), records })
    }

    fn position(&self, column: &Name) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }

    /// Where the columns stand by which rows of two moments are known as the same, before and after: the key, or
    /// all that both have.
    fn identity(&self, after: &Self) -> (Vec<usize>, Vec<usize>) {
        let places = |column: &Name| Some((self.position(column)?, after.position(column)?));
        if !self.key.is_empty() {
            if let Some(places) = self.key.iter().map(places).collect::<Option<Vec<_>>>() {
                return places.into_iter().unzip();
            }
        }
        self.columns.iter().filter_map(places).unzip()
    }

    fn loses(&self, after: &Self) -> bool {
        let (before_key, after_key) = self.identity(after);
        let left = after.records.counts(&after_key);
        self.records.iter().any(|record| !left.contains_key(&record.identity(&before_key)))
    }

    fn vanished(&self, table: &Name, after: &Self) -> Option<Change> {
        // Rows whose key was computed anew are other rows by their key, and as many as before.
        if after.records.len() >= self.records.len() {
            return None;
        }
        let (before_key, after_key) = self.identity(after);
        let mut left = after.records.counts(&after_key);
        let mut rows = Vec::new();
        let mut gone = 0;
        for record in self.records.iter() {
            if let Some(found @ 1..) = left.get_mut(&record.identity(&before_key)) {
                *found -= 1;
            } else {
                gone += 1;
                if rows.len() < SHOWN {
                    rows.push(self.shown(record));
                }
            }
        }
        Some(Change::Vanished { table: table.clone(), rows, gone, total: self.records.len() })
    }

    /// The first value that is another than before and that `take` takes, in columns that both have and no UPDATE
    /// names.
    fn find_changed<T>(
        &self,
        table: &Name,
        after: &Self,
        updated: &dyn Fn(&Name, &Name) -> bool,
        take: impl Fn(&Changed<'_>) -> Option<T>,
    ) -> Option<T> {
        let held = self.columns.iter().enumerate().filter(|(_, column)| !updated(table, column));
        let compared: Vec<_> = held
            .filter_map(|(before, column)| Some((column, before, after.position(column)?)))
            .collect();
        if compared.is_empty() {
            return None;
        }
        let (before_key, after_key) = self.identity(after);
        let firsts = after.records.firsts(&after_key);
        self.records.iter().find_map(|row| {
            let found = firsts.get(&row.identity(&before_key))?;
            let (old, new): (Vec<_>, Vec<_>) = (row.cells().collect(), found.cells().collect());
            compared.iter().find_map(|&(column, before, after)| {
                let (old, new) = (*old.get(before)?, *new.get(after)?);
                if old == new { None } else { take(&Changed { row, column, new }) }
            })
        })
    }

    fn moved(
        &self,
        table: &Name,
        after: &Self,
        updated: &dyn Fn(&Name, &Name) -> bool,
    ) -> Option<Change> {
        self.find_changed(table, after, updated, |it| {
            if it.new.is_null() {
                return None;
            }
            let mut cells = self.columns.iter().zip(it.row.cells());
            let (from, _) = cells.find(|(from, cell)| *from != it.column && *cell == it.new)?;
            let (from, to, row) = (from.clone(), it.column.clone(), self.shown(it.row));
            Some(Change::Moved { table: table.clone(), from, to, row })
        })
    }

    fn overwritten(
        &self,
        table: &Name,
        after: &Self,
        updated: &dyn Fn(&Name, &Name) -> bool,
    ) -> Option<Change> {
        self.find_changed(table, after, updated, |it| {
            let (column, row, new) = (it.column.clone(), self.shown(it.row), it.new.shown());
            Some(Change::Overwritten { table: table.clone(), column, row, new })
        })
    }

    /// A row as a person reads it.
    fn shown(&self, row: Record<'_>) -> String {
        let shown = |(column, cell): (&Name, Cell<'_>)| format!("{column} = {}", cell.shown());
        self.columns.iter().zip(row.cells()).map(shown).collect::<Vec<_>>().join(", ")
    }
}
