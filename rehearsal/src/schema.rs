//! What a schema is made of, as SQLite tells it.

mod definition;
mod did_you_mean;
mod diff;
mod entry;
mod excerpt;
mod index;
mod objects;
mod read;
mod table;

use migratory_core::sql::lexer;

pub(crate) use definition::{ColumnText, Definition};
pub(crate) use did_you_mean::{hint, literal};
pub use diff::{Difference, Object, Part, differences};
pub(crate) use diff::{braced, rendered};
pub use migratory_core::sql::names::Name;
pub use objects::{Named, Objects};
pub(crate) use read::Reader;

/// The objects of a database, those of migratory and of SQLite itself left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables, virtual ones and their shadows included.
    pub tables: Objects<Table>,
    /// Indexes that a statement made; those that UNIQUE and PRIMARY KEY bring are part of their table.
    pub indexes: Objects<Index>,
    /// The triggers.
    pub triggers: Objects<Trigger>,
    /// The views.
    pub views: Objects<View>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// The text of its definition, as `sqlite_schema` has it.
    pub sql: String,
    /// What kind of table it is.
    pub kind: TableKind,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order; empty where there is none.
    pub primary_key: Vec<Name>,
    /// The columns of each UNIQUE constraint, the primary key's left out.
    pub uniques: Vec<Vec<Name>>,
    /// The text between the parentheses of each CHECK, those of columns included.
    pub checks: Vec<String>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Whether it is STRICT.
    pub is_strict: bool,
    /// Whether it is WITHOUT ROWID.
    pub is_without_rowid: bool,
    /// Whether its ids are never used again.
    pub is_autoincrement: bool,
}

/// What kind of table it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// As any.
    Ordinary,
    /// A virtual table of this module.
    Virtual(String),
    /// A table that a virtual one keeps its content in; written by that one alone.
    Shadow,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// The declared type, as it was written; empty where there is none.
    pub declared: String,
    /// Declared NOT NULL, or part of a primary key that implies it.
    pub is_not_null: bool,
    /// The text of its DEFAULT, if there is one.
    pub default: Option<String>,
    /// BINARY where none is declared.
    pub collation: Name,
    /// The text between the parentheses of a generated column, if it is one.
    pub generated: Option<String>,
    /// Whether the generated column is stored.
    pub is_stored: bool,
    /// Of virtual tables: a column that `SELECT *` does not show.
    pub is_hidden: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its columns, in their order.
    pub columns: Vec<Name>,
    /// The table that it refers to.
    pub parent: Name,
    /// The columns that it refers to; empty where the primary key is meant.
    pub parent_columns: Vec<Name>,
    /// `CASCADE`, `SET NULL`, `SET DEFAULT`, `RESTRICT` or `NO ACTION`.
    pub on_delete: String,
    /// Likewise, where the parent's key changes.
    pub on_update: String,
    /// Whether it is checked at the end of the transaction.
    pub is_deferred: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// The table.
    pub table: Name,
    /// The text of its definition.
    pub sql: String,
    /// Whether it is UNIQUE.
    pub is_unique: bool,
    /// Whether it has a WHERE.
    pub is_partial: bool,
    /// Its columns; `None` stands for an expression.
    pub columns: Vec<Option<Name>>,
}

/// A trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// The table or view that it hangs on.
    pub table: Name,
    /// The text of its definition.
    pub sql: String,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: Name,
    /// The text of its definition.
    pub sql: String,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The column that is another name of the rowid: `INTEGER PRIMARY KEY`.
    ///
    /// SQLite keeps an old mistake of its own: a column that is declared `INTEGER PRIMARY KEY DESC` is none, though
    /// one that `PRIMARY KEY (id DESC)` names is.
    pub fn rowid_alias(&self) -> Option<&Column> {
        match self.primary_key.as_slice() {
            [only] if !self.is_without_rowid && self.kind == TableKind::Ordinary => {
                let column = self.column(only);
                column.filter(|column| {
                    column.declared.eq_ignore_ascii_case("integer") && !is_descending(&self.sql)
                })
            }
            _ => None,
        }
    }
}

/// Whether a column is declared `PRIMARY KEY DESC`.
fn is_descending(sql: &str) -> bool {
    // Most texts need no reading.
    let mut places = sql.as_bytes().windows(4);
    if !places.any(|four| four.eq_ignore_ascii_case(b"desc")) {
        return false;
    }
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let words = ["PRIMARY", "KEY", "DESC"];
    tokens.windows(3).any(|three| three.iter().zip(words).all(|(token, word)| token.is_word(word)))
}
