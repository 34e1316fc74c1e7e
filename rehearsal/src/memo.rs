//! Remembers what was rehearsed: an unchanged set costs a hash, and one whose last migrations
//! changed costs only these.
//!
//! Within a process, everything is remembered, since an editor expands the macro at every
//! keystroke. From build to build, a file below the target folder remembers the migrations without
//! findings. The file is guarded against damage but not against forgery: whoever can write there
//! can replace the compiled program too.

mod continuable;
mod file;
mod image;
mod images;
mod key;
mod writes;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use migratory_runtime::Checksum;

use self::file::Read;
pub(crate) use self::image::{Image, Part};
use self::images::Images;
pub use self::key::identity;
use self::key::keys;
use migratory_analysis::Checked;
use migratory_analysis::Writes;
use migratory_analysis::{Diagnostic, Options, Rehearsal};

/// How many sets a process remembers.
const REMEMBERED: usize = 32;
/// How many states of the same set a process remembers.
const KIN: usize = 2;
/// How many times as long a migration takes to rehearse as to apply.
const TIMES: usize = 6;

static MEMO: Mutex<VecDeque<Known>> = Mutex::new(VecDeque::new());

/// A set that this process has rehearsed.
struct Known {
    /// The file that remembers it too.
    memo: Option<PathBuf>,
    keys: Vec<Checksum>,
    outcome: Outcome,
}

/// The result of a rehearsal, with its findings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) found: Vec<Diagnostic>,
    /// How many migrations at the start have no findings.
    pub(crate) passed: usize,
}

impl Outcome {
    /// Records that this many migrations have been rehearsed.
    pub(crate) fn pass(&mut self, count: usize) {
        let Rehearsal { gaps, untried, .. } = &self.rehearsal;
        if self.found.is_empty() && gaps.is_empty() && untried.is_empty() {
            self.passed = count;
        }
    }

    /// Adds the result of another part of the rehearsal.
    pub(crate) fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        for untried in other.rehearsal.untried {
            self.rehearsal.leave(&untried.file, untried.reason);
        }
        self.rehearsal.untried.sort();
        self.rehearsal.gaps.extend(other.rehearsal.gaps);
        self.passed = self.passed.min(other.passed);
    }
}

/// What to rehearse of a set.
#[derive(Default)]
pub(crate) struct Task {
    /// How many migrations are only applied, because they have passed.
    pub(crate) passed: usize,
    /// The runs to continue.
    pub(crate) image: Option<Image>,
    /// After how many migrations to make images.
    pub(crate) places: Vec<usize>,
}

impl Task {
    /// Rehearses a set of which so many migrations have passed.
    pub(crate) fn after(passed: usize) -> Self {
        Self { passed, ..Self::default() }
    }
}

/// The result of a task.
#[derive(Default)]
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) images: Vec<Image>,
    /// How many migrations were behind the image from which it continued.
    #[cfg(test)]
    pub(crate) behind: usize,
}

/// Returns the remembered result of the set, or calls `rehearse`.
pub(crate) fn recall(
    checked: &Checked,
    options: &Options,
    rehearse: impl FnMut(Task) -> Ran,
) -> Outcome {
    let keys = keys(checked, options);
    let (remembered, mut before) = remembered(&keys);
    if let Some(outcome) = remembered {
        return outcome;
    }
    let memo = options.memo.as_deref();
    let Read { passed, rehearsal, shared } =
        memo.map(|file| file::read(file, &keys)).unwrap_or_default();
    let outcome = if passed == keys.len() && !keys.is_empty() {
        Outcome { rehearsal, passed, ..Outcome::default() }
    } else {
        before.shared = before.shared.max(shared);
        if passed >= before.passed {
            (before.passed, before.writes) = (passed, rehearsal.writes);
        }
        let images = Images::new(checked, memo, &keys);
        let outcome = rehearsed(keys.len(), before, images, rehearse);
        if let Some(file) = memo {
            file::write(file, &keys, &outcome);
        }
        outcome
    };
    remember(Known { memo: options.memo.clone(), keys, outcome: outcome.clone() });
    outcome
}

/// Rehearses a set of `count` migrations, as little of it as will do.
fn rehearsed(
    count: usize,
    before: Before,
    mut images: Images<'_>,
    mut rehearse: impl FnMut(Task) -> Ran,
) -> Outcome {
    let Before { passed, shared, writes } = before;
    let image = images.longest();
    let behind = image.as_ref().map_or(0, Image::count);
    // From an image on, migrations are rehearsed that passed already.
    let is_far = behind == 0 || passed.saturating_sub(behind) * TIMES > passed;
    if passed > 0 && is_far {
        let mut outcome = rehearse(Task::after(passed)).outcome;
        // The downs of migrations that passed were not run again, so the tables they write come
        // from memory.
        for (writes, known) in outcome.rehearsal.writes.iter_mut().zip(writes).take(passed) {
            *writes = known;
        }
        if outcome.passed == count {
            return outcome;
        }
        // The findings about a set must be the same each time, and the rows that a finding shows
        // depend on everything before.
    }
    let ran = rehearse(Task { passed: 0, image, places: images.places(behind, shared) });
    #[cfg(test)]
    CONTINUED.set(Some(ran.behind));
    images.write(&ran.images);
    ran.outcome
}

/// What is known about the migrations at the start of a set.
#[derive(Default)]
struct Before {
    /// How many passed; none if the one after them is known to have findings.
    passed: usize,
    /// How many of those that passed in another set are in this one.
    shared: usize,
    /// What those that passed write to.
    writes: Vec<Writes>,
}

/// Returns what this process knows: the result for the set, or something about its first
/// migrations.
fn remembered(keys: &[Checksum]) -> (Option<Outcome>, Before) {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|known| known.keys == keys).map(|known| known.outcome.clone());
    let in_common = |known: &&Known| shared(keys, &known.keys[..known.outcome.passed]);
    let Some(nearest) = known.iter().max_by_key(in_common) else {
        return (same, Before::default());
    };
    let mut before = Before { shared: in_common(&nearest), ..Before::default() };
    let has_findings =
        |known: &Known| known.keys.get(known.outcome.passed).is_some_and(|key| keys.contains(key));
    // Findings are reported again, and that takes a whole rehearsal.
    if !known.iter().any(has_findings) {
        before.passed = before.shared;
        before.writes.clone_from(&nearest.outcome.rehearsal.writes);
    }
    (same, before)
}

/// Remembers a set, and forgets all but one other state of it: an editor expands the macro after
/// every edit.
fn remember(set: Known) {
    let mut known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let mut others = 0;
    known.retain(|other| {
        let is_kin = (set.memo.is_some() && other.memo == set.memo)
            || other.keys.first() == set.keys.first();
        others += usize::from(is_kin);
        other.keys != set.keys && (!is_kin || others < KIN)
    });
    known.truncate(REMEMBERED - 1);
    known.push_front(set);
}

/// Counts the equal keys at the start of both lists. The key of a migration covers all migrations
/// before it.
fn shared(keys: &[Checksum], others: &[Checksum]) -> usize {
    keys.iter().zip(others).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use self::tests::{CONTINUED, forget};
