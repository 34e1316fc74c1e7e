//! What SQLite reports that a statement does.
//!
//! SQLite calls its authorizer for every action of a statement while it prepares it, so the rules
//! need no SQL parser.

use std::ops::Range;

use migratory_core::sql::names::Name;

/// A statement of a script, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The bytes of the script that it covers, without the blanks and comments around it.
    pub(crate) range: Range<usize>,
    /// The number of columns in the rows it returns; 0 if it returns none.
    pub(crate) columns: usize,
    /// Its actions, in the order in which SQLite reports them.
    pub(crate) acts: Vec<Act>,
}

/// An action of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) kind: ActKind,
    /// The trigger or view that performs it; `None` for the statement itself.
    pub(crate) accessor: Option<Name>,
}

/// The kind of an action, and its object. Reads of `sqlite_schema` are left out: every DDL
/// statement makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActKind {
    CreateTable(Name),
    CreateVirtualTable(Name),
    CreateIndex {
        index: Name,
        table: Name,
    },
    CreateTrigger {
        trigger: Name,
        table: Name,
    },
    CreateView(Name),
    DropTable(Name),
    DropVirtualTable(Name),
    DropIndex {
        index: Name,
        table: Name,
    },
    DropTrigger {
        trigger: Name,
        table: Name,
    },
    DropView(Name),
    /// Any of RENAME TO, RENAME COLUMN, ADD COLUMN and DROP COLUMN.
    AlterTable(Name),
    Insert(Name),
    Delete(Name),
    Update {
        table: Name,
        column: Name,
    },
    Read {
        table: Name,
        column: Name,
    },
    Select,
    Function(String),
    Pragma {
        name: String,
        value: Option<String>,
    },
    Attach(String),
    Detach(String),
    /// Any other action that SQLite reports: REINDEX, ANALYZE, a transaction, a savepoint.
    Other(&'static str),
}

impl Statement {
    /// The actions of the statement itself, without those of triggers and views.
    pub(crate) fn own(&self) -> impl Iterator<Item = &ActKind> {
        self.acts.iter().filter(|act| act.accessor.is_none()).map(|act| &act.kind)
    }
}

impl ActKind {
    /// Whether the statement inserts rows into this table.
    pub(crate) fn inserts(&self, into: &Name) -> bool {
        matches!(self, Self::Insert(table) if table == into)
    }
}
