//! The set on populated tables: clean rows decide what is wrong, allowed ones what is taken for granted.

use migratory_runtime::__private::Trouble;
use migratory_runtime::Version;

use super::contents::Change;
use super::empty::Told;
use super::fault::{Fault, Halt};
use super::intent::Intent;
use super::lane::{Ground, Lane};
use super::memo::Outcome;
use super::{steps, told};
use crate::checked::CheckedScript;
use crate::directive::{Assumption, DirectiveKind, Rule};
use crate::populate::Rows;
use crate::{Code, Diagnostic, Rehearsal};

/// The lanes with clean rows and with all that the schema allows, each at the version that it has come to.
pub(crate) struct Populated<'a> {
    ground: Ground<'a>,
    lanes: [Option<Standing>; 2],
    /// Whether a person gave rows.
    is_given: bool,
    /// Whether a script failed on given rows, so that nothing after it can be tried.
    is_stopped: bool,
}

struct Standing {
    /// How many migrations are applied.
    count: usize,
    rows: Rows,
    lane: Lane,
}

/// A script on rows, and how many migrations are applied before it.
#[derive(Clone, Copy)]
struct Trial<'a> {
    script: &'a CheckedScript,
    intent: &'a Intent,
    /// What the rules said of the migration.
    rules: &'a [Code],
    before: usize,
    after: usize,
    /// Whether a step in Rust, which is not run, may see to what the script needs of the rows.
    is_helped: bool,
}

impl Trial<'_> {
    /// Whether a rule said of the text what the rows show now.
    fn is_told(&self, change: &Change) -> bool {
        let rules: &[Code] = match change {
            Change::Moved { .. } => &[Code::PositionalCopy],
            Change::Vanished { .. } | Change::Overwritten { .. } => {
                &[Code::ReplaceParent, Code::RenameFirst]
            }
        };
        rules.iter().any(|rule| self.rules.contains(rule))
    }
}

impl<'a> Populated<'a> {
    pub(crate) fn new(ground: Ground<'a>) -> Self {
        Self { ground, lanes: [None, None], is_given: false, is_stopped: false }
    }

    /// Takes the migration at `at` up, down and up on populated tables.
    pub(crate) fn migrate(
        &mut self,
        at: usize,
        told: &Told,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let migration = &self.ground.set[at];
        if !migration.up.is_rehearsed() || self.is_stopped {
            return Ok(());
        }
        let up = Trial {
            script: &migration.up,
            intent: &told.up,
            rules: &told.rules,
            before: at,
            after: at + 1,
            // A step of an up comes after its SQL.
            is_helped: false,
        };
        let is_kept = !migration.up.says(DirectiveKind::Allow(Rule::DropColumn));
        let is_marked = is_kept && !told.up.is_additive();
        if is_marked {
            self.clean(at)?.lane.mark(&told.up)?;
        }
        self.try_out(up, outcome)?;
        if self.is_stopped {
            return Ok(());
        }
        if let (Some(intent), Some(script)) = (&told.down, migration.down.script()) {
            let is_helped = migration.has_code();
            let down = Trial { script, intent, before: at + 1, after: at, is_helped, ..up };
            self.try_out(down, outcome)?;
            // Without one of its own, the lane may hold the mark of a migration that has no down.
            if is_marked {
                self.compare(at, [&told.up, intent], script, outcome)?;
            }
            self.pass(up)?;
        }
        self.note_gaps(migration.version, &mut outcome.rehearsal);
        if let Some(rows) = &migration.rows {
            // From here on, the lanes hold the rows that were given in place of made-up ones.
            self.lanes = [None, None];
            self.is_given = true;
            let mut lane = Lane::after(self.ground, at, Rows::CLEAN)?;
            let _ = lane.pass(up.script, up.intent)?;
            if let Err(trouble) = lane.give(rows)? {
                outcome.found.push(told::rows_fail(rows, &trouble));
            }
        }
        if migration.up.has_code() {
            // What its step would have filled is empty in the rows of these lanes. New rows are whole.
            self.lanes = [None, None];
        }
        Ok(())
    }

    /// The lane with clean rows, after `count` migrations.
    fn clean(&mut self, count: usize) -> Result<&mut Standing, Halt> {
        let standing = self.lanes[0].take().filter(|standing| standing.count == count);
        let standing = if let Some(standing) = standing {
            standing
        } else {
            let lane = Lane::after(self.ground, count, Rows::CLEAN)?;
            Standing { count, rows: Rows::CLEAN, lane }
        };
        Ok(self.lanes[0].insert(standing))
    }

    /// What was there before the up has to be there after the down.
    fn compare(
        &mut self,
        at: usize,
        intents: [&Intent; 2],
        down: &CheckedScript,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let restored = self.lanes[0].as_mut().filter(|standing| standing.count == at);
        let Some(standing) = restored else { return Ok(()) };
        for change in standing.lane.since_mark(intents)? {
            let Some(loss) = told::not_restored(down, &change) else { continue };
            // Whether a step brings the values back can't be told without it.
            if self.ground.set[at].has_code() {
                outcome.rehearsal.leave(&down.file);
            } else {
                outcome.found.push(loss);
            }
        }
        Ok(())
    }

    /// Tries a script on clean rows, and if that goes well, on all that are allowed.
    fn try_out(&mut self, trial: Trial<'_>, outcome: &mut Outcome) -> Result<(), Halt> {
        if let Err(fault) = self.hold(0, trial, Rows::CLEAN)? {
            return self.on_clean(trial, &fault, outcome);
        }
        let rows = allowed(trial.script);
        match self.hold(1, trial, rows)? {
            Err(fault) => self.on_allowed(trial, fault, rows, outcome),
            Ok(()) => Ok(()),
        }
    }

    /// Brings the lanes that stand before a script over it. What is wrong with it was told when it was
    /// tried: a lane on which it fails is given up.
    fn pass(&mut self, trial: Trial<'_>) -> Result<(), Halt> {
        for slot in &mut self.lanes {
            let Some(mut standing) = slot.take() else { continue };
            if standing.count != trial.before {
                *slot = Some(standing);
            } else if standing.lane.pass(trial.script, trial.intent)?.is_ok() {
                standing.count = trial.after;
                *slot = Some(standing);
            }
        }
        Ok(())
    }

    /// Runs the script on a lane, which stands after it if all went well and is given up if not.
    fn hold(
        &mut self,
        which: usize,
        trial: Trial<'_>,
        rows: Rows,
    ) -> Result<Result<(), Fault>, Halt> {
        let standing = self.lanes[which].take();
        let fits = |standing: &Standing| standing.count == trial.before && standing.rows == rows;
        let mut lane = match standing.filter(fits) {
            Some(standing) => standing.lane,
            None => Lane::after(self.ground, trial.before, rows)?,
        };
        let held = lane.hold(trial.script, trial.intent)?;
        if held.is_ok() {
            self.lanes[which] = Some(Standing { count: trial.after, rows, lane });
        }
        Ok(held)
    }

    /// Clean rows decide: what fails on them is wrong, unless it depends on what is in the made-up texts.
    fn on_clean(
        &mut self,
        trial: Trial<'_>,
        fault: &Fault,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        if trial.is_helped && !matches!(fault, Fault::Changed(_)) {
            outcome.rehearsal.leave(&trial.script.file);
            return Ok(());
        }
        if self.is_given {
            // A lane can't come past a script that fails on rows which are always there.
            self.is_stopped |= matches!(fault, Fault::Trouble(_));
            return self.report(trial, fault, Rows::CLEAN, outcome);
        }
        if is_assumed(trial.script, fault) {
            outcome.rehearsal.leave(&trial.script.file);
            return Ok(());
        }
        if fault.is_about_content(trial.script) {
            let words = Rows { words: true, ..Rows::CLEAN };
            if self.hold(0, trial, words)?.is_err() {
                outcome.rehearsal.leave(&trial.script.file);
            }
            return Ok(());
        }
        self.report(trial, fault, Rows::CLEAN, outcome)
    }

    /// What fails on allowed rows alone rests on a fact about the rows, which the author has to state.
    fn on_allowed(
        &mut self,
        trial: Trial<'_>,
        fault: Fault,
        rows: Rows,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let is_changed = matches!(fault, Fault::Changed(_));
        if fault.is_about_content(trial.script) || (trial.is_helped && !is_changed) {
            outcome.rehearsal.leave(&trial.script.file);
            return Ok(());
        }
        if is_changed {
            return self.report(trial, &fault, rows, outcome);
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
            if let Err(fault) = self.hold(1, trial, rows)? {
                found.push((assumption, fault));
            }
        }
        let severity = self.ground.options.assumption_severity();
        if found.is_empty() {
            found.push((told::assumption(&fault), fault));
        }
        for (assumption, fault) in &found {
            outcome.found.push(told::assumes(trial.script, *assumption, fault, severity));
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
            if !is_told {
                outcome.found.push(self.failure(trial, fault));
            }
            return Ok(());
        };
        for change in changes.iter().filter(|change| !trial.is_told(change)) {
            let Change::Vanished { table, .. } = change else {
                outcome.found.push(told::changed(trial.script, change, trial.intent));
                continue;
            };
            let is_copy = trial.intent.drops(table);
            if is_copy && trial.script.says(DirectiveKind::Allow(Rule::PartialCopy)) {
                continue;
            }
            let mut lane = Lane::after(self.ground, trial.before, rows)?;
            let culprit = lane.culprit(trial.script, table, trial.intent)?;
            outcome.found.push(told::vanished(trial.script, change, &culprit, rows == Rows::CLEAN));
        }
        Ok(())
    }

    /// The words for a script that fails on rows. Only given ones can lack what a step before would have
    /// filled.
    fn failure(&self, trial: Trial<'_>, fault: &Fault) -> Diagnostic {
        let error = told::fails_on_rows(trial.script, fault);
        match fault {
            Fault::Trouble(trouble) if self.is_given => {
                steps::told_before(error, trouble, &self.ground.set[..trial.before])
            }
            _ => error,
        }
    }

    fn note_gaps(&self, version: Version, rehearsal: &mut Rehearsal) {
        for (table, why) in self.lanes.iter().flatten().flat_map(|standing| standing.lane.gaps()) {
            let gap = (version, why.clone());
            rehearsal.gaps.entry(table.to_string()).or_insert(gap);
        }
    }
}

/// All rows that the schema allows, but for those that the file says there are none of.
fn allowed(script: &CheckedScript) -> Rows {
    let has = |assumption| !script.says(DirectiveKind::Assumes(assumption));
    let mut rows = Rows::ALLOWED;
    rows.duplicates &= has(Assumption::NoDuplicates);
    rows.nulls &= has(Assumption::NoNulls);
    rows
}

/// Whether the file states that what failed does not occur.
fn is_assumed(script: &CheckedScript, fault: &Fault) -> bool {
    let says = |assumption| script.says(DirectiveKind::Assumes(assumption));
    fault.failure().is_some_and(|failure| {
        (failure.message.starts_with("NOT NULL constraint") && says(Assumption::NoNulls))
            || (failure.message.starts_with("UNIQUE constraint") && says(Assumption::NoDuplicates))
    })
}
