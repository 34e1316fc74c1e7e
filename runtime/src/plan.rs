//! The planner: finds the steps from a history to a goal. It is pure and runs nothing.

use migratory_core::{
    Direction, Down, Goal, Migration, MigrationSet, Mode, Plan, Script, Step, Target, Version,
};

use crate::error::kind::ErrorKind;
use crate::error::remains::Unresumable;
use crate::error::{Error, Result};
use crate::history::read::{Entry, History, Underway};
use crate::history::table::TABLE;
use crate::plan::newer::NewerDatabase;

/// The ways to plan that a run needs. A program links only those of its runs.
#[derive(Clone, Copy)]
pub(crate) struct Planner {
    /// Plans from a history without a half-way script.
    whole: fn(&MigrationSet<'_>, &History, Goal, NewerDatabase) -> Result<Vec<Step>>,
    /// Plans the continuation of a half-way script: returns its step, and the history after it.
    resume: Option<Resume>,
}

type Resume = fn(&MigrationSet<'_>, &History, &Entry, &Underway) -> Result<(Step, History)>;

impl Planner {
    /// Plans runs to the newest version that revert nothing, and continue no half-way script.
    pub(crate) const UP: Self = Self { whole: up, resume: None };
    /// Plans all runs.
    pub(crate) const ANY: Self = Self { whole: any, resume: Some(resume::resume) };

    /// Continues half-way scripts too.
    pub(crate) const fn resuming(self) -> Self {
        Self { resume: Some(resume::resume), ..self }
    }

    /// Returns the steps from `history` to `goal`, or an error if there are none. A half-way script
    /// is finished first.
    pub(crate) fn plan(
        self,
        set: &MigrationSet<'_>,
        history: &History,
        goal: Goal,
        newer: NewerDatabase,
    ) -> Result<Plan> {
        let Some((entry, underway)) = history.underway() else {
            return (self.whole)(set, history, goal, newer).map(Plan::new);
        };
        let other_script = || underway.dirty(entry, Unresumable::OtherScript);
        let resume = self.resume.ok_or_else(other_script)?;
        let (first, after) = resume(set, history, entry, underway)?;
        let mut steps = vec![first];
        steps.extend((self.whole)(set, &after, goal.after(&steps), newer)?);
        Ok(Plan::new(steps))
    }
}

/// Plans a run to the newest version, in which all admitted migrations stay.
fn up(
    set: &MigrationSet<'_>,
    history: &History,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Vec<Step>> {
    let applied = admitted::admitted(set, history, goal, newer)?;
    pending(set, history, &applied, latest(set))
}

/// Plans a run to any goal.
fn any(
    set: &MigrationSet<'_>,
    history: &History,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Vec<Step>> {
    let applied = admitted::admitted(set, history, goal, newer)?;
    match goal {
        Goal::To(target) => to(set, history, &applied, target),
        Goal::Down(count) => {
            let mut steps = Vec::new();
            for entry in applied.iter().rev().take(count) {
                steps.push(revert(set, entry)?);
            }
            Ok(steps)
        }
        Goal::Redo => match applied.last() {
            Some(entry) => Ok(vec![revert(set, entry)?, again(set, entry.version)?]),
            None => Ok(Vec::new()),
        },
        // Another process may have applied it in the meantime.
        Goal::Again(version) if history.get(version).is_some() => Ok(Vec::new()),
        Goal::Again(version) => Ok(vec![again(set, version)?]),
    }
}

fn latest(set: &MigrationSet<'_>) -> Option<Version> {
    set.latest().map(Migration::version)
}

/// Reverts from the newest and then applies from the oldest, until exactly the migrations up to the
/// target are applied.
fn to(
    set: &MigrationSet<'_>,
    history: &History,
    applied: &[&Entry],
    target: Target,
) -> Result<Vec<Step>> {
    let target = match target {
        Target::Latest => latest(set),
        Target::Empty => None,
        Target::Version(version) if set.get(version).is_none() => {
            return Err(ErrorKind::NoSuchVersion { version, latest: latest(set) }.into());
        }
        Target::Version(version) => Some(version),
    };
    let (mut stay, mut leave) = (Vec::new(), Vec::new());
    for &entry in applied {
        let stays = Some(entry.version) <= target && set.get(entry.version).is_some();
        if stays { &mut stay } else { &mut leave }.push(entry);
    }
    let pending = pending(set, history, &stay, target)?;
    let mut steps = Vec::with_capacity(leave.len() + pending.len());
    for entry in leave.into_iter().rev() {
        steps.push(revert(set, entry)?);
    }
    steps.extend(pending);
    Ok(steps)
}

/// Returns the steps that apply what is missing up to the target, if it fits what stays applied.
fn pending(
    set: &MigrationSet<'_>,
    history: &History,
    stay: &[&Entry],
    target: Option<Version>,
) -> Result<Vec<Step>> {
    unchanged(set, stay)?;
    let mut pending = Vec::new();
    for migration in set.migrations() {
        let version = migration.version();
        if Some(version) <= target && history.get(version).is_none() {
            pending.push(migration);
        }
    }
    in_order(set, stay, &pending)?;
    chained(set, stay)?;
    Ok(pending.into_iter().map(apply).collect())
}

fn unchanged(set: &MigrationSet<'_>, stay: &[&Entry]) -> Result<()> {
    let mut files = Vec::new();
    for entry in stay {
        let known = set.get(entry.version);
        if let Some(changed) = known.filter(|known| known.checksum() != entry.checksum) {
            files.push(changed.up().file().to_owned());
        }
    }
    if files.is_empty() { Ok(()) } else { Err(ErrorKind::Changed { files }.into()) }
}

fn in_order(set: &MigrationSet<'_>, stay: &[&Entry], pending: &[&Migration<'_>]) -> Result<()> {
    let Some(newest) = stay.last().and_then(|entry| set.get(entry.version)) else {
        return Ok(());
    };
    let mut below = Vec::new();
    for migration in pending.iter().filter(|it| it.version() < newest.version()) {
        below.push(migration.up().file().to_owned());
    }
    if below.is_empty() {
        return Ok(());
    }
    let applied = newest.up().file().to_owned();
    Err(ErrorKind::OutOfOrder { pending: below, applied }.into())
}

/// If versions and checksums are equal, a chain can differ only if somebody edited the history.
fn chained(set: &MigrationSet<'_>, stay: &[&Entry]) -> Result<()> {
    let mut pairs = stay.iter().zip(set.migrations());
    match pairs.find(|(entry, migration)| entry.chain != migration.chain()) {
        None => Ok(()),
        Some((entry, _)) => Err(ErrorKind::BrokenHistory {
            version: entry.version,
            what: "its `chain` does not follow from the rows before".to_owned(),
        }
        .into()),
    }
}

fn again(set: &MigrationSet<'_>, version: Version) -> Result<Step> {
    match set.get(version) {
        Some(migration) => Ok(apply(migration)),
        None => Err(ErrorKind::NoSuchVersion { version, latest: latest(set) }.into()),
    }
}

fn apply(migration: &Migration<'_>) -> Step {
    Step::new(Direction::Up, migration.version(), migration.name(), migration.up())
}

/// Returns the step that reverts a migration. The embedded down undoes the embedded up; a migration
/// applied from another text is reverted with the down stored along with that text.
fn revert(set: &MigrationSet<'_>, entry: &Entry) -> Result<Step> {
    let irreversible = |reason: Option<&str>| {
        Error::from(ErrorKind::Irreversible {
            version: entry.version,
            name: entry.name.clone(),
            reason: reason.map(str::to_owned),
        })
    };
    let step = |script: &_| Step::new(Direction::Down, entry.version, &entry.name, script);
    let known = set.get(entry.version);
    let same = known.filter(|migration| migration.checksum() == entry.checksum);
    match same.map(Migration::down) {
        Some(Down::Script(script)) => Ok(step(script)),
        Some(Down::Irreversible(reason)) => Err(irreversible(Some(reason))),
        Some(Down::UpOnly) => Err(irreversible(None)),
        None if known.is_none() && entry.down_code => {
            Err(irreversible(Some("its way back needs code of the program that applied it")))
        }
        None => {
            let sql = entry.down.as_deref().ok_or_else(|| irreversible(None))?;
            let file = format!("the down of {} stored in {TABLE}", entry.version);
            let script = Script::new(&file, sql, Mode::of_script(sql));
            let mut step = step(&script);
            (step.is_stored, step.has_code) = (true, entry.down_code);
            Ok(step)
        }
    }
}

mod admitted;
pub(crate) mod newer;
mod resume;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
