//! Decides what a fault on rows means: an error, an assumption that the author must state, or
//! nothing.

use migratory_runtime::__private::Trouble;

use super::{
    ALLOWED, CLEAN, Fault, Halt, Loss, Name, Populated, Rows, ScriptOnRows, ScriptRun, What, edges,
    losses,
};
use crate::course::faults::stated_assumptions;
use crate::course::findings::losses::{Culprit, Seen};
use crate::course::findings::{changed_values, messages, unrehearsed_code};
use migratory_analysis::{Assumption, DirectiveKind, Rule};
use migratory_analysis::{Code, Diagnostic, UntriedReason};

impl Populated<'_> {
    /// Handles a fault on clean rows: an error, unless it depends on the content of generated
    /// texts.
    pub(super) fn on_clean(&mut self, trial: ScriptOnRows<'_>, fault: &Fault) -> Result<(), Halt> {
        if trial.is_helped && !matches!(fault, Fault::Changed(_)) {
            self.outcome.rehearsal.leave(&trial.script().file, UntriedReason::Step);
            return Ok(());
        }
        if self.is_given {
            // The track can't pass a script that fails on rows which are always there.
            self.is_stopped |= fault.is_failure();
            return self.report(trial, fault, Rows::CLEAN);
        }
        if stated_assumptions::is_ruled_out(trial.script(), fault, trial.script_run.schema) {
            let reason = UntriedReason::Assumed(message_of(fault));
            self.outcome.rehearsal.leave(&trial.script().file, reason);
            return Ok(());
        }
        if self.report_orphans(trial, fault) {
            self.stop(trial, fault, None);
            return Ok(());
        }
        if self.report_condition(trial, fault)? {
            return Ok(());
        }
        if fault.is_about_content(trial.script()) {
            let words = Rows { words: true, ..Rows::CLEAN };
            if self.run_checked(CLEAN, trial, words)?.is_none() {
                // It fails on generated texts, which are numbers, and not on words: edge rows show
                // on which texts.
                self.needs_words = true;
                return Ok(());
            }
        }
        self.report(trial, fault, Rows::CLEAN)
    }

    /// Handles a fault on allowed rows only: the script makes an assumption that the author must
    /// state.
    pub(super) fn on_allowed(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: Fault,
        rows: Rows,
    ) -> Result<(), Halt> {
        if matches!(fault, Fault::Changed(_)) {
            return self.report(trial, &fault, rows);
        }
        if trial.is_helped {
            self.outcome.rehearsal.leave(&trial.script().file, UntriedReason::Step);
            return Ok(());
        }
        if self.report_children(trial, &fault, rows)? {
            return Ok(());
        }
        let (mut found, mut is_changed) = (Vec::new(), false);
        for (assumption, rows) in kinds_alone(rows) {
            match self.run_checked(ALLOWED, trial, rows)? {
                Some(fault) if fault.is_failure() => found.push((assumption, fault)),
                // The failure hides on other rows what is lost on these.
                Some(fault) => {
                    is_changed = true;
                    self.report(trial, &fault, rows)?;
                }
                None => {}
            }
        }
        if found.is_empty() && !is_changed {
            if fault.is_about_content(trial.script()) {
                let reason = UntriedReason::Content(message_of(&fault));
                self.outcome.rehearsal.leave(&trial.script().file, reason);
                return Ok(());
            }
            found.push((messages::assumption(&fault), fault));
        }
        self.report_assumptions(trial, &found)
    }

    /// Reports the assumptions that a script makes, each with the fault where they do not hold.
    fn report_assumptions(
        &mut self,
        trial: ScriptOnRows<'_>,
        found: &[(Assumption, Fault)],
    ) -> Result<(), Halt> {
        let (script, severity) = (trial.script(), self.context.options.assumption_severity());
        for (assumption, fault) in found {
            let rows = self.witness(trial, fault, *assumption)?;
            if stated_assumptions::finds_nothing(script, fault) {
                self.stop(trial, fault, None);
                let finding = messages::finds_nothing(script, fault, &rows, severity);
                self.outcome.found.push(finding);
                break;
            }
            self.stop(trial, fault, Some(*assumption));
            let finding = messages::assumes(script, *assumption, fault, &rows, severity);
            self.outcome.found.push(finding);
        }
        Ok(())
    }

    /// Reports a fault as an error.
    fn report(&mut self, trial: ScriptOnRows<'_>, fault: &Fault, rows: Rows) -> Result<(), Halt> {
        if let Fault::Changed(losses) = fault {
            return self.report_losses(trial, losses, rows);
        }
        let is_told = matches!(fault, Fault::Trouble(Trouble::Refusal(_)))
            && trial.rules.contains(&Code::RenameFirst);
        if !is_told && !self.report_children(trial, fault, rows)? {
            self.stop(trial, fault, None);
            self.outcome.found.push(self.failure(trial, fault));
        }
        Ok(())
    }

    /// Reports what a script loses, except what a rule has reported and what the file allows.
    fn report_losses(
        &mut self,
        trial: ScriptOnRows<'_>,
        losses: &[Loss],
        rows: Rows,
    ) -> Result<(), Halt> {
        let context = self.context;
        let is_meant = |loss: &Loss| {
            !matches!(loss.what, What::Rows { .. })
                && edges::is_allowed(context, trial.script(), loss)
        };
        let new = losses.iter().filter(|loss| !trial.is_reported(loss) && !is_meant(loss));
        let new: Vec<_> = new.cloned().collect();
        let (caused, new) = trial.script_run.effects(&new);
        let caused = losses::side_effects(trial.script(), &caused);
        self.outcome.found.extend(caused.into_iter().map(|(_, finding)| finding));
        for loss in &new {
            if matches!(loss.what, What::Rows { .. }) {
                self.report_lost_rows(trial, loss, rows)?;
            } else {
                self.outcome.found.extend(changed_values::finding(trial.script_run, &new, loss));
            }
        }
        Ok(())
    }

    fn report_lost_rows(
        &mut self,
        trial: ScriptOnRows<'_>,
        loss: &Loss,
        rows: Rows,
    ) -> Result<(), Halt> {
        let culprit = self.culprit(trial, &loss.table, rows)?;
        // The file allows a copy to drop rows, but not the loss of rows that refer to them.
        let may_go = trial.script().says(DirectiveKind::Allow(Rule::PartialCopy));
        if culprit.is_copy && culprit.through.is_none() && may_go {
            return self.check_children(trial, &loss.table, rows);
        }
        let seen = if rows == Rows::CLEAN { Seen::Any } else { Seen::Allowed };
        let finding = losses::rows_vanish(trial.script(), loss, &culprit, seen);
        self.outcome.found.extend(finding);
        Ok(())
    }

    /// Returns the statement that removes rows of a table.
    pub(super) fn culprit(
        &mut self,
        trial: ScriptOnRows<'_>,
        table: &Name,
        rows: Rows,
    ) -> Result<Culprit, Halt> {
        let mut track = self.new_track(trial.before, rows)?;
        let ScriptRun { script, intent, .. } = trial.script_run;
        track.culprit(script, table, intent, &mut self.reader)
    }

    /// Returns the message about a script that fails on rows. Only given rows can lack what an
    /// earlier step would have filled.
    fn failure(&self, trial: ScriptOnRows<'_>, fault: &Fault) -> Diagnostic {
        let error = messages::fails_on_rows(trial.script(), fault);
        match fault {
            Fault::Trouble(trouble) if self.is_given => unrehearsed_code::with_steps_before(
                error,
                trouble,
                &self.context.set[..trial.before],
            ),
            _ => error,
        }
    }
}

/// Returns duplicates alone and NULLs alone, if they are among these rows, each with the assumption that rules them out.
fn kinds_alone(rows: Rows) -> impl Iterator<Item = (Assumption, Rows)> {
    let kinds = [
        (Assumption::NoDuplicates, Rows { duplicates: rows.duplicates, ..Rows::CLEAN }),
        (Assumption::NoNulls, Rows { nulls: rows.nulls, ..Rows::CLEAN }),
    ];
    kinds.into_iter().filter(|(_, rows)| *rows != Rows::CLEAN)
}

/// Returns SQLite's message about a fault.
fn message_of(fault: &Fault) -> String {
    match fault {
        Fault::Trouble(Trouble::Refusal(_)) => "foreign keys dangle after it".to_owned(),
        fault => fault.failure().map_or("rows change", |failure| &failure.message).to_owned(),
    }
}
