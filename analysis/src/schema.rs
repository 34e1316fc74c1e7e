//! What a schema is made of, as SQLite tells it.

use std::collections::BTreeMap;

mod definition;
mod diff;
mod excerpt;
mod group;
mod index;
mod name;
mod near;
mod read;
mod same;
mod table;

pub(crate) use diff::{Difference, differences, rendered};
pub(crate) use name::Name;
pub(crate) use near::{hint, literal};
pub(crate) use read::Reader;

/// The objects of a database, those of migratory and of SQLite itself left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) tables: BTreeMap<Name, Table>,
    /// Indexes that a statement made; those that UNIQUE and PRIMARY KEY bring are part of their table.
    pub(crate) indexes: BTreeMap<Name, Index>,
    pub(crate) triggers: BTreeMap<Name, Trigger>,
    pub(crate) views: BTreeMap<Name, View>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: Name,
    /// The text of its definition, as `sqlite_schema` has it.
    pub(crate) sql: String,
    pub(crate) kind: TableKind,
    pub(crate) columns: Vec<Column>,
    /// The columns of the primary key, in its order; empty where there is none.
    pub(crate) primary_key: Vec<Name>,
    /// The columns of each UNIQUE constraint, the primary key's left out.
    pub(crate) uniques: Vec<Vec<Name>>,
    /// The text between the parentheses of each CHECK, those of columns included.
    pub(crate) checks: Vec<String>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) is_strict: bool,
    pub(crate) is_without_rowid: bool,
    pub(crate) is_autoincrement: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    Ordinary,
    /// A virtual table of this module.
    Virtual(String),
    /// A table that a virtual one keeps its content in; written by that one alone.
    Shadow,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: Name,
    /// The declared type, as it was written; empty where there is none.
    pub(crate) declared: String,
    /// Declared NOT NULL, or part of a primary key that implies it.
    pub(crate) is_not_null: bool,
    /// The text of its DEFAULT, if there is one.
    pub(crate) default: Option<String>,
    /// BINARY where none is declared.
    pub(crate) collation: Name,
    /// The text between the parentheses of a generated column, if it is one.
    pub(crate) generated: Option<String>,
    pub(crate) is_stored: bool,
    /// Of virtual tables: a column that `SELECT *` does not show.
    pub(crate) is_hidden: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<Name>,
    pub(crate) parent: Name,
    /// The columns that it refers to; empty where the primary key is meant.
    pub(crate) parent_columns: Vec<Name>,
    /// `CASCADE`, `SET NULL`, `SET DEFAULT`, `RESTRICT` or `NO ACTION`.
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
    /// Whether it is checked at the end of the transaction.
    pub(crate) is_deferred: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) name: Name,
    pub(crate) table: Name,
    pub(crate) sql: String,
    pub(crate) is_unique: bool,
    pub(crate) is_partial: bool,
    /// Its columns; `None` stands for an expression.
    pub(crate) columns: Vec<Option<Name>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trigger {
    pub(crate) name: Name,
    /// The table or view that it hangs on.
    pub(crate) table: Name,
    pub(crate) sql: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) name: Name,
    pub(crate) sql: String,
}

impl Table {
    pub(crate) fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The column that is another name of the rowid: `INTEGER PRIMARY KEY`.
    pub(crate) fn rowid_alias(&self) -> Option<&Column> {
        match self.primary_key.as_slice() {
            [only] if !self.is_without_rowid && self.kind == TableKind::Ordinary => {
                self.column(only).filter(|column| column.declared.eq_ignore_ascii_case("integer"))
            }
            _ => None,
        }
    }
}
