//! What every database of a rehearsal is built from.

use std::sync::{Arc, OnceLock};

use migratory_analysis::{CheckedMigration, CheckedScript, Condition, Options};

use crate::sandbox::bounds::Bounds;

/// What a database of the rehearsal is built from.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) set: &'a [CheckedMigration],
    /// The scripts without the statements that fail, each with the index of its migration.
    pub(crate) cuts: &'a [Cut],
    pub(crate) options: &'a Options,
    /// The limits that all databases of the rehearsal share.
    pub(crate) bounds: &'a Arc<Bounds>,
}

/// The scripts that replace those of a migration in which statements fail.
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

    /// The down of the migration at `at` without the statements that fail, if it is a script.
    pub(crate) fn down(&self, at: usize) -> Option<&'a CheckedScript> {
        let cut = self.cuts.get(at).and_then(|cut| cut.down.get());
        cut.or_else(|| self.set[at].down.script())
    }

    /// The conditions that the scripts of the set assume of every row.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'a Condition> + use<'a> {
        let scripts = self.set.iter().flat_map(CheckedMigration::scripts);
        scripts.flat_map(CheckedScript::conditions).map(|(condition, _)| condition)
    }

    /// Whether the migration at `at` is tried and held to the rules, or only applied.
    pub(crate) fn is_judged(&self, at: usize) -> bool {
        !self.options.accepts(self.set[at].version)
    }
}
