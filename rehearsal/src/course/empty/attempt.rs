//! Runs a script on empty tables without the statements that fail.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use migratory_runtime::__private::{Failure, Refusal, Trouble};
use migratory_runtime::Mode;

use super::{Empty, last};
use crate::course::findings::{halted, messages, unrehearsed_code};
use crate::course::known::skipped::{self, Skipped};
use crate::memo::Outcome;
use crate::sandbox::Performance;
use crate::sandbox::halt::Halt;
use crate::schema::{Name, Schema};
use crate::script::intent::Intent;
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, UntriedReason};

/// How many failing statements are left out one by one, before the rest of the script is.
const TRIES: usize = 24;

/// What rules say about the text of a statement, whether it runs or not.
const OF_TEXT: [Code; 5] = [
    Code::Ignored,
    Code::ForeignKeysLeftOff,
    Code::OtherDatabase,
    Code::SchemaPragma,
    Code::UnknownPragma,
];

/// A script that ran without the statements that fail.
pub(super) struct Ran {
    pub(super) performance: Performance,
    /// The findings of the rules.
    pub(super) rules: Vec<Diagnostic>,
    /// Whether no statement was left out.
    pub(super) is_whole: bool,
    /// What has been left out so far.
    pub(super) skipped: Arc<Skipped>,
}

/// A script that is run repeatedly, and its failures so far.
struct Attempt<'a> {
    at: usize,
    script: &'a CheckedScript,
    is_up: bool,
    is_judged: bool,
    /// What was left out before the script.
    before: Skipped,
    /// Its statements that were left out, by their start.
    cut: BTreeMap<usize, Cutting>,
    /// How often it has failed.
    tries: usize,
    /// The findings of the rules on the statements before the first failure.
    rules: Vec<Diagnostic>,
}

/// A statement that was left out.
struct Cutting {
    range: Range<usize>,
    /// SQLite's message; `None` if the statement did not run.
    message: Option<String>,
    /// The schema before it.
    schema: Arc<Schema>,
}

impl<'a> Empty<'a> {
    /// Runs the up of the migration at `at`; later runs skip the statements that fail.
    pub(super) fn run_up(
        &mut self,
        at: usize,
        is_judged: bool,
        outcome: &mut Outcome,
    ) -> Result<Ran, Halt> {
        let mut skipped = Skipped::clone(&self.skipped);
        skipped.begin();
        let script = &self.context.set[at].up;
        if script.faults.follows_unknown {
            skipped.add_unknown();
        }
        let attempt = Attempt::new((at, script), true, is_judged, skipped);
        let (ran, script) = self.run(attempt, outcome)?;
        if let (Some(script), Some(cut)) = (script, self.context.cuts.get(at)) {
            // A script runs for the first time only once.
            let _ = cut.up.set(script);
        }
        self.skipped = Arc::clone(&ran.skipped);
        Ok(ran)
    }

    /// Runs the down of the migration at `at`; returns `None` if it fails where a step in Rust
    /// might help.
    pub(super) fn run_down(
        &mut self,
        at: usize,
        script: &'a CheckedScript,
        outcome: &mut Outcome,
    ) -> Result<Option<Ran>, Halt> {
        let attempt = Attempt::new((at, script), false, true, Skipped::clone(&self.skipped));
        let (ran, script) = self.run(attempt, outcome)?;
        if let (Some(script), Some(cut)) = (script, self.context.cuts.get(at)) {
            let _ = cut.down.set(script);
        }
        Ok(Some(ran).filter(|ran| ran.performance.outcome.is_ok()))
    }

    /// Runs a script until the rest of it succeeds.
    fn run(
        &mut self,
        mut attempt: Attempt<'_>,
        outcome: &mut Outcome,
    ) -> Result<(Ran, Option<CheckedScript>), Halt> {
        let Attempt { at, is_up, is_judged, .. } = attempt;
        let is_returned = self.is_returned(at);
        loop {
            let script = attempt.remaining();
            let performance = self.perform(&script)?;
            let rules = if is_judged {
                let intent = Intent::new(&script, &performance.statements);
                self.judge(&script, [is_up, is_up && is_returned], &performance, &intent)?
            } else {
                Vec::new()
            };
            let migration = &self.context.set[at];
            let trouble = match &performance.outcome {
                Err(trouble) if is_up || !unrehearsed_code::step_may_help(migration, trouble) => {
                    trouble
                }
                ended => {
                    if ended.is_err() {
                        outcome.rehearsal.leave(&script.file, UntriedReason::Step);
                    }
                    return Ok(attempt.ended(script, performance, rules));
                }
            };
            let skipped = attempt.skipped(&script, &performance);
            if !attempt.is_explained(trouble, &skipped, &performance) {
                outcome.found.extend(reported(&rules, trouble, || self.failure(&attempt, trouble)));
            }
            attempt.leave_out(trouble, &last(&performance), rules);
            if script.mode == Mode::NoTransaction {
                self.start_over(if is_up { at } else { at + 1 })?;
            }
        }
    }

    fn failure(&self, attempt: &Attempt<'_>, trouble: &Trouble) -> Diagnostic {
        let migration = &self.context.set[attempt.at];
        if let Some(bound) = halted::of_statement(attempt.script, trouble, self.context.bounds) {
            return bound.note(messages::LEFT_OUT);
        }
        if attempt.is_up {
            let failure = messages::up_fails(migration, trouble, &self.schema);
            unrehearsed_code::with_steps_before(failure, trouble, &self.context.set[..attempt.at])
        } else {
            let failure = messages::down_fails(attempt.script, trouble, &self.schema);
            unrehearsed_code::with_steps_on_schema(failure, migration)
        }
    }
}

impl<'a> Attempt<'a> {
    fn new(
        (at, script): (usize, &'a CheckedScript),
        is_up: bool,
        is_judged: bool,
        before: Skipped,
    ) -> Self {
        let (cut, rules) = (BTreeMap::new(), Vec::new());
        let mut attempt = Self { at, script, is_up, is_judged, before, cut, tries: 0, rules };
        let schema = Arc::default();
        if script.faults.is_unfit {
            attempt.before.add_unfit(&script.sql);
            attempt.cut((0..script.sql.len(), None), &schema);
        }
        for place in &script.faults.places {
            if let Some(range) = skipped::statement(script, place) {
                attempt.cut((range.clone(), None), &schema);
            }
        }
        attempt
    }

    fn sql(&self, range: &Range<usize>) -> &'a str {
        self.script.sql.get(range.clone()).unwrap_or_default()
    }

    fn remaining(&self) -> CheckedScript {
        skipped::without(self.script, self.cut.values().map(|cut| &cut.range))
    }

    /// Returns what had been left out when the script stopped, in the order of its statements: one
    /// that creates a table corrects only what was left out before it.
    fn skipped(&self, script: &CheckedScript, performance: &Performance) -> Skipped {
        let mut skipped = self.before.clone();
        let mut cut = self.cut.values().peekable();
        for done in performance.statements.iter().take(performance.schemas.len() - 1) {
            while let Some(cutting) = cut.next_if(|cut| cut.range.start < done.range.start) {
                skipped.add(self.sql(&cutting.range), cutting.message.as_deref(), &cutting.schema);
            }
            skipped.follow(done, script);
        }
        for cutting in cut {
            skipped.add(self.sql(&cutting.range), cutting.message.as_deref(), &cutting.schema);
        }
        skipped
    }

    /// Whether the script fails only because of what was left out.
    fn is_explained(
        &self,
        trouble: &Trouble,
        skipped: &Skipped,
        performance: &Performance,
    ) -> bool {
        match trouble {
            Trouble::Statement(Failure { message, .. })
                if self.script.faults.is_doubtful && skipped::is_about_rows(message) =>
            {
                // A directive that could not be parsed may take care of it.
                true
            }
            Trouble::Statement(Failure { statement, message, .. }) => {
                let place = skipped::around(self.script, statement);
                let mut schemas = performance.schemas.iter();
                // If the down lacks an object from the start, its up may have been meant to create
                // it.
                let may_be_of_up = |first| !self.is_up && self.before.may_have_made(message, first);
                skipped.explains(self.sql(&place), message, &last(performance))
                    || schemas.next().is_some_and(|first| may_be_of_up(first))
            }
            Trouble::Refusal(Refusal::Dangling(added)) => added.violations.iter().any(|it| {
                [&it.table, &it.parent].iter().any(|it| skipped.touches(&Name::new(*it)))
            }),
            Trouble::Refusal(Refusal::Sqlite(_)) => false,
        }
    }

    /// Leaves out the failing statement and those that can't run without it; or all that remains,
    /// if no statement is at fault or too many are.
    fn leave_out(&mut self, trouble: &Trouble, schema: &Arc<Schema>, rules: Vec<Diagnostic>) {
        self.tries += 1;
        let failed = match trouble {
            Trouble::Statement(failure) if self.tries < TRIES => {
                let place = skipped::around(self.script, &failure.statement);
                let is_new = !place.is_empty() && !self.cut.contains_key(&place.start);
                is_new.then_some((place, &failure.message))
            }
            _ => None,
        };
        let is_first = self.cut.is_empty();
        let Some((place, message)) = failed else {
            let all = self.script.statements.iter().cloned().map(|range| (range, None));
            // Any text between the statements too.
            let rest = 0..self.script.sql.len();
            all.chain([(rest, None)]).for_each(|cut| self.cut(cut, schema));
            return;
        };
        if is_first {
            let is_before = |finding: &Diagnostic| {
                let mut places = finding.labels.iter().filter_map(|label| label.range.as_ref());
                places.all(|range| range.end <= place.start)
                    && !self.before.covers(finding, self.script)
            };
            let is_of_whole = |code| OF_TEXT.contains(&code);
            let said = rules.into_iter().filter(|it| is_of_whole(it.code) || is_before(it));
            self.rules = said.collect();
        }
        for dependent in skipped::dependent(self.script, &place, message, schema) {
            self.cut((dependent, None), schema);
        }
        self.cut((place, Some(message.clone())), schema);
    }

    fn cut(&mut self, (range, message): (Range<usize>, Option<String>), schema: &Arc<Schema>) {
        let schema = Arc::clone(schema);
        self.cut.entry(range.start).or_insert(Cutting { range, message, schema });
    }

    /// Whether a directive that could not be parsed may allow what a rule found, or make the script
    /// run outside a transaction.
    fn may_allow(&self, rule: &Diagnostic) -> bool {
        self.script.faults.is_doubtful && (rule.exception().is_some() || rule.code == Code::Ignored)
    }

    fn ended(
        self,
        script: CheckedScript,
        performance: Performance,
        rules: Vec<Diagnostic>,
    ) -> (Ran, Option<CheckedScript>) {
        let skipped = self.skipped(&script, &performance);
        let is_whole = self.cut.is_empty();
        let mut found = self.rules.clone();
        found.retain(|rule| !self.may_allow(rule));
        let place = |finding: &Diagnostic| {
            (finding.code, finding.labels.first().and_then(|label| label.range.clone()))
        };
        let known: Vec<_> = found.iter().map(place).collect();
        let is_own = |rule: &Diagnostic| {
            !skipped.covers(rule, self.script)
                && !known.contains(&place(rule))
                && !self.may_allow(rule)
        };
        found.extend(rules.into_iter().filter(is_own));
        let ran = Ran { performance, rules: found, is_whole, skipped: Arc::new(skipped) };
        (ran, (!is_whole).then_some(script))
    }
}

/// Returns the findings of the rules on the failing statement, and the failure, unless a rule
/// explains it. The rules' findings on other statements are reported once the script has run.
fn reported(
    rules: &[Diagnostic],
    trouble: &Trouble,
    failure: impl FnOnce() -> Diagnostic,
) -> Vec<Diagnostic> {
    let Trouble::Statement(Failure { statement, .. }) = trouble else {
        return vec![failure()];
    };
    let is_there = |finding: &&Diagnostic| {
        let mut places = finding.labels.iter().filter_map(|label| label.range.as_ref());
        places.any(|place| statement.contains(&place.start))
    };
    let mut found: Vec<_> = rules.iter().filter(is_there).cloned().collect();
    if found.iter().all(|finding| finding.code == Code::QuotedText) {
        found.insert(0, failure());
    }
    // These are reported with those on the whole text.
    found.retain(|finding| !OF_TEXT.contains(&finding.code));
    found
}
