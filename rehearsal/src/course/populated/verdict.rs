//! Decides what a fault on rows means: an error, an assumption that the author must state, or
//! nothing.

use migratory_runtime::__private::Trouble;

use super::{
    ALLOWED, CLEAN, Fault, Halt, Loss, Name, Outcome, Populated, Rows, ScriptRun, Trial, What,
    edges, loss_messages,
};
use crate::course::loss_messages::{Culprit, Seen};
use crate::course::{assumed, messages, unrehearsed_code};
use migratory_analysis::{Assumption, DirectiveKind, Rule};
use migratory_analysis::{Code, Diagnostic, UntriedReason};

impl Populated<'_> {
    /// Handles a fault on clean rows: an error, unless it depends on the content of generated
    /// texts.
    pub(super) fn on_clean(
        &mut self,
        trial: Trial<'_>,
        fault: &Fault,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        if trial.is_helped && !matches!(fault, Fault::Changed(_)) {
            outcome.rehearsal.leave(&trial.script().file, UntriedReason::Step);
            return Ok(());
        }
        if self.is_given {
            // The track can't pass a script that fails on rows which are always there.
            self.is_stopped |= matches!(fault, Fault::Trouble(_));
            return self.report(trial, fault, Rows::CLEAN, outcome);
        }
        if assumed::is_ruled_out(trial.script(), fault, trial.script_run.schema) {
            let reason = UntriedReason::Assumed(message_of(fault));
            outcome.rehearsal.leave(&trial.script().file, reason);
            return Ok(());
        }
        if self.report_orphans(trial, fault, outcome) {
            self.stop(trial, fault, None);
            return Ok(());
        }
        if self.report_condition(trial, fault, outcome)? {
            return Ok(());
        }
        if fault.is_about_content(trial.script()) {
            let words = Rows { words: true, ..Rows::CLEAN };
            if self.hold(CLEAN, trial, words)?.is_ok() {
                // It fails on generated texts, which are numbers, and not on words: edge rows show
                // on which texts.
                self.needs_words = true;
                return Ok(());
            }
        }
        self.report(trial, fault, Rows::CLEAN, outcome)
    }

    /// Handles a fault on allowed rows only: the script makes an assumption that the author must
    /// state.
    pub(super) fn on_allowed(
        &mut self,
        trial: Trial<'_>,
        fault: Fault,
        rows: Rows,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let mut is_changed = matches!(fault, Fault::Changed(_));
        if trial.is_helped && !is_changed {
            outcome.rehearsal.leave(&trial.script().file, UntriedReason::Step);
            return Ok(());
        }
        if is_changed {
            return self.report(trial, &fault, rows, outcome);
        }
        if self.report_children(trial, &fault, rows, outcome)? {
            return Ok(());
        }
        let mut found = Vec::new();
        let kinds = [
            (Assumption::NoDuplicates, Rows { duplicates: rows.duplicates, ..Rows::CLEAN }),
            (Assumption::NoNulls, Rows { nulls: rows.nulls, ..Rows::CLEAN }),
        ];
        for (assumption, rows) in kinds {
            if rows == Rows::CLEAN {
                continue;
            }
            match self.hold(ALLOWED, trial, rows)? {
                Err(Fault::Trouble(trouble)) => found.push((assumption, Fault::Trouble(trouble))),
                // The failure hides on other rows what is lost on these.
                Err(fault) => {
                    is_changed = true;
                    self.report(trial, &fault, rows, outcome)?;
                }
                Ok(()) => {}
            }
        }
        let severity = self.context.options.assumption_severity();
        if found.is_empty() && !is_changed && fault.is_about_content(trial.script()) {
            let reason = UntriedReason::Content(message_of(&fault));
            outcome.rehearsal.leave(&trial.script().file, reason);
            return Ok(());
        }
        if found.is_empty() && !is_changed {
            found.push((messages::assumption(&fault), fault));
        }
        for (assumption, fault) in &found {
            let rows = self.witness(trial, fault, *assumption)?;
            if assumed::finds_nothing(trial.script(), fault) {
                self.stop(trial, fault, None);
                let finding = messages::finds_nothing(trial.script(), fault, &rows, severity);
                outcome.found.push(finding);
                break;
            }
            self.stop(trial, fault, Some(*assumption));
            let finding = messages::assumes(trial.script(), *assumption, fault, &rows, severity);
            outcome.found.push(finding);
        }
        Ok(())
    }

    fn report(
        &mut self,
        trial: Trial<'_>,
        fault: &Fault,
        rows: Rows,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let Fault::Changed(changes) = fault else {
            let is_told = matches!(fault, Fault::Trouble(Trouble::Refusal(_)))
                && trial.rules.contains(&Code::RenameFirst);
            if !is_told && !self.report_children(trial, fault, rows, outcome)? {
                self.stop(trial, fault, None);
                outcome.found.push(self.failure(trial, fault));
            }
            return Ok(());
        };
        let seen = if rows == Rows::CLEAN { Seen::Any } else { Seen::Allowed };
        let context = self.context;
        let is_meant = |loss: &Loss| {
            !matches!(loss.what, What::Rows { .. })
                && edges::is_allowed(context, trial.script(), loss)
        };
        let new = changes.iter().filter(|loss| !trial.is_reported(loss) && !is_meant(loss));
        let new: Vec<_> = new.cloned().collect();
        let (caused, new) = trial.script_run.effects(&new);
        let caused = loss_messages::side_effects(trial.script(), &caused);
        outcome.found.extend(caused.into_iter().map(|(_, finding)| finding));
        for loss in &new {
            let What::Rows { .. } = loss.what else {
                if let Some(holder) = trial.script_run.holder(loss) {
                    outcome.found.extend(loss_messages::rowids_change(
                        trial.script(),
                        loss,
                        holder,
                    ));
                    continue;
                }
                let siblings = edges::siblings(&new, loss);
                let found = siblings.and_then(|siblings| {
                    loss_messages::values_change(
                        trial.script(),
                        loss,
                        &siblings,
                        trial.script_run.intent,
                    )
                });
                outcome.found.extend(found);
                continue;
            };
            let table = &loss.table;
            let culprit = self.culprit(trial, table, rows)?;
            // The file allows a copy to drop rows, but not the loss of rows that refer to them.
            let may_go = trial.script().says(DirectiveKind::Allow(Rule::PartialCopy));
            if culprit.is_copy && culprit.through.is_none() && may_go {
                self.check_children(trial, table, rows, outcome)?;
                continue;
            }
            outcome.found.extend(loss_messages::rows_vanish(trial.script(), loss, &culprit, seen));
        }
        Ok(())
    }

    pub(super) fn culprit(
        &mut self,
        trial: Trial<'_>,
        table: &Name,
        rows: Rows,
    ) -> Result<Culprit, Halt> {
        let mut track = self.track(trial.before, rows)?;
        let ScriptRun { script, intent, .. } = trial.script_run;
        track.culprit(script, table, intent, &mut self.reader)
    }

    /// Returns the message about a script that fails on rows. Only given rows can lack what an
    /// earlier step would have filled.
    fn failure(&self, trial: Trial<'_>, fault: &Fault) -> Diagnostic {
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

/// Returns SQLite's message about a fault.
fn message_of(fault: &Fault) -> String {
    match fault {
        Fault::Trouble(Trouble::Statement(failure)) => failure.message.clone(),
        Fault::Trouble(Trouble::Refusal(_)) => "foreign keys dangle after it".to_owned(),
        _ => "rows change".to_owned(),
    }
}
