//! A migration with which something is wrong, part by part: what fails or gets lost in one hides nothing of another.

use std::mem;
use std::sync::{Arc, OnceLock};

use super::{Halt, Outcome, Populated, Told};
use crate::context::{Cut, Ground};
use crate::course::parts::{self, Done, Part};
use crate::course::refine;
use crate::course::replay::Replay;
use crate::sandbox::{Performance, Sandbox};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Diagnostic, Untried};

/// How much was known before a migration was tried.
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
    /// Tries each part of a migration by itself, and puts what is found so in the place of what was found of the whole.
    pub(super) fn try_parts(
        &mut self,
        at: usize,
        told: &Told,
        known: Known,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let mut replay = self.replay.taken(self.ground);
        let tried = self.of_parts(at, told, &mut replay);
        self.replay.take_back(replay, at);
        let Some(tried) = tried? else { return Ok(()) };
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

    /// What is found of the parts; `None` if there are not two, or one of them is none without the others.
    fn of_parts(
        &mut self,
        at: usize,
        told: &Told,
        replay: &mut Replay<'_>,
    ) -> Result<Option<Outcome>, Halt> {
        let ground = self.ground;
        let down = told.down.as_ref().and_then(|_| ground.down(at));
        let sandbox = replay.after(at)?.sandbox;
        let Some((did, undid)) = perform(sandbox, ground.up(at), down)? else { return Ok(None) };
        let undone = down.zip(undid.as_ref());
        let parts = parts::parts(
            Done { script: ground.up(at), performance: &did },
            undone.map(|(script, performance)| Done { script, performance }),
        );
        let mut parts_told = Vec::new();
        for part in &parts {
            let sandbox = replay.after(at)?.sandbox;
            let Some((up, down)) = perform(sandbox, &part.up, part.down.as_ref())? else {
                return Ok(None);
            };
            parts_told.push(Arc::new(told.of_part(part, &up, down.as_ref())));
        }
        let mut tried = Outcome::default();
        for (part, told) in parts.iter().zip(&parts_told) {
            self.try_part(at, part, told, &mut tried)?;
        }
        Ok((!parts.is_empty()).then_some(tried))
    }

    /// Tries a part, as if it were all of the migration.
    fn try_part(
        &mut self,
        at: usize,
        part: &Part,
        told: &Arc<Told>,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let cuts: Vec<_> = (0..self.ground.set.len())
            .map(|other| match self.ground.cuts.get(other) {
                _ if other == at => part.cut(),
                Some(cut) if other < at => cut.clone(),
                _ => Cut::default(),
            })
            .collect();
        let ground = Ground { cuts: &cuts, ..self.ground };
        let replay = self.replay.taken(ground);
        let before = self.told[..at].iter().chain([told]);
        let mut alone = Populated {
            told: before.map(Arc::clone).collect(),
            replay,
            reader: mem::take(&mut self.reader),
            excused: self.excused.clone(),
            is_given: self.is_given,
            ..Populated::new(ground)
        };
        let mut found = Outcome::default();
        let tried = alone.try_whole(at, told, &mut found);
        self.reader = mem::take(&mut alone.reader);
        let replay = alone.replay;
        self.replay.take_back(replay, at);
        tried?;
        outcome.add(found);
        Ok(())
    }
}

impl Part {
    fn cut(&self) -> Cut {
        let down = self.down.clone().map_or_else(OnceLock::new, OnceLock::from);
        Cut { up: OnceLock::from(self.up.clone()), down }
    }
}

/// What an up and a down do on empty tables; `None` if one of them fails.
fn perform(
    mut sandbox: Sandbox,
    up: &CheckedScript,
    down: Option<&CheckedScript>,
) -> Result<Option<(Performance, Option<Performance>)>, Halt> {
    let mut went = |script: &CheckedScript| -> Result<Option<Performance>, Halt> {
        let mut performance = sandbox.perform(script, &mut |_, _| ())?;
        match mem::replace(&mut performance.outcome, Ok(())) {
            Ok(()) => Ok(Some(performance)),
            Err(trouble) => Halt::check(script, trouble).map(|_| None),
        }
    };
    let Some(up) = went(up)? else { return Ok(None) };
    match down {
        None => Ok(Some((up, None))),
        Some(down) => Ok(went(down)?.map(|down| (up, Some(down)))),
    }
}

/// Whether two findings say the same: of the same statement, or in the same words.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let is_alike = one.code == other.code && one.message == other.message;
    one.file() == other.file() && (is_alike || refine::overlap(one, other))
}
