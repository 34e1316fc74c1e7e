//! What a fault on rows means: an error, a fact that the author has to state, or nothing.

use migratory_runtime::__private::Trouble;

use super::{
    ALLOWED, CLEAN, Fault, Halt, Loss, Name, Outcome, Populated, Rows, ScriptRun, Trial, What,
    edges, loss_messages,
};
use crate::course::loss_messages::{Culprit, Seen};
use crate::course::{messages, unrehearsed_code};
use migratory_analysis::{Assumption, DirectiveKind, Rule};
use migratory_analysis::{Code, Diagnostic, UntriedReason};

impl Populated<'_> {
    /// Clean rows decide: what fails on them is wrong, unless it depends on what is in the made-up texts.
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
            // A track can't come past a script that fails on rows which are always there.
            self.is_stopped |= matches!(fault, Fault::Trouble(_));
            return self.report(trial, fault, Rows::CLEAN, outcome);
        }
        if edges::is_ruled_out(trial.script(), fault) {
            let reason = UntriedReason::Assumed(said(fault));
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
                // It fails on our texts, which are numbers, and not on others: edge rows tell on which.
                self.needs_words = true;
                return Ok(());
            }
        }
        self.report(trial, fault, Rows::CLEAN, outcome)
    }

    /// What fails on allowed rows alone rests on a fact about the rows, which the author has to state.
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
                // What fails hides on other rows what is lost on these.
                Err(fault) => {
                    is_changed = true;
                    self.report(trial, &fault, rows, outcome)?;
                }
                Ok(()) => {}
            }
        }
        let severity = self.context.options.assumption_severity();
        if found.is_empty() && !is_changed && fault.is_about_content(trial.script()) {
            let reason = UntriedReason::Content(said(&fault));
            outcome.rehearsal.leave(&trial.script().file, reason);
            return Ok(());
        }
        if found.is_empty() && !is_changed {
            found.push((messages::assumption(&fault), fault));
        }
        for (assumption, fault) in &found {
            let rows = self.witness(trial, fault, *assumption)?;
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
        let new = changes.iter().filter(|loss| !trial.is_told(loss) && !is_meant(loss));
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
            // A copy may leave rows behind; that others go with the table they refer to is not said.
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

    /// The words for a script that fails on rows. Only given ones can lack what a step before would have
    /// filled.
    fn failure(&self, trial: Trial<'_>, fault: &Fault) -> Diagnostic {
        let error = messages::fails_on_rows(trial.script(), fault);
        match fault {
            Fault::Trouble(trouble) if self.is_given => {
                unrehearsed_code::told_before(error, trouble, &self.context.set[..trial.before])
            }
            _ => error,
        }
    }
}

/// What SQLite says of a fault.
fn said(fault: &Fault) -> String {
    match fault {
        Fault::Trouble(Trouble::Statement(failure)) => failure.message.clone(),
        Fault::Trouble(Trouble::Refusal(_)) => "foreign keys lead nowhere after it".to_owned(),
        _ => "rows change".to_owned(),
    }
}
