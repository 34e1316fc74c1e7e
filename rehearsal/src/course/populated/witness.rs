//! Finds the rows that show what a script assumes, and the condition that rules them out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ALLOWED, Fault, Halt, Name, Populated, Rows, ScriptOnRows};
use crate::course::edges::{self, Edges, Pair};
use crate::course::faults::guessed_condition;
use crate::course::findings::messages;
use crate::mention::Mention;
use crate::rules;
use migratory_analysis::{Assumption, Condition, Exception};

impl Populated<'_> {
    /// Reports the condition, if the script fails on clean rows but not on those that meet it.
    pub(super) fn report_condition(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: &Fault,
    ) -> Result<bool, Halt> {
        let (script, severity) = (trial.script(), self.context.options.assumption_severity());
        for condition in self.conditions(trial, fault) {
            let mut track = self.new_track(trial.before, Rows::CLEAN)?.meeting(&condition);
            track.fill()?;
            let table = Name::new(&condition.table);
            let is_unfilled = track.gaps().any(|(gap, _)| *gap == table);
            if is_unfilled || track.run_checked(trial.script_run)?.is_some() {
                continue;
            }
            let mut track = self.new_track(trial.before, Rows::CLEAN)?;
            track.fill()?;
            let Some(row) = track.unmet(&condition)? else { continue };
            let (row, exception) =
                (Mention::new(row, [&table]), Exception::AssumesCondition(condition));
            let finding = messages::relies_on_values(script, fault, &[row], exception, severity);
            self.outcome.found.push(finding);
            return Ok(true);
        }
        Ok(false)
    }

    /// Returns conditions that may rule out the failure, each on a table that the statement names.
    fn conditions(&self, trial: ScriptOnRows<'_>, fault: &Fault) -> Vec<Condition> {
        let Some(failure) = fault.failure() else { return Vec::new() };
        let text = trial.script().sql.get(failure.statement.clone()).unwrap_or_default();
        let before =
            self.empty_run[..trial.before].last().map(|empty_run| &empty_run.schema.tables);
        let named = self.named_tables(trial, text).into_iter();
        let conditions = named.filter_map(|name| before?.get(name)).flat_map(|table| {
            let columns = table.columns.iter().map(|column| &column.name);
            let found = guessed_condition::conditions(trial.script(), fault, columns);
            found.into_iter().map(|sql| Condition { table: table.name.to_string(), sql })
        });
        conditions.collect()
    }

    /// Returns the fewest rows, of the kind that an assumption rules out, on which the script
    /// fails.
    pub(super) fn witness(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: &Fault,
        assumption: Assumption,
    ) -> Result<Vec<Mention>, Halt> {
        if assumption == Assumption::NoNulls {
            return self.row_with_null(trial, fault);
        }
        let Some(empty_run) = self.empty_run.last().map(Arc::clone) else { return Ok(Vec::new()) };
        let (context, none) = (self.context, BTreeSet::new());
        let Some(base) = self.track_at(ALLOWED, trial.before, Rows::CLEAN)?.base()? else {
            return Ok(Vec::new());
        };
        let script_run = trial.script_run;
        let (down, has_step, spared) = (None, false, &none);
        let pair = Pair { context, up: script_run, down, empty_run: &empty_run, has_step, spared };
        let rows = Edges::new(pair, script_run, &mut || base.track(context)).witness(fault)?;
        Ok(rows.iter().map(edges::described).collect())
    }

    /// Returns a row from which the script makes the NULL on which it fails.
    fn row_with_null(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: &Fault,
    ) -> Result<Vec<Mention>, Halt> {
        let script = trial.script();
        let Some((failure, path)) = fault.failure().and_then(|failure| {
            Some((failure, failure.message.strip_prefix("NOT NULL constraint failed: ")?))
        }) else {
            return Ok(Vec::new());
        };
        let column = Name::new(path.rsplit('.').next().unwrap_or_default());
        let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
        let value = guessed_condition::computed(text, &column).unwrap_or_else(|| column.written());
        let mut track = self.new_track(trial.before, Rows { nulls: true, ..Rows::CLEAN })?;
        track.fill()?;
        for table in self.named_tables(trial, text) {
            let condition =
                Condition { table: table.to_string(), sql: format!("{value} IS NOT NULL") };
            if let Some(row) = track.unmet(&condition)? {
                return Ok(vec![Mention::new(row, [table])]);
            }
        }
        Ok(Vec::new())
    }

    /// Returns the tables before the script that a statement names.
    fn named_tables(&self, trial: ScriptOnRows<'_>, text: &str) -> Vec<&Name> {
        let before = self.empty_run[..trial.before].last();
        let tables = before.into_iter().flat_map(|empty_run| empty_run.schema.tables.keys());
        tables.filter(|table| rules::mentions(text, table)).collect()
    }
}
