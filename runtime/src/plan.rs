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

/// Plans the continuation of a half-way script: returns its step, and the history after it.
pub(crate) type Resume =
    fn(&MigrationSet<'_>, &History, &Entry, &Underway) -> Result<(Step, History)>;

/// Returns the steps from `history` to `goal`, or an error if there are none. A half-way script is
/// finished first, with `resume`; without it, such a script is an error.
pub(crate) fn plan(
    set: &MigrationSet<'_>,
    history: &History,
    goal: Goal,
    newer: NewerDatabase,
    resume: Option<Resume>,
) -> Result<Plan> {
    let Some((entry, underway)) = history.underway() else {
        return from_whole(set, history, goal, newer).map(Plan::new);
    };
    let resume = resume.ok_or_else(|| underway.dirty(entry, Unresumable::OtherScript))?;
    let (first, after) = resume(set, history, entry, underway)?;
    let mut steps = vec![first];
    steps.extend(from_whole(set, &after, goal.after(&steps), newer)?);
    Ok(Plan::new(steps))
}

/// Plans from a history without a half-way script.
fn from_whole(
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
    unchanged(set, &stay)?;
    let mut pending = Vec::new();
    for migration in set.migrations() {
        let version = migration.version();
        if Some(version) <= target && history.get(version).is_none() {
            pending.push(migration);
        }
    }
    in_order(set, &stay, &pending)?;
    chained(set, &stay)?;
    let mut steps = Vec::with_capacity(leave.len() + pending.len());
    for entry in leave.into_iter().rev() {
        steps.push(revert(set, entry)?);
    }
    steps.extend(pending.into_iter().map(apply));
    Ok(steps)
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
pub(crate) mod resume;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
