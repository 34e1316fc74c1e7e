//! Tries a faulty migration part by part, so that a fault in one part hides none in another.

use std::mem;
use std::sync::{Arc, OnceLock};

use super::part_run::{PartRun, perform};
use super::{EmptyRun, Halt, Outcome, Populated, Stop};
use crate::course::findings::deduplication;
use crate::course::known::independent_parts::{self, Done, Part};
use crate::sandbox::context::{Context, Cut};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Diagnostic, Untried};

/// The number of findings before a migration was tried.
#[derive(Clone, Copy)]
pub(super) struct Known {
    found: usize,
    untried: usize,
}

impl Known {
    pub(super) fn of(outcome: &Outcome) -> Self {
        Self { found: outcome.found.len(), untried: outcome.rehearsal.untried.len() }
    }
}

impl Populated<'_> {
    /// Tries each part of a migration on its own, and replaces the findings about the whole by
    /// those about the parts.
    pub(super) fn try_parts(&mut self, empty_run: &EmptyRun, known: Known) -> Result<(), Halt> {
        let outcome = &self.outcome;
        let mut whole =
            Outcome { found: outcome.found[known.found..].to_vec(), ..Outcome::default() };
        whole.rehearsal.untried = outcome.rehearsal.untried[known.untried..].to_vec();
        let Some(tried) = self.of_parts(empty_run, whole)? else { return Ok(()) };
        let outcome = &mut self.outcome;
        let whole = outcome.found.split_off(known.found);
        let is_new = |it: &Diagnostic| !tried.found.iter().any(|other| is_same(it, other));
        outcome.found.extend(whole.into_iter().filter(is_new));
        outcome.found.extend(tried.found);
        outcome.rehearsal.untried.truncate(known.untried);
        for Untried { file, reason } in tried.rehearsal.untried {
            outcome.rehearsal.leave(&file, reason);
        }
        Ok(())
    }

    /// Returns the findings about the parts and beyond their stops; `None` if a part can't run
    /// without the others.
    ///
    /// For a migration that is a single part, returns its own findings, and those beyond its stops.
    fn of_parts(&mut self, empty_run: &EmptyRun, found: Outcome) -> Result<Option<Outcome>, Halt> {
        let (context, at) = (self.context, self.at());
        let down = empty_run.down.as_ref().and_then(|_| context.down(at));
        let whole = Part::whole(context.up(at), down);
        let PartRun::Passed(performed) = perform(&mut self.replay, at, &whole)? else {
            return Ok(None);
        };
        let undone = whole.down.as_ref().zip(performed.down.as_ref());
        let parts = independent_parts::parts(
            Done { script: &whole.up, performance: &performed.up },
            undone.map(|(script, performance)| Done { script, performance }),
        );
        let mut parts_told = Vec::new();
        for part in &parts {
            let PartRun::Passed(performed) = perform(&mut self.replay, at, part)? else {
                return Ok(None);
            };
            parts_told.push(Arc::new(empty_run.of_part(
                part,
                &performed.up,
                performed.down.as_ref(),
            )));
        }
        let mut tried = Outcome::default();
        if parts.is_empty() {
            let stops = mem::take(&mut self.stops);
            tried = found;
            self.go_beyond(empty_run, whole, stops, &mut tried)?;
        }
        for (part, part_told) in parts.into_iter().zip(&parts_told) {
            let stops = self.try_part(&part, part_told, &mut tried)?;
            self.go_beyond(empty_run, part, stops, &mut tried)?;
        }
        Ok(Some(tried))
    }

    /// Tries a part as if it were the whole migration, adds its findings to `tried`, and returns where it stops.
    pub(super) fn try_part(
        &mut self,
        part: &Part,
        empty_run: &Arc<EmptyRun>,
        tried: &mut Outcome,
    ) -> Result<Vec<Stop>, Halt> {
        let at = self.at();
        let cuts: Vec<_> = (0..self.context.set.len())
            .map(|other| match self.context.cuts.get(other) {
                _ if other == at => part.cut(),
                Some(cut) if other < at => cut.clone(),
                _ => Cut::default(),
            })
            .collect();
        let context = Context { cuts: &cuts, ..self.context };
        let replay = self.replay.taken(context);
        let before = self.empty_run[..at].iter().chain([empty_run]);
        let mut alone = Populated {
            empty_run: before.map(Arc::clone).collect(),
            replay,
            reader: mem::take(&mut self.reader),
            excused: self.excused.clone(),
            is_given: self.is_given,
            ..Populated::new(context)
        };
        let ended = alone.try_up_and_down(empty_run);
        self.reader = mem::take(&mut alone.reader);
        self.replay.take_back(alone.replay, at);
        ended?;
        tried.add(alone.outcome);
        Ok(alone.stops)
    }
}

impl Part {
    /// The whole migration as a single part.
    fn whole(up: &CheckedScript, down: Option<&CheckedScript>) -> Self {
        Self { up: up.clone(), down: down.cloned() }
    }

    fn cut(&self) -> Cut {
        let down = self.down.clone().map_or_else(OnceLock::new, OnceLock::from);
        Cut { up: OnceLock::from(self.up.clone()), down }
    }
}

/// Whether two findings report the same fault: the same fact, or one about the same statement.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    deduplication::is_same_fact(one, other) || deduplication::overlap(one, other)
}
