//! What all databases of a rehearsal are made of.

use std::sync::{Arc, OnceLock};

use migratory_analysis::{CheckedMigration, CheckedScript, Condition, Options};

use crate::sandbox::bounds::Bounds;

/// What a database of the rehearsal is made of.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) set: &'a [CheckedMigration],
    /// The scripts of which something was left out, each at the place of its migration.
    pub(crate) cuts: &'a [Cut],
    pub(crate) options: &'a Options,
    /// How many migrations have passed a rehearsal before.
    pub(crate) passed: usize,
    /// What all of its databases together may take.
    pub(crate) bounds: &'a Arc<Bounds>,
}

/// What runs in the place of the scripts of a migration in which statements fail.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    pub(crate) up: OnceLock<CheckedScript>,
    pub(crate) down: OnceLock<CheckedScript>,
}

impl<'a> Context<'a> {
    /// The up of the migration at `at`, without the statements that fail.
    pub(crate) fn up(&self, at: usize) -> &'a CheckedScript {
        let cut = self.cuts.get(at).and_then(|cut| cut.up.get());
        cut.unwrap_or(&self.set[at].up)
    }

    /// The down of the migration at `at`, if it is a script, without the statements that fail.
    pub(crate) fn down(&self, at: usize) -> Option<&'a CheckedScript> {
        let cut = self.cuts.get(at).and_then(|cut| cut.down.get());
        cut.or_else(|| self.set[at].down.script())
    }

    /// What the scripts of the set state of every row.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'a Condition> + use<'a> {
        let scripts = self.set.iter().flat_map(CheckedMigration::scripts);
        scripts.flat_map(CheckedScript::conditions).map(|(condition, _)| condition)
    }

    /// Whether the migration at `at` is tried and held to the rules, or only taken up.
    pub(crate) fn is_judged(&self, at: usize) -> bool {
        at >= self.passed && !self.options.accepts(self.set[at].version)
    }
}
