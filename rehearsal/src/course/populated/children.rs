//! Checks rows that refer to rows which a script removes while foreign keys are off.

use std::collections::BTreeSet;

use migratory_runtime::__private::{Refusal, Trouble};
use migratory_runtime::Mode;

use super::{Fault, Halt, Populated, Rows, ScriptOnRows, ScriptRun, losses};
use crate::schema::{Name, Table};

impl Populated<'_> {
    /// Checks whether rows that refer to this table remain, where its rows are removed on purpose
    /// with foreign keys off.
    pub(super) fn check_children(
        &mut self,
        trial: ScriptOnRows<'_>,
        table: &Name,
        rows: Rows,
    ) -> Result<(), Halt> {
        let script = trial.script();
        let refers = |it: &Table| it.foreign_keys.iter().any(|key| key.parent == *table);
        if script.mode != Mode::ForeignKeysOff
            || !trial.script_run.schema.tables.values().any(refers)
        {
            return Ok(());
        }
        let mut left = self.new_track(trial.before, rows)?.leaves_behind(script, table)?;
        left.retain(|violation| *table == *violation.parent);
        if !left.is_empty() {
            let culprit = self.culprit(trial, table, rows)?;
            let schema = trial.script_run.schema;
            let finding = losses::leaves_behind(script, table, &left, &culprit, schema);
            self.outcome.found.push(finding);
        }
        Ok(())
    }

    /// Reports the statement of the script that removes the rows to which keys refer.
    pub(super) fn report_children(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: &Fault,
        rows: Rows,
    ) -> Result<bool, Halt> {
        let Fault::Trouble(Trouble::Refusal(Refusal::Dangling(added))) = fault else {
            return Ok(false);
        };
        let violations = &added.violations;
        let ScriptRun { script, intent, schema, .. } = trial.script_run;
        let parents: BTreeSet<_> = violations.iter().map(|it| Name::new(&it.parent)).collect();
        let takes = |parent: &Name| intent.drops(parent) || intent.deletes(parent);
        if script.mode != Mode::ForeignKeysOff || !parents.iter().all(takes) {
            return Ok(false);
        }
        for parent in &parents {
            let culprit = self.culprit(trial, parent, rows)?;
            let left: Vec<_> =
                violations.iter().filter(|it| *parent == *it.parent).cloned().collect();
            let finding = losses::leaves_behind(script, parent, &left, &culprit, schema);
            self.outcome.found.push(finding);
        }
        Ok(true)
    }
}
