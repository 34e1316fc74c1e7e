//! What a plan should be, said once more and as plainly as can be, for `plan` to be compared with.
//!
//! The model knows neither hashes nor files: a set is the versions with the ways back from them, a history is the
//! versions with how they stand, and the steps are found by taking them, one at a time, off a set of numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

mod cases;
mod compared;

/// How the migrations of a set run, and whether there is a way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Irreversible,
    UpOnly,
    KeysOff,
    Unprotected,
}

/// How a version stands in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
struct Row {
    /// Whether it was applied from another text than that of the set.
    is_changed: bool,
    is_underway: bool,
    /// Whether somebody wrote into it, so that it does not follow from the rows before.
    is_forged: bool,
    compatible_with: Option<i64>,
    /// Whether it needs code of the program that applied it to go back.
    has_code: bool,
    /// Whether a down was stored with it.
    has_down: bool,
}

type Set = BTreeMap<i64, Kind>;
type Rows = BTreeMap<i64, Row>;

/// A step, as far as the model knows it.
type Told = (Direction, i64, bool);

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Refused {
    Dirty,
    Unknown,
    NoSuchVersion,
    Changed,
    OutOfOrder,
    Broken,
    Irreversible,
    /// By what no planner refuses.
    Otherwise,
}

/// Why there is no plan; `None` if there is one.
type Outcome = Option<Refused>;

/// The steps that should be planned, or why none should be.
fn model(set: &Set, rows: &Rows, goal: Goal, newer: NewerDatabase) -> Result<Vec<Told>, Refused> {
    if rows.values().any(|row| row.is_underway) {
        return Err(Refused::Dirty);
    }
    if !is_admitted(set, rows, goal, newer) {
        return Err(Refused::Unknown);
    }
    let mut way = Way { set, rows, now: rows.keys().copied().collect(), steps: Vec::new() };
    match goal {
        Goal::To(target) => {
            let wanted = wanted(set, target)?;
            let mut stay: BTreeSet<i64> = way.now.intersection(&wanted).copied().collect();
            if stay.iter().any(|version| rows[version].is_changed) {
                return Err(Refused::Changed);
            }
            if newer == NewerDatabase::Tolerate {
                // What is let be stays as well.
                stay.extend(unknown(set, rows));
            }
            let pending: Vec<i64> = wanted.difference(&way.now).copied().collect();
            if pending.iter().any(|version| stay.last().is_some_and(|newest| version < newest)) {
                return Err(Refused::OutOfOrder);
            }
            let follows = |version: &i64| !rows[version].is_forged;
            if stay.iter().any(|version| set.contains_key(version) && !follows(version)) {
                return Err(Refused::Broken);
            }
            while let Some(&newest) = way.now.difference(&stay).last() {
                way.revert(newest)?;
            }
            for version in pending {
                way.apply(version)?;
            }
        }
        Goal::Down(count) => {
            for _ in 0..count {
                let Some(&newest) = way.now.last() else { break };
                way.revert(newest)?;
            }
        }
        Goal::Redo => {
            if let Some(&newest) = way.now.last() {
                way.revert(newest)?;
                way.apply(newest)?;
            }
        }
        Goal::Again(version) => {
            if !way.now.contains(&version.get()) {
                way.apply(version.get())?;
            }
        }
    }
    Ok(way.steps)
}

/// Which versions the target means.
fn wanted(set: &Set, target: Target) -> Result<BTreeSet<i64>, Refused> {
    let known = set.keys().copied();
    match target {
        Target::Latest => Ok(known.collect()),
        Target::Empty => Ok(BTreeSet::new()),
        Target::Version(target) if !set.contains_key(&target.get()) => Err(Refused::NoSuchVersion),
        Target::Version(target) => Ok(known.filter(|version| *version <= target.get()).collect()),
    }
}

fn unknown<'m>(set: &'m Set, rows: &'m Rows) -> impl Iterator<Item = i64> + 'm {
    rows.keys().copied().filter(|version| !set.contains_key(version))
}

/// Whether the database has no migration that this program does not know, or may be worked with all the same.
fn is_admitted(set: &Set, rows: &Rows, goal: Goal, newer: NewerDatabase) -> bool {
    let mut unknown = unknown(set, rows);
    match newer {
        NewerDatabase::Refuse => unknown.next().is_none(),
        NewerDatabase::RollBack => unknown.all(|version| is_newest(set, rows, version)),
        NewerDatabase::Tolerate => unknown.all(|version| {
            let suits = set.keys().any(|known| Some(*known) >= rows[&version].compatible_with);
            let is_pending = |known: &i64| !rows.contains_key(known);
            goal == Goal::To(Target::Latest)
                && rows[&version].compatible_with.is_some()
                && suits
                && is_newest(set, rows, version)
                && !set.keys().any(is_pending)
        }),
    }
}

/// Whether no migration that the set has was applied above this one.
fn is_newest(set: &Set, rows: &Rows, version: i64) -> bool {
    rows.keys().all(|other| !set.contains_key(other) || *other < version)
}

/// The versions that are applied, while steps are taken.
struct Way<'m> {
    set: &'m Set,
    rows: &'m Rows,
    now: BTreeSet<i64>,
    steps: Vec<Told>,
}

impl Way<'_> {
    fn apply(&mut self, version: i64) -> Result<(), Refused> {
        if !self.set.contains_key(&version) {
            return Err(Refused::NoSuchVersion);
        }
        assert!(self.now.insert(version), "{version} is applied twice");
        self.steps.push((Direction::Up, version, false));
        Ok(())
    }

    fn revert(&mut self, version: i64) -> Result<(), Refused> {
        assert!(self.now.remove(&version), "{version} is reverted twice");
        let row = self.rows[&version];
        let is_stored = match self.set.get(&version) {
            Some(kind) if !row.is_changed => {
                if matches!(kind, Kind::Irreversible | Kind::UpOnly) {
                    return Err(Refused::Irreversible);
                }
                false
            }
            // The program has the code of what it knows, and can't have that of what it does not.
            known if !row.has_down || (known.is_none() && row.has_code) => {
                return Err(Refused::Irreversible);
            }
            _ => true,
        };
        self.steps.push((Direction::Down, version, is_stored));
        Ok(())
    }
}
