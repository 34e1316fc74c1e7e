//! Describes what one script intends to do to tables and columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_analysis::Rule;
use rusqlite::types::Value;

use crate::schema::{Name, Schema};
use crate::script::intent::Intent;
use crate::script::succession::Succession;

/// What one script intends.
pub(super) struct ScriptIntent {
    pub(super) file: String,
    pub(super) is_down: bool,
    pub(super) intent: Intent,
    pub(super) succession: Succession,
    pub(super) before: Arc<Schema>,
    pub(super) after: Arc<Schema>,
    /// The rules that its author allows exceptions from, such as a copy that leaves out rows.
    pub(super) allowed: Vec<Rule>,
    /// The columns whose values a copy may change, each with its table.
    pub(super) columns: Vec<(Name, Name)>,
    /// The values that it names.
    pub(super) literals: Vec<Value>,
    /// Whether it gives another rowid to rows without a key.
    pub(super) renumbers: bool,
    /// The tables into which one of its own statements inserts rows.
    pub(super) inserted: BTreeSet<Name>,
}

impl ScriptIntent {
    /// Whether its author allows this exception.
    pub(super) fn allows(&self, rule: Rule) -> bool {
        self.allowed.contains(&rule)
    }

    /// Whether its author allows a copy to change the values of this column.
    pub(super) fn lets_change(&self, table: &Name, column: &Name) -> bool {
        self.allows(Rule::ValuesMove)
            || self.columns.iter().any(|(of, named)| of == table && named == column)
    }
    /// Whether its author allows the values of this column to go with it.
    pub(super) fn lets_drop(&self, table: &Name, column: &Name) -> bool {
        self.allows(Rule::DropColumn) || self.lets_change(table, column)
    }
}
