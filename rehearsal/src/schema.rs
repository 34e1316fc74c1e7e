//! A database schema, as SQLite describes it.

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

/// The objects of a database, without those of migratory and of SQLite itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables, including virtual tables and their shadow tables.
    pub tables: Objects<Table>,
    /// The indexes that a CREATE INDEX made; those of UNIQUE and PRIMARY KEY belong to their table.
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
    /// The text of its definition, from `sqlite_schema`.
    pub sql: String,
    /// Its kind.
    pub kind: TableKind,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order; empty if it has none.
    pub primary_key: Vec<Name>,
    /// The columns of each UNIQUE constraint, without the primary key.
    pub uniques: Vec<Vec<Name>>,
    /// The text between the parentheses of each CHECK, including those of columns.
    pub checks: Vec<String>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Whether it is STRICT.
    pub is_strict: bool,
    /// Whether it is WITHOUT ROWID.
    pub is_without_rowid: bool,
    /// Whether it is AUTOINCREMENT, so that ids are never reused.
    pub is_autoincrement: bool,
}

/// The kind of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// An ordinary table.
    Ordinary,
    /// A virtual table of this module.
    Virtual(String),
    /// A table in which a virtual table keeps its content, and to which only that one writes.
    Shadow,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// The declared type as written; empty if none is declared.
    pub declared: String,
    /// Whether it is declared NOT NULL, or part of a primary key that implies it.
    pub is_not_null: bool,
    /// The text of its DEFAULT, if it has one.
    pub default: Option<String>,
    /// The collation; BINARY if none is declared.
    pub collation: Name,
    /// The text between the parentheses of a generated column.
    pub generated: Option<String>,
    /// Whether it is a generated column that is stored.
    pub is_stored: bool,
    /// Whether `SELECT *` leaves it out, as it does hidden columns of virtual tables.
    pub is_hidden: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its columns, in their order.
    pub columns: Vec<Name>,
    /// The table it refers to.
    pub parent: Name,
    /// The columns it refers to; empty if it refers to the primary key without naming it.
    pub parent_columns: Vec<Name>,
    /// `CASCADE`, `SET NULL`, `SET DEFAULT`, `RESTRICT` or `NO ACTION`.
    pub on_delete: String,
    /// The same words, for a change of the parent's key.
    pub on_update: String,
    /// Whether it is checked at the end of the transaction.
    pub is_deferred: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// The table that it indexes.
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
    /// The table or view that it belongs to.
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

impl Schema {
    /// Whether a table, a view or an index has this name: SQLite gives none of them the name of another.
    pub fn is_taken(&self, name: &Name) -> bool {
        self.tables.contains_key(name)
            || self.views.contains_key(name)
            || self.indexes.contains_key(name)
    }
}

/// Returns this name, or the first of `<name>_2`, `<name>_3`, .. that is not taken.
///
/// ```
/// use migratory_rehearsal::schema::{Name, fresh};
///
/// assert_eq!(fresh("note_new", |name| *name == Name::new("note_new")), Name::new("note_new_2"));
/// ```
pub fn fresh(name: &str, is_taken: impl Fn(&Name) -> bool) -> Name {
    let others = (2..).map(|number| Name::new(format!("{name}_{number}")));
    let mut names = std::iter::once(Name::new(name)).chain(others);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| Name::new(name))
}

impl Table {
    /// Returns the column of this name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Returns the columns that `*` gives and an INSERT without a list fills.
    pub(crate) fn stored(&self) -> Vec<Name> {
        let stored = self.columns.iter().filter(|it| !it.is_hidden && it.generated.is_none());
        stored.map(|it| it.name.clone()).collect()
    }

    /// Returns the column that is an alias of the rowid: `INTEGER PRIMARY KEY`.
    ///
    /// SQLite keeps an early bug for compatibility: a column declared `INTEGER PRIMARY KEY DESC` is
    /// not an alias, though one that `PRIMARY KEY (id DESC)` names is.
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
    // A quick search, since few definitions contain the word.
    let mut places = sql.as_bytes().windows(4);
    if !places.any(|four| four.eq_ignore_ascii_case(b"desc")) {
        return false;
    }
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let words = ["PRIMARY", "KEY", "DESC"];
    tokens.windows(3).any(|three| three.iter().zip(words).all(|(token, word)| token.is_word(word)))
}
