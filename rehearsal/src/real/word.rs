//! What one script says that it does to tables and columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_analysis::Rule;
use rusqlite::types::Value;

use crate::course::intent::Intent;
use crate::course::succession::Succession;
use crate::schema::{Name, Schema};

/// What one script says.
pub(super) struct Word {
    pub(super) file: String,
    pub(super) intent: Intent,
    pub(super) succession: Succession,
    pub(super) before: Arc<Schema>,
    pub(super) after: Arc<Schema>,
    /// The exceptions that its author makes, as rows that a copy leaves out on purpose.
    pub(super) allowed: Vec<Rule>,
    /// The columns whose values a copy may change, each behind its table.
    pub(super) columns: Vec<(Name, Name)>,
    /// The values that it names.
    pub(super) literals: Vec<Value>,
    /// Whether it gives rows that have no key another rowid.
    pub(super) renumbers: bool,
    /// The tables that a statement of its own puts rows into.
    pub(super) inserted: BTreeSet<Name>,
}

impl Word {
    /// Whether its author makes this exception.
    pub(super) fn allows(&self, rule: Rule) -> bool {
        self.allowed.contains(&rule)
    }

    /// Whether its author says that a copy may change the values of this column.
    pub(super) fn lets_change(&self, table: &Name, column: &Name) -> bool {
        self.allows(Rule::ValuesMove)
            || self.columns.iter().any(|(of, named)| of == table && named == column)
    }
}
