//! Runs the set on empty tables and, one migration behind, on populated ones.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use super::empty::Empty;
use super::findings::{consequences, deduplication};
use super::known::empty_run::EmptyRun;
use super::known::skipped::Skipped;
use super::populated::Populated;
use crate::memo::{Image, Outcome, Part};
use crate::sandbox::bounds::STACK;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;

/// Where the rehearsal stopped.
pub(super) struct Stopped {
    pub(super) halt: Halt,
    /// The index of the migration.
    pub(super) at: usize,
    /// Whether the migration was being tried on rows.
    pub(super) on_rows: bool,
}

/// The two runs of a set.
pub(super) struct Runs<'a> {
    context: Context<'a>,
    /// How many migrations are behind them.
    from: usize,
    empty: Result<Empty<'a>, Halt>,
    populated: Populated<'a>,
    /// What is known about the migrations behind them.
    outcome: Outcome,
}

/// Copies of a run, each after so many migrations.
type Copies = Vec<(usize, Part)>;

impl<'a> Runs<'a> {
    /// Returns the runs from the first migration on.
    pub(super) fn new(context: Context<'a>, skipped: Skipped) -> Self {
        let (empty, populated) = (Empty::new(context, skipped), Populated::new(context));
        Self { context, from: 0, empty, populated, outcome: Outcome::default() }
    }

    /// Returns the runs that continue from an image; `None` if it is not what it should be.
    pub(super) fn resumed(context: Context<'a>, image: &Image) -> Option<Self> {
        let from = image.count();
        let empty = Empty::resumed(context, &image.empty)?;
        let empty_run = empty.empty_run();
        if image.schemas.last() != Some(&empty_run.fingerprint) {
            return None;
        }
        let populated = Populated::resumed(context, (from, empty_run), &image.populated)?;
        let mut outcome = Outcome { passed: from, ..Outcome::default() };
        outcome.rehearsal.schemas.clone_from(&image.schemas);
        outcome.rehearsal.writes.clone_from(&image.writes);
        Some(Self { context, from, empty: Ok(empty), populated, outcome })
    }

    /// How many migrations are behind them.
    #[cfg(test)]
    pub(super) fn behind(&self) -> usize {
        self.from
    }

    /// Applies the set to empty tables and, on another thread, to populated ones. Returns the result
    /// and the images made after so many migrations as `places` says.
    pub(super) fn migrate(self, places: &[usize]) -> (Outcome, Vec<Image>, Result<(), Stopped>) {
        let Self { context, from, empty, populated, mut outcome } = self;
        let (sender, receiver) = mpsc::channel();
        let (receiver, populated) = (Mutex::new(receiver), Mutex::new(Some(populated)));
        let behind = || {
            let populated = populated.lock().unwrap_or_else(PoisonError::into_inner).take();
            let mut populated = populated.unwrap_or_else(|| Populated::new(context));
            let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
            let mut copies = Copies::new();
            let followed = follow(context, &receiver, &mut populated, (from, places, &mut copies));
            (populated.outcome, copies, followed)
        };
        let mut copies = Copies::new();
        let (led, (rows, copies_of_rows, followed)) = thread::scope(|scope| {
            let follower = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, behind);
            let led = lead(empty, &sender, &mut outcome, (from, places, &mut copies));
            drop(sender);
            let populated = match follower {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // If no thread could be started, the work is done here afterwards.
                Err(_) => behind(),
            };
            (led, populated)
        });
        outcome.add(rows);
        let found = std::mem::take(&mut outcome.found);
        outcome.found = deduplication::to_show(found, context.set);
        let images = images(&outcome, copies, copies_of_rows);
        (outcome, images, led.and(followed))
    }
}

fn lead(
    empty: Result<Empty<'_>, Halt>,
    sender: &mpsc::Sender<EmptyRun>,
    outcome: &mut Outcome,
    (from, places, copies): (usize, &[usize], &mut Copies),
) -> Result<(), Stopped> {
    let stopped = |at| move |halt| Stopped { halt, at, on_rows: false };
    let mut empty = empty.map_err(stopped(0))?;
    for at in from..empty.len() {
        let mut empty_run = empty.migrate(at, outcome).map_err(stopped(at))?;
        outcome.rehearsal.schemas.push(empty_run.fingerprint);
        outcome.rehearsal.writes.push(std::mem::take(&mut empty_run.writes));
        outcome.pass(at + 1);
        if places.contains(&(at + 1)) && outcome.passed == at + 1 {
            copies.extend(empty.part(at + 1).ok().flatten().map(|part| (at + 1, part)));
        }
        // A receiver that has stopped early reports the reason itself.
        let _ = sender.send(empty_run);
    }
    Ok(())
}

fn follow(
    context: Context<'_>,
    receiver: &mpsc::Receiver<EmptyRun>,
    populated: &mut Populated<'_>,
    (first, places, copies): (usize, &[usize], &mut Copies),
) -> Result<(), Stopped> {
    for (at, empty_run) in (first..).zip(receiver) {
        let from = populated.outcome.found.len();
        let empty_run = Arc::new(empty_run);
        let is_tried = context.options.populated && context.is_judged(at);
        let untried = populated.outcome.rehearsal.untried.len();
        let tried = populated.migrate(&empty_run, is_tried);
        tried.map_err(|halt| Stopped { halt, at, on_rows: true })?;
        let outcome = &mut populated.outcome;
        if !empty_run.skipped.is_empty() {
            // It may be tried once the statement that was left out has been fixed.
            outcome.rehearsal.untried.truncate(untried);
        }
        consequences::take(context, at, &empty_run, (from, &mut outcome.found));
        deduplication::take_allowed(&context.set[at], &mut outcome.found);
        outcome.pass(at + 1);
        if places.contains(&(at + 1)) && outcome.passed == at + 1 {
            copies.extend(populated.part().ok().flatten().map(|part| (at + 1, part)));
        }
    }
    Ok(())
}

/// Returns the images of which both runs have made a copy, if nothing was found up to there.
fn images(outcome: &Outcome, empty: Copies, mut populated: Copies) -> Vec<Image> {
    let image = |(count, empty): (usize, Part)| {
        let of_rows = populated.iter().position(|(of, _)| *of == count && count <= outcome.passed);
        let (_, populated) = populated.swap_remove(of_rows?);
        let schemas = outcome.rehearsal.schemas.get(..count)?.to_vec();
        let writes = outcome.rehearsal.writes.get(..count)?.to_vec();
        Some(Image { schemas, writes, empty, populated })
    };
    empty.into_iter().filter_map(image).collect()
}
