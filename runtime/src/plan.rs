//! Which steps lead from what a database has to what is wanted. Pure: it reads values, and runs nothing.

use std::fmt;

use crate::history::{Entry, History};
use crate::kind::ErrorKind;
use crate::newer::{self, NewerDatabase};
use crate::table::{Align, Table};
use crate::{Down, Migration, MigrationSet, Mode, Version};

/// Where [`Runner::to`](crate::Runner::to) shall bring a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// To the newest migration of the set.
    Latest,
    /// To before the first one.
    Empty,
    /// To exactly this one.
    Version(Version),
}

impl From<Version> for Target {
    fn from(version: Version) -> Self {
        Self::Version(version)
    }
}

/// Whether a migration is applied or reverted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is reverted.
    Down,
}

/// The steps to a target, in the order in which they would be taken.
///
/// Prints as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<Step>,
}

/// A migration to apply or to revert.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Whether it is applied or reverted.
    pub direction: Direction,
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// The file that will run; the history's table where the down stored there will.
    pub file: String,
    /// How the script stands to the runner's transaction.
    pub mode: Mode,
    /// Whether a step in Rust belongs to it.
    pub has_code: bool,
    /// Whether the script is the down stored in the history, since the migration changed after it was
    /// applied, or is not known to this program.
    pub is_stored: bool,
    /// Of a `no-transaction` script that another run began, the byte at which this one continues it.
    pub resume_at: Option<usize>,
}

/// What a run is for. Unlike a target, some of these mean another thing once a part of them is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    To(Target),
    /// Revert so many.
    Down(usize),
    /// Revert the newest and apply it again.
    Redo,
    /// The second half of `Redo`, where the two did not fit into one transaction.
    Again(Version),
}

impl Goal {
    /// What is left of the goal after these steps.
    pub(crate) fn after(self, steps: &[Step]) -> Self {
        let reverted = steps.iter().filter(|step| step.direction == Direction::Down).count();
        match (self, steps.last()) {
            (Self::Down(count), _) => Self::Down(count.saturating_sub(reverted)),
            // That was not its second half: what was being applied has been finished first.
            (Self::Redo, Some(step)) if reverted == 0 && step.resume_at.is_some() => self,
            (Self::Redo, Some(step)) if step.direction == Direction::Down => {
                Self::Again(step.version)
            }
            (Self::Redo | Self::Again(_), Some(_)) => Self::Down(0),
            (goal, _) => goal,
        }
    }
}

impl Plan {
    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The first steps, as many as go into one transaction.
    pub(crate) fn segment(&self, transaction: Transaction) -> &[Step] {
        let Some(first) = self.steps.first() else {
            return &[];
        };
        let alone = first.mode == Mode::NoTransaction || transaction == Transaction::PerMigration;
        let length = if alone {
            1
        } else {
            self.steps.iter().take_while(|step| step.mode == first.mode).count()
        };
        &self.steps[..length]
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing to do");
        }
        let mut table = Table::new([Align::Left, Align::Right, Align::Left, Align::Left]);
        for step in &self.steps {
            let verb = match step.direction {
                Direction::Up => "apply",
                Direction::Down => "revert",
            };
            let note = match step.mode {
                _ if step.is_stored && step.resume_at.is_none() => {
                    "by the down stored in the database"
                }
                Mode::Transaction => "",
                Mode::ForeignKeysOff => "foreign keys off, checked before it commits",
                Mode::NoTransaction if step.resume_at.is_some() => {
                    "outside of a transaction, continued where it stopped"
                }
                Mode::NoTransaction => "outside of a transaction",
            };
            table.row([
                verb.to_owned(),
                step.version.to_string(),
                step.name.clone(),
                note.to_owned(),
            ]);
        }
        table.fmt(f)
    }
}

/// How much goes into one transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transaction {
    /// All that is pending: a run brings the database to its target or leaves it as it was.
    #[default]
    PerRun,
    /// Each migration: a run that fails keeps those that were applied before.
    PerMigration,
}

/// The steps from `history` to `goal`, or why there is no way. A script that is half-way is finished first.
pub(crate) fn plan(
    set: &MigrationSet<'_>,
    history: &History,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Plan, ErrorKind> {
    let Some(first) = resume::step(set, history)? else {
        return from_whole(set, history, goal, newer);
    };
    let first = vec![first];
    let rest = from_whole(set, &resume::after(set, history, &first[0]), goal.after(&first), newer)?;
    Ok(Plan { steps: first.into_iter().chain(rest.steps).collect() })
}

/// The steps from a history in which nothing is half-way.
fn from_whole(
    set: &MigrationSet<'_>,
    history: &History,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Plan, ErrorKind> {
    let applied = newer::admitted(set, history, goal, newer)?;
    let steps = match goal {
        Goal::To(target) => to(set, history, &applied, target)?,
        Goal::Down(count) => {
            let newest = applied.iter().rev().take(count);
            newest.map(|entry| revert(set, entry)).collect::<Result<_, _>>()?
        }
        Goal::Redo => match applied.last() {
            Some(entry) => vec![revert(set, entry)?, again(set, entry.version)?],
            None => Vec::new(),
        },
        // Another process may have applied it meanwhile.
        Goal::Again(version) if history.get(version).is_some() => Vec::new(),
        Goal::Again(version) => vec![again(set, version)?],
    };
    Ok(Plan { steps })
}

fn latest(set: &MigrationSet<'_>) -> Option<Version> {
    set.latest().map(Migration::version)
}

/// Down from the newest, then up from the oldest, until exactly the migrations up to the target are applied.
fn to(
    set: &MigrationSet<'_>,
    history: &History,
    applied: &[&Entry],
    target: Target,
) -> Result<Vec<Step>, ErrorKind> {
    let target = match target {
        Target::Latest => latest(set),
        Target::Empty => None,
        Target::Version(version) if set.get(version).is_none() => {
            return Err(ErrorKind::NoSuchVersion { version, latest: latest(set) });
        }
        Target::Version(version) => Some(version),
    };
    let stays = |entry: &&&Entry| Some(entry.version) <= target && set.get(entry.version).is_some();
    let (stay, leave): (Vec<&Entry>, Vec<&Entry>) = applied.iter().partition(stays);
    unchanged(set, &stay)?;
    let pending: Vec<_> = set
        .migrations()
        .iter()
        .filter(|migration| Some(migration.version()) <= target)
        .filter(|migration| history.get(migration.version()).is_none())
        .collect();
    in_order(set, &stay, &pending)?;
    chained(set, &stay)?;
    let reverts = leave.into_iter().rev().map(|entry| revert(set, entry));
    reverts.chain(pending.into_iter().map(|migration| Ok(apply(migration)))).collect()
}

fn unchanged(set: &MigrationSet<'_>, stay: &[&Entry]) -> Result<(), ErrorKind> {
    let changed = stay.iter().filter_map(|entry| {
        let migration = set.get(entry.version)?;
        (migration.checksum() != entry.checksum).then(|| migration.up().file().to_owned())
    });
    let files: Vec<_> = changed.collect();
    if files.is_empty() { Ok(()) } else { Err(ErrorKind::Changed { files }) }
}

fn in_order(
    set: &MigrationSet<'_>,
    stay: &[&Entry],
    pending: &[&Migration<'_>],
) -> Result<(), ErrorKind> {
    let Some(newest) = stay.last().and_then(|entry| set.get(entry.version)) else {
        return Ok(());
    };
    let below = pending.iter().filter(|migration| migration.version() < newest.version());
    let pending: Vec<_> = below.map(|migration| migration.up().file().to_owned()).collect();
    if pending.is_empty() {
        Ok(())
    } else {
        Err(ErrorKind::OutOfOrder { pending, applied: newest.up().file().to_owned() })
    }
}

/// With equal versions and checksums, a chain can differ only if somebody wrote into the history.
fn chained(set: &MigrationSet<'_>, stay: &[&Entry]) -> Result<(), ErrorKind> {
    let mut pairs = stay.iter().zip(set.migrations());
    match pairs.find(|(entry, migration)| entry.chain != migration.chain()) {
        None => Ok(()),
        Some((entry, _)) => Err(ErrorKind::BrokenHistory {
            version: entry.version,
            what: "its `chain` does not follow from the rows before".to_owned(),
        }),
    }
}

fn again(set: &MigrationSet<'_>, version: Version) -> Result<Step, ErrorKind> {
    let no_such = ErrorKind::NoSuchVersion { version, latest: latest(set) };
    set.get(version).map(apply).ok_or(no_such)
}

fn apply(migration: &Migration<'_>) -> Step {
    Step {
        direction: Direction::Up,
        version: migration.version(),
        name: migration.name().to_owned(),
        file: migration.up().file().to_owned(),
        mode: migration.up().mode(),
        has_code: migration.up().has_code(),
        is_stored: false,
        resume_at: None,
    }
}

/// The embedded down undoes the embedded up. What was applied from another text is undone by the down
/// that came with that text.
fn revert(set: &MigrationSet<'_>, entry: &Entry) -> Result<Step, ErrorKind> {
    let irreversible = |reason: Option<&str>| ErrorKind::Irreversible {
        version: entry.version,
        name: entry.name.clone(),
        reason: reason.map(str::to_owned),
    };
    let step = |file: &str, mode, has_code, is_stored| Step {
        direction: Direction::Down,
        version: entry.version,
        name: entry.name.clone(),
        file: file.to_owned(),
        mode,
        has_code,
        is_stored,
        resume_at: None,
    };
    let known = set.get(entry.version);
    let same = known.filter(|migration| migration.checksum() == entry.checksum);
    match same.map(Migration::down) {
        Some(Down::Script(script)) => {
            Ok(step(script.file(), script.mode(), script.has_code(), false))
        }
        Some(Down::Irreversible(reason)) => Err(irreversible(Some(reason))),
        Some(Down::UpOnly) => Err(irreversible(None)),
        None if known.is_none() && entry.down_code => {
            Err(irreversible(Some("its way back needs code of the program that applied it")))
        }
        None => {
            let sql = entry.down.as_deref().ok_or_else(|| irreversible(None))?;
            let file = format!("the down of {} stored in {}", entry.version, crate::history::TABLE);
            Ok(step(&file, Mode::of_script(sql), entry.down_code, true))
        }
    }
}

mod resume;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
