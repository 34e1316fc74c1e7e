//! A model of the planner: a second, plainer definition of what a plan should be.
//!
//! The model has no hashes and no files. A set maps versions to their kinds, a history maps
//! versions to their states, and the model finds the steps by removing and adding versions one at a
//! time.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

mod cases;
mod compared;

/// How a migration runs, and whether it has a down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Irreversible,
    UpOnly,
    KeysOff,
    Unprotected,
}

/// The state of a version in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
struct Row {
    /// Whether it was applied from a different text than the set's.
    is_changed: bool,
    is_underway: bool,
    /// Whether somebody edited the row, so that its chain doesn't follow from the rows before.
    is_forged: bool,
    compatible_with: Option<i64>,
    /// Whether its down needs a step in Rust of the program that applied it.
    has_code: bool,
    /// Whether its down was stored.
    has_down: bool,
}

type Set = BTreeMap<i64, Kind>;
type Rows = BTreeMap<i64, Row>;

/// A step: direction, version, and whether the down is a stored one.
type ModelStep = (Direction, i64, bool);

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
    /// Any other error, which a planner never returns.
    Otherwise,
}

/// The refusal; `None` if there is a plan.
type Outcome = Option<Refused>;

/// Returns the expected steps, or the expected refusal.
fn model(
    set: &Set,
    rows: &Rows,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Vec<ModelStep>, Refused> {
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
                // Tolerated migrations stay as well.
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

/// Returns the versions that the target includes.
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

/// Returns whether the policy admits the database's unknown migrations, if any.
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

/// Returns whether no migration of the set was applied above this one.
fn is_newest(set: &Set, rows: &Rows, version: i64) -> bool {
    rows.keys().all(|other| !set.contains_key(other) || *other < version)
}

/// The applied versions, while steps are taken.
struct Way<'m> {
    set: &'m Set,
    rows: &'m Rows,
    now: BTreeSet<i64>,
    steps: Vec<ModelStep>,
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
            // The program has the steps in Rust of migrations that it knows, and no others.
            known if !row.has_down || (known.is_none() && row.has_code) => {
                return Err(Refused::Irreversible);
            }
            _ => true,
        };
        self.steps.push((Direction::Down, version, is_stored));
        Ok(())
    }
}
