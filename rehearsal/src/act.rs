//! What SQLite says that a statement does.
//!
//! SQLite's authorizer names every action of a statement while it is prepared: so the rules need no
//! parser of SQL.

use std::ops::Range;

use crate::schema::Name;

/// A statement of a script, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Where it stands in the script, blanks and comments before it left out.
    pub(crate) range: Range<usize>,
    /// How many columns the rows have that it returns; 0 if it returns none.
    pub(crate) columns: usize,
    /// What it does, in the order in which SQLite named it.
    pub(crate) acts: Vec<Act>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) kind: ActKind,
    /// The trigger or view that does it; `None` where the statement itself does.
    pub(crate) accessor: Option<Name>,
}

/// What is done, to what. Reads of `sqlite_schema`, which any DDL does, are left out.
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
    /// Of any kind: RENAME TO, RENAME COLUMN, ADD COLUMN, DROP COLUMN.
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
    /// Anything else that SQLite names: REINDEX, ANALYZE, a transaction, a savepoint.
    Other(&'static str),
}

impl Statement {
    /// What the statement does itself, and not a trigger or view that it sets off.
    pub(crate) fn own(&self) -> impl Iterator<Item = &ActKind> {
        self.acts.iter().filter(|act| act.accessor.is_none()).map(|act| &act.kind)
    }
}

impl ActKind {
    /// Whether it puts rows into this table.
    pub(crate) fn inserts(&self, into: &Name) -> bool {
        matches!(self, Self::Insert(table) if table == into)
    }
}
