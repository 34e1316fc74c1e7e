//! Remembers what was rehearsed: an unchanged set costs a hash, and one whose last migrations
//! changed continues from an image of the runs before them.
//!
//! Within a process, everything is remembered, since an editor expands the macro at every
//! keystroke. From build to build, a file below the target folder remembers the migrations without
//! findings, and two more are images. They are guarded against damage but not against forgery:
//! whoever can write there can replace the compiled program too.
//!
//! Migrations that passed are not left out of a rehearsal for that alone. The rows that a script
//! meets were changed by those before it, so without an image of these rows, a whole rehearsal is
//! the only one that finds what any other build would.

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

pub(crate) use self::image::{Image, Part};
use self::images::Images;
pub use self::key::identity;
use self::key::keys;
use migratory_analysis::{Checked, Diagnostic, Options, Rehearsal};

/// How many sets a process remembers.
const REMEMBERED: usize = 32;
/// How many states of the same set a process remembers.
const STATES: usize = 2;

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
    /// The runs to continue.
    pub(crate) image: Option<Image>,
    /// After how many migrations to make images.
    pub(crate) places: Vec<usize>,
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
    let (remembered, in_process) = remembered(&keys);
    if let Some(outcome) = remembered {
        return outcome;
    }
    let memo = options.memo.as_deref();
    let rehearsal = memo.map(|file| file::read(file, &keys)).unwrap_or_default();
    let passed = rehearsal.schemas.len();
    let outcome = if passed == keys.len() && !keys.is_empty() {
        Outcome { rehearsal, passed, ..Outcome::default() }
    } else {
        let images = Images::new(checked, memo, &keys);
        let outcome = rehearsed(passed.max(in_process), images, rehearse);
        if let Some(file) = memo {
            file::write(file, &keys, &outcome);
        }
        outcome
    };
    remember(Known { memo: options.memo.clone(), keys, outcome: outcome.clone() });
    outcome
}

/// Rehearses a set, the first migrations of which passed in another state of it; continues from an
/// image if there is one.
fn rehearsed(
    passed: usize,
    mut images: Images<'_>,
    mut rehearse: impl FnMut(Task) -> Ran,
) -> Outcome {
    let image = images.longest();
    let behind = image.as_ref().map_or(0, Image::count);
    let ran = rehearse(Task { image, places: images.places(behind, passed) });
    #[cfg(test)]
    CONTINUED.set(Some(ran.behind));
    images.write(&ran.images);
    ran.outcome
}

/// Returns what this process knows: the result for the set, and how many of its first migrations
/// passed.
fn remembered(keys: &[Checksum]) -> (Option<Outcome>, usize) {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|known| known.keys == keys).map(|known| known.outcome.clone());
    let in_common = |known: &Known| shared(keys, &known.keys[..known.outcome.passed]);
    (same, known.iter().map(in_common).max().unwrap_or(0))
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
        other.keys != set.keys && (!is_kin || others < STATES)
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
