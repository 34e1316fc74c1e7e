//! Runs the down of a migration on empty tables, and then its up again.

use std::sync::Arc;

use super::attempt::Ran;
use super::{Empty, last};
use crate::course::findings::{messages, unrehearsed_code};
use crate::course::known::empty_run::{EmptyRun, Restoring};
use crate::course::known::skipped::Skipped;
use crate::memo::Outcome;
use crate::sandbox::halt::Halt;
use crate::schema::{self, Difference, Object, Part, Schema};
use crate::script::intent::Intent;
use crate::script::rowids::Done;
use crate::script::succession::Succession;
use crate::script::writes::writes;
use migratory_analysis::CheckedMigration;
use migratory_analysis::{Code, UntriedReason};

impl Empty<'_> {
    /// Reverts the migration that was just applied, compares the schemas, and applies it again.
    pub(super) fn there_and_back(
        &mut self,
        at: usize,
        before: &Arc<Schema>,
        known: &mut EmptyRun,
        outcome: &mut Outcome,
    ) -> Result<Option<Restoring>, Halt> {
        let migration = &self.context.set[at];
        let Some(script) = migration.down.script().filter(|script| script.is_rehearsed()) else {
            return Ok(None);
        };
        if migration.up.faults.is_unfit {
            // The up did not run, so there is nothing to undo.
            return Ok(None);
        }
        let after = Arc::clone(&self.schema);
        outcome.found.extend(self.unfit_conditions(script));
        let Some(ran) = self.run_down(at, script, outcome)? else {
            self.start_over_for_next(at + 1)?;
            return Ok(None);
        };
        let Ran { performance: down, rules, is_whole, skipped } = ran;
        known.writes.down = writes(script, &down);
        known.note(&rules);
        outcome.found.extend(rules);
        let restored = last(&down);
        let mut differences = schema::differences(before, &restored);
        if differences.iter().all(Difference::is_order_only) {
            differences.clear();
        }
        let is_exact = is_whole && differences.is_empty();
        let reported = reported(&differences, [before, &restored], &skipped, &known.rules);
        if reported.iter().any(|difference| !difference.is_order_only()) {
            let empty_run = messages::down_differs(&migration.up, script, &reported);
            outcome.found.push(unrehearsed_code::with_steps_on_schema(empty_run, migration));
        }
        if is_exact {
            self.again(at, migration, &after, outcome)?;
        } else {
            self.start_over_for_next(at + 1)?;
        }
        let succession = Succession::new(&down.statements, &down.schemas);
        let ran = self.context.down(at).unwrap_or(script);
        let rowids = self.rowids.before(&after, Done::new(ran, &down.statements, &succession));
        Ok(Some(Restoring {
            intent: Intent::new(ran, &down.statements),
            succession,
            rowids,
            schema: restored,
            differences,
            is_whole,
            skipped,
        }))
    }

    fn again(
        &mut self,
        at: usize,
        migration: &CheckedMigration,
        after: &Arc<Schema>,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let second = self.perform(self.context.up(at))?;
        let differences = match &second.outcome {
            Ok(()) => schema::differences(after, &last(&second)),
            Err(trouble) if unrehearsed_code::step_may_help(migration, trouble) => {
                outcome.rehearsal.leave(&migration.up.file, UntriedReason::Step);
                return self.start_over_for_next(at + 1);
            }
            Err(trouble) => {
                outcome.found.push(messages::second_up_fails(migration, trouble));
                return self.start_over_for_next(at + 1);
            }
        };
        if differences.iter().any(|difference| !difference.is_order_only()) {
            outcome.found.push(messages::second_up_differs(migration, &differences));
            return self.start_over_for_next(at + 1);
        }
        Ok(())
    }
}

/// Returns the differences that are the down's own fault: those that neither the left-out
/// statements explain nor references that followed a renamed table, which a rule reports.
fn reported(
    differences: &[Difference],
    schemas: [&Schema; 2],
    skipped: &Skipped,
    rules: &[Code],
) -> Vec<Difference> {
    let has_followed = rules.contains(&Code::RenameFirst);
    let is_reference = |it: &Difference| {
        matches!(it.part, Part::ForeignKey) || matches!(it.object, Object::View | Object::Trigger)
    };
    let hangs = |it: &Difference| {
        let mut tables = schemas.iter().filter_map(|schema| match it.object {
            Object::Index => schema.indexes.get(&it.name).map(|index| &index.table),
            Object::Trigger => schema.triggers.get(&it.name).map(|trigger| &trigger.table),
            Object::Table | Object::View => None,
        });
        tables.any(|table| skipped.changes(table, None))
    };
    let is_own = |it: &&Difference| {
        let is_explained = skipped.changes(&it.name, it.column()) || hangs(it);
        !(is_explained || (has_followed && is_reference(it)))
    };
    differences.iter().filter(is_own).cloned().collect()
}
