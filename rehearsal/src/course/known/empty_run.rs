//! What the run on empty tables shows about a migration, for the runs on rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_analysis::{CheckedScript, Code, Diagnostic, Severity, Writes};
use migratory_core::Checksum;

use super::script_run::ScriptRun;
use super::skipped::Skipped;
use crate::schema::{Difference, Name, Schema};
use crate::script::intent::Intent;
use crate::script::rowids::Rowids;
use crate::script::succession::Succession;

/// What the run on empty tables showed about a migration.
pub(crate) struct EmptyRun {
    /// The fingerprint of the schema after it.
    pub(crate) fingerprint: Checksum,
    /// The schema after it.
    pub(crate) schema: Arc<Schema>,
    /// What the up intends to do to rows.
    pub(crate) up: Intent,
    /// The columns that its statements drop, each with its table.
    pub(crate) dropped: BTreeSet<(Name, Name)>,
    /// Maps each table to the one that holds its rows after the up.
    pub(crate) succession: Succession,
    /// The tables whose rowids it must keep.
    pub(crate) rowids: Rowids,
    /// The same for the down, if there is one.
    pub(crate) down: Option<Restoring>,
    /// The tables that both write to.
    pub(crate) writes: Writes,
    /// The codes of the rules' findings on both: what rows show about the same faults is not
    /// reported again.
    pub(crate) rules: Vec<Code>,
    /// The errors among the findings.
    pub(crate) errors: Vec<Diagnostic>,
    /// What has been left out so far, including from the up.
    pub(crate) skipped: Arc<Skipped>,
}

/// A down, and the schema that it leaves.
pub(crate) struct Restoring {
    pub(crate) intent: Intent,
    pub(crate) succession: Succession,
    pub(crate) rowids: Rowids,
    pub(crate) schema: Arc<Schema>,
    /// How this schema differs from the one before the up.
    pub(crate) differences: Vec<Difference>,
    /// Whether no statement of it was left out.
    pub(crate) is_whole: bool,
    /// What has been left out so far, including from the down.
    pub(crate) skipped: Arc<Skipped>,
}

impl Restoring {
    /// Whether it restores the schema from before the up.
    pub(crate) fn is_exact(&self) -> bool {
        self.differences.is_empty() && self.is_whole
    }

    /// Returns the run of the down.
    pub(crate) fn script_run<'a>(&'a self, script: &'a CheckedScript) -> ScriptRun<'a> {
        let Self { intent, succession, rowids, schema, .. } = self;
        ScriptRun { script, intent, succession, rowids, schema }
    }
}

impl EmptyRun {
    /// What is known about a migration after which the schema is this one, before it runs.
    pub(crate) fn new(fingerprint: Checksum, schema: &Arc<Schema>, skipped: &Arc<Skipped>) -> Self {
        Self {
            fingerprint,
            schema: Arc::clone(schema),
            up: Intent::default(),
            dropped: BTreeSet::new(),
            succession: Succession::default(),
            rowids: Rowids::default(),
            down: None,
            writes: Writes::default(),
            rules: Vec::new(),
            errors: Vec::new(),
            skipped: Arc::clone(skipped),
        }
    }

    /// Records what the rules found in a script.
    pub(crate) fn note(&mut self, rules: &[Diagnostic]) {
        self.rules.extend(rules.iter().map(|rule| rule.code));
        let errors = rules.iter().filter(|rule| rule.severity == Severity::Error);
        self.errors.extend(errors.cloned());
    }

    /// Returns the run of the up.
    pub(crate) fn script_run<'a>(&'a self, script: &'a CheckedScript) -> ScriptRun<'a> {
        let Self { up: intent, succession, rowids, schema, .. } = self;
        ScriptRun { script, intent, succession, rowids, schema }
    }

    /// Whether the up drops this column.
    pub(crate) fn drops_column(&self, table: &Name, column: Option<&Name>) -> bool {
        column.is_some_and(|column| self.dropped.contains(&(table.clone(), column.clone())))
    }
}
