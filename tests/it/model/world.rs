//! A database in the model: the migrations with the scripts that they were applied from, and tables of numbers.

use std::collections::BTreeMap;

use migratory::Mode;

use super::program::Text;

/// A database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) has_history: bool,
    /// In ascending order of versions.
    pub(super) applied: Vec<Applied>,
    pub(super) tables: Tables,
    /// The application's `user_version`; 0 if the library uses it.
    pub(super) user_version: i32,
}

/// A migration in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) version: i64,
    pub(super) text: Text,
    /// The set up to it, in the program that applied it.
    pub(super) chain: Vec<(i64, Effect)>,
    pub(super) checksum: String,
}

pub(super) type Tables = BTreeMap<String, Table>;

/// A table of one column, `n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) is_not_null: bool,
    pub(super) rows: Vec<i64>,
}

/// The effect of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Create(&'static str),
    Insert(&'static str, i64),
    Add(&'static str, i64),
    /// With foreign keys off.
    Rebuild(&'static str),
    /// Three statements outside a transaction.
    Outside(&'static str, i64),
}

/// A statement fails, because a table exists or doesn't.
#[derive(Debug)]
pub(super) struct Fails;

impl Effect {
    pub(super) const fn mode(self) -> Mode {
        match self {
            Self::Rebuild(_) => Mode::ForeignKeysOff,
            Self::Outside(..) => Mode::NoTransaction,
            _ => Mode::Transaction,
        }
    }

    pub(super) fn up(self) -> String {
        match self {
            Self::Create(table) => format!("CREATE TABLE {table} (n INTEGER);"),
            Self::Insert(table, n) => format!("INSERT INTO {table} (n) VALUES ({n});"),
            Self::Add(table, n) => format!("UPDATE {table} SET n = n + {n};"),
            Self::Rebuild(table) => rebuild(table, " NOT NULL"),
            Self::Outside(table, n) => format!(
                "-- migratory: no-transaction\nUPDATE {table} SET n = n + {n}; VACUUM; UPDATE {table} SET n = n * 2;"
            ),
        }
    }

    pub(super) fn down(self) -> String {
        match self {
            Self::Create(table) => format!("DROP TABLE {table};"),
            Self::Insert(table, n) => format!("DELETE FROM {table} WHERE n = {n};"),
            Self::Add(table, n) => format!("UPDATE {table} SET n = n - {n};"),
            Self::Rebuild(table) => rebuild(table, ""),
            Self::Outside(table, n) => format!(
                "-- migratory: no-transaction\nUPDATE {table} SET n = n / 2; UPDATE {table} SET n = n - {n};"
            ),
        }
    }

    pub(super) fn apply(self, tables: &mut Tables) -> Result<(), Fails> {
        match self {
            Self::Create(table) if tables.contains_key(table) => return Err(Fails),
            Self::Create(table) => _ = tables.insert(table.to_owned(), Table::default()),
            Self::Insert(table, n) => tables.get_mut(table).ok_or(Fails)?.rows.push(n),
            Self::Add(table, n) => each(tables, table, |row| row + n)?,
            Self::Rebuild(table) => tables.get_mut(table).ok_or(Fails)?.is_not_null = true,
            Self::Outside(table, n) => each(tables, table, |row| (row + n) * 2)?,
        }
        Ok(())
    }

    pub(super) fn revert(self, tables: &mut Tables) -> Result<(), Fails> {
        match self {
            Self::Create(table) => _ = tables.remove(table).ok_or(Fails)?,
            Self::Insert(table, n) => {
                tables.get_mut(table).ok_or(Fails)?.rows.retain(|row| *row != n);
            }
            Self::Add(table, n) => each(tables, table, |row| row - n)?,
            Self::Rebuild(table) => tables.get_mut(table).ok_or(Fails)?.is_not_null = false,
            Self::Outside(table, n) => each(tables, table, |row| row / 2 - n)?,
        }
        Ok(())
    }
}

fn each(tables: &mut Tables, table: &str, change: impl Fn(i64) -> i64) -> Result<(), Fails> {
    let rows = &mut tables.get_mut(table).ok_or(Fails)?.rows;
    for row in rows {
        *row = change(*row);
    }
    Ok(())
}

fn rebuild(table: &str, constraint: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF; CREATE TABLE {table}_new (n INTEGER{constraint}); \
         INSERT INTO {table}_new (n) SELECT n FROM {table}; DROP TABLE {table}; ALTER TABLE {table}_new RENAME TO {table};"
    )
}
