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
}
