//! Reads the rows of a database at one moment.

use std::collections::{BTreeMap, BTreeSet};

use migratory_runtime::__private::{code, message};
use rusqlite::{Connection, ErrorCode};

use super::record::{Record, Records};
use crate::rows::Class;
use crate::rules::keeps_rows;
use crate::schema::{Column, Name, Schema, Table, TableKind};

/// The name for the rowid in SQL, where no column has that name.
pub(crate) const ROWID: &str = "rowid";

/// The rows of some tables.
#[derive(Debug)]
pub(crate) struct Contents(BTreeMap<Name, Holding>);

/// What is read besides the columns of ordinary tables.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'n> {
    /// The tables whose rowids are read as a column of their own, if they have any.
    pub(crate) rowids: BTreeSet<&'n Name>,
    /// The tables that are copied; virtual ones are read too, if they keep rows of their own.
    pub(crate) copied: BTreeSet<&'n Name>,
}

/// The rows of one table.
#[derive(Debug)]
pub(crate) struct Holding {
    pub(crate) columns: Vec<Held>,
    /// The columns that identify a row.
    pub(crate) key: Vec<Name>,
    pub(crate) records: Records,
    pub(crate) is_virtual: bool,
    /// SQLite's message, if the generated columns can't be read and are left out.
    pub(crate) unreadable: Option<String>,
}

/// A column whose values were read.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) name: Name,
    /// The values that its type is meant for.
    pub(crate) class: Class,
    /// Whether its values are computed from those of other columns.
    pub(crate) is_generated: bool,
}

impl Contents {
    /// Reads the rows of the ordinary tables among these.
    pub(crate) fn read<'n>(
        conn: &Connection,
        schema: &Schema,
        scope: impl IntoIterator<Item = &'n Name>,
    ) -> rusqlite::Result<Self> {
        Self::with(conn, schema, scope, &Wanted::default())
    }

    /// Reads the rows of these tables, with what else is wanted.
    pub(crate) fn with<'n>(
        conn: &Connection,
        schema: &Schema,
        scope: impl IntoIterator<Item = &'n Name>,
        wanted: &Wanted<'_>,
    ) -> rusqlite::Result<Self> {
        let names: BTreeSet<_> = scope.into_iter().collect();
        let tables = names.into_iter().filter_map(|name| schema.tables.get(name));
        let read_ones = tables.filter(|table| match table.kind {
            TableKind::Ordinary => true,
            TableKind::Virtual(_) => wanted.copied.contains(&table.name) && keeps_rows(table),
            TableKind::Shadow => false,
        });
        let read = |table: &Table| {
            let is_held = wanted.rowids.contains(&table.name) && !table.is_without_rowid;
            let has_rowid = is_held || table.kind != TableKind::Ordinary;
            Ok((table.name.clone(), Holding::read(conn, table, has_rowid)?))
        };
        read_ones.map(read).collect::<rusqlite::Result<_>>().map(Self)
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = (&Name, &Holding)> {
        self.0.iter()
    }

    pub(crate) fn table(&self, name: &Name) -> Option<&Holding> {
        self.0.get(name)
    }

    /// Returns the first table whose generated columns can't be read, with SQLite's message, though
    /// they could be read `before` in the table that held the same rows.
    pub(crate) fn unreadable<'c>(
        &'c self,
        before: &Self,
        holder: impl Fn(&Name) -> Option<&'c Name>,
    ) -> Option<(&'c Name, &'c str)> {
        self.0.iter().find_map(|(table, holding)| {
            let words = holding.unreadable.as_deref()?;
            let mut olds = before.0.iter().filter(|(old, _)| holder(old) == Some(table));
            olds.all(|(_, old)| old.unreadable.is_none()).then_some((table, words))
        })
    }

    /// Returns the tables that lack a row which they had before, whatever removed it.
    pub(crate) fn losing(&self, after: &Self) -> Vec<Name> {
        let both = self.0.iter().filter_map(|(table, it)| Some((table, it, after.0.get(table)?)));
        let losing = both.filter(|(_, before, after)| before.loses(after));
        losing.map(|(table, ..)| table.clone()).collect()
    }
}

impl Holding {
    fn read(conn: &Connection, table: &Table, has_rowid: bool) -> rusqlite::Result<Self> {
        let shown = table.columns.iter().filter(|column| !column.is_hidden);
        let mut columns: Vec<_> = shown.map(Held::of).chain(has_rowid.then(Held::rowid)).collect();
        let mut unreadable = None;
        let records = match read(conn, table, &columns) {
            // SQLite computes a virtual column when it is read, and that may fail for the values of
            // a row.
            Err(error) if is_of_values(&error) && columns.iter().any(|it| it.is_generated) => {
                unreadable = Some(message(&error, "").0);
                columns.retain(|column| !column.is_generated);
                read(conn, table, &columns)?
            }
            read => read?,
        };
        let is_virtual = matches!(table.kind, TableKind::Virtual(_));
        Ok(Self { columns, key: table.primary_key.clone(), records, is_virtual, unreadable })
    }

    pub(crate) fn position(&self, column: &Name) -> Option<usize> {
        self.columns.iter().position(|held| held.name == *column)
    }

    fn loses(&self, after: &Self) -> bool {
        let places = |column: &Name| Some((self.position(column)?, after.position(column)?));
        let by_key: Option<Vec<_>> = self.key.iter().map(places).collect();
        let (before_key, after_key): (Vec<_>, Vec<_>) = match by_key {
            Some(places) if !places.is_empty() => places.into_iter().unzip(),
            _ => self.columns.iter().filter_map(|column| places(&column.name)).unzip(),
        };
        let left = after.records.counts(&after_key);
        self.records.iter().any(|record| !left.contains_key(&record.identity(&before_key)))
    }

    /// Formats a row for people.
    pub(crate) fn shown(&self, record: Record<'_>) -> String {
        let own =
            self.columns.iter().zip(record.cells()).filter(|(column, _)| !column.is_generated);
        let shown = own.map(|(column, cell)| format!("{} = {}", column.name, cell.shown()));
        shown.collect::<Vec<_>>().join(", ")
    }
}

fn read(conn: &Connection, table: &Table, columns: &[Held]) -> rusqlite::Result<Records> {
    let names: Vec<_> = columns.iter().map(|column| column.name.quoted()).collect();
    let list = if names.is_empty() { "NULL".to_owned() } else { names.join(", ") };
    let sql = format!("SELECT {list} FROM main.{}", table.name.quoted());
    Records::read(&mut conn.prepare(&sql)?, columns.len())
}

/// Whether a function refuses a value, and the rehearsal has not reached a bound.
fn is_of_values(error: &rusqlite::Error) -> bool {
    code(error) == Some(ErrorCode::Unknown)
}

impl Held {
    fn rowid() -> Self {
        Self { name: Name::from(ROWID), class: Class::Integer, is_generated: false }
    }

    fn of(column: &Column) -> Self {
        Self {
            name: column.name.clone(),
            class: Class::held_by(column),
            is_generated: column.generated.is_some(),
        }
    }
}
