//! What the empty tables show of a migration, which those with rows are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_analysis::{CheckedScript, Code, Diagnostic, Severity, Writes};
use migratory_core::Checksum;

use super::intent::Intent;
use super::left_out::LeftOut;
use super::rowids::Rowids;
use super::script_run::ScriptRun;
use super::succession::Succession;
use crate::schema::{Difference, Name, Schema};

/// What was learnt of a migration on empty tables.
pub(crate) struct Told {
    /// The fingerprint of the schema after it.
    pub(crate) fingerprint: Checksum,
    /// The schema after it.
    pub(crate) schema: Arc<Schema>,
    /// What the up does to rows, by its own words.
    pub(crate) up: Intent,
    /// The columns that its statements drop, each by its table.
    pub(crate) dropped: BTreeSet<(Name, Name)>,
    /// Which table holds the rows of which after the up.
    pub(crate) succession: Succession,
    /// The tables whose rowids it has to keep.
    pub(crate) rowids: Rowids,
    /// Likewise of the down, if there is one.
    pub(crate) down: Option<Restoring>,
    /// What the two write to.
    pub(crate) writes: Writes,
    /// What the rules say of the two: what rows show of the same faults is not told again.
    pub(crate) rules: Vec<Code>,
    /// The errors among it.
    pub(crate) errors: Vec<Diagnostic>,
    /// What was left out until here, the up included.
    pub(crate) left_out: Arc<LeftOut>,
}

/// A down, and the schema that it leaves.
pub(crate) struct Restoring {
    pub(crate) intent: Intent,
    pub(crate) succession: Succession,
    pub(crate) rowids: Rowids,
    pub(crate) schema: Arc<Schema>,
    /// In what this schema is not the one of before the up.
    pub(crate) differences: Vec<Difference>,
    /// Whether nothing was left out of it.
    pub(crate) is_whole: bool,
    /// What was left out until here, the down included.
    pub(crate) left_out: Arc<LeftOut>,
}

impl Restoring {
    /// Whether it leaves the schema that was there before the up.
    pub(crate) fn is_exact(&self) -> bool {
        self.differences.is_empty() && self.is_whole
    }

    /// The way over the down.
    pub(crate) fn script_run<'a>(&'a self, script: &'a CheckedScript) -> ScriptRun<'a> {
        let Self { intent, succession, rowids, schema, .. } = self;
        ScriptRun { script, intent, succession, rowids, schema }
    }
}

impl Told {
    /// Takes note of what the rules say of a script.
    pub(crate) fn note(&mut self, rules: &[Diagnostic]) {
        self.rules.extend(rules.iter().map(|rule| rule.code));
        let errors = rules.iter().filter(|rule| rule.severity == Severity::Error);
        self.errors.extend(errors.cloned());
    }

    /// The way over the up, which this was told of.
    pub(crate) fn script_run<'a>(&'a self, script: &'a CheckedScript) -> ScriptRun<'a> {
        let Self { up: intent, succession, rowids, schema, .. } = self;
        ScriptRun { script, intent, succession, rowids, schema }
    }

    /// Whether the up drops this column.
    pub(crate) fn drops_column(&self, table: &Name, column: Option<&Name>) -> bool {
        column.is_some_and(|column| self.dropped.contains(&(table.clone(), column.clone())))
    }
}
