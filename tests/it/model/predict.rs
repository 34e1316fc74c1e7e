//! What a run should do to a database, in the simplest terms.

use migratory::{Direction, Grouping, Mode, NewerDatabase};

use super::program::{Program, Text};
use super::world::{Applied, Tables, World};

/// The request to a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Up,
    /// 0 is the empty database.
    To(i64),
    Down(usize),
    Redo,
}

/// The kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    NoSuchVersion,
    Changed,
    OutOfOrder,
    Broken,
    Irreversible,
    /// A statement fails.
    Fails,
    /// A down stored in the file is not trusted.
    Untrusted,
    Differs,
}

type Step = (Direction, i64, Text);

/// Applies a run to the world. What was committed before a statement fails in a later transaction stays.
pub(super) fn run(
    world: &mut World,
    program: &Program,
    goal: Goal,
    newer: NewerDatabase,
    grouping: Grouping,
) -> Result<(), Refusal> {
    let steps = plan(world, program, goal, newer)?;
    let mode = |(_, _, text): &Step| text.effect.mode();
    let is_together = |one: &Step, other: &Step| {
        mode(one) == mode(other) && mode(one) != Mode::NoTransaction && grouping == Grouping::PerRun
    };
    for segment in steps.chunk_by(is_together) {
        let mut next = World { has_history: true, ..world.clone() };
        for (direction, version, text) in segment {
            take(&mut next, program, *direction, *version, *text)?;
        }
        *world = next;
    }
    Ok(())
}

/// Returns whether the run needs a down that only the database has. The model doesn't know which of these are
/// trusted: they run, or nothing changes.
pub(super) fn needs_stored_down(
    world: &World,
    program: &Program,
    goal: Goal,
    newer: NewerDatabase,
) -> bool {
    plan(world, program, goal, newer).is_ok_and(|steps| {
        steps.iter().any(|(direction, version, text)| {
            let own = program.get(*version).is_some_and(|own| is_same(own, *text));
            *direction == Direction::Down && !own
        })
    })
}

fn take(
    world: &mut World,
    program: &Program,
    direction: Direction,
    version: i64,
    text: Text,
) -> Result<(), Refusal> {
    match direction {
        Direction::Up => {
            text.effect.apply(&mut world.tables).map_err(|_| Refusal::Fails)?;
            world.applied.push(applied(program, version, text));
        }
        Direction::Down => {
            text.effect.revert(&mut world.tables).map_err(|_| Refusal::Fails)?;
            world.applied.retain(|it| it.version != version);
        }
    }
    Ok(())
}

fn applied(program: &Program, version: i64, text: Text) -> Applied {
    Applied { version, text, chain: program.chain(version), checksum: program.checksum(version) }
}

fn plan(
    world: &World,
    program: &Program,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Vec<Step>, Refusal> {
    let is_known = |it: &&Applied| program.get(it.version).is_some();
    let tolerated = admit(world, program, goal, newer)?;
    let all: Vec<&Applied> = world.applied.iter().filter(|it| is_known(it) || !tolerated).collect();
    let newest = all.iter().rev();
    match goal {
        Goal::Up => to(world, program, &all, program.latest()),
        Goal::To(version) if version != 0 && program.get(version).is_none() => {
            Err(Refusal::NoSuchVersion)
        }
        Goal::To(version) => to(world, program, &all, version),
        Goal::Down(count) => newest.take(count).map(|it| back(program, it)).collect(),
        Goal::Redo => {
            let Some(newest) = all.last() else { return Ok(Vec::new()) };
            let back = back(program, newest)?;
            let text = program.get(newest.version).ok_or(Refusal::NoSuchVersion)?;
            Ok(vec![back, (Direction::Up, newest.version, text)])
        }
    }
}

/// Returns whether the program may work with a database that has unknown migrations, and whether these stay.
fn admit(
    world: &World,
    program: &Program,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<bool, Refusal> {
    let is_known = |it: &&Applied| program.get(it.version).is_some();
    let (known, unknown): (Vec<_>, Vec<_>) = world.applied.iter().partition(is_known);
    let Some(oldest) = unknown.first() else { return Ok(false) };
    let are_newer = known.iter().all(|it| it.version < oldest.version);
    let suit = |it: &&Applied| it.text.compatible_with.is_some_and(|with| with <= program.latest());
    let has_all = known.len() == program.texts.len();
    match newer {
        NewerDatabase::RollBack if are_newer => Ok(false),
        NewerDatabase::Tolerate
            if are_newer && goal == Goal::Up && has_all && unknown.iter().all(suit) =>
        {
            Ok(true)
        }
        _ => Err(Refusal::Unknown),
    }
}

fn to(
    world: &World,
    program: &Program,
    all: &[&Applied],
    target: i64,
) -> Result<Vec<Step>, Refusal> {
    let stays = |it: &&&Applied| it.version <= target && program.get(it.version).is_some();
    let (stay, leave): (Vec<&Applied>, Vec<&Applied>) = all.iter().partition(stays);
    if stay.iter().any(|it| program.get(it.version).is_some_and(|text| !is_same(text, it.text))) {
        return Err(Refusal::Changed);
    }
    let is_applied = |version: i64| world.applied.iter().any(|it| it.version == version);
    let wanted = program.texts.iter().filter(|(version, _)| *version <= target);
    let pending: Vec<_> = wanted.filter(|(version, _)| !is_applied(*version)).collect();
    let newest = stay.last().map_or(0, |it| it.version);
    if pending.iter().any(|(version, _)| *version < newest) {
        return Err(Refusal::OutOfOrder);
    }
    if stay.iter().any(|it| it.chain != program.chain(it.version)) {
        return Err(Refusal::Broken);
    }
    let back = leave.iter().rev().map(|it| back(program, it));
    back.chain(pending.into_iter().map(|(version, text)| Ok((Direction::Up, *version, *text))))
        .collect()
}

/// Reverts with the program's own down if its script is the one that was applied, otherwise with the stored down.
fn back(program: &Program, applied: &Applied) -> Result<Step, Refusal> {
    let own = program.get(applied.version).filter(|text| is_same(*text, applied.text));
    let text = own.unwrap_or(applied.text);
    if text.is_reversible {
        Ok((Direction::Down, applied.version, text))
    } else {
        Err(Refusal::Irreversible)
    }
}

/// Directives are comments, so they don't count.
fn is_same(one: Text, other: Text) -> bool {
    one.effect == other.effect
}

/// Records all migrations up to a version, if the tables are those that they create.
pub(super) fn baseline(world: &mut World, program: &Program, version: i64) -> Result<(), Refusal> {
    if program.get(version).is_none() {
        return Err(Refusal::NoSuchVersion);
    }
    if !world.applied.is_empty() || world.tables.is_empty() {
        return Ok(());
    }
    same_tables(world, program, version)?;
    world.has_history = true;
    let upto = program.texts.iter().filter(|(it, _)| *it <= version);
    world.applied = upto.map(|(version, text)| applied(program, *version, *text)).collect();
    Ok(())
}

/// Checks that the tables, whatever their content, are those that the program's migrations create up to a version.
fn same_tables(world: &World, program: &Program, version: i64) -> Result<(), Refusal> {
    let mut made = Tables::new();
    for (_, text) in program.texts.iter().filter(|(it, _)| *it <= version) {
        text.effect.apply(&mut made).map_err(|_| Refusal::Fails)?;
    }
    let shapes = |tables: &Tables| -> Vec<(String, bool)> {
        tables.iter().map(|(name, table)| (name.clone(), table.is_not_null)).collect()
    };
    if shapes(&made) == shapes(&world.tables) { Ok(()) } else { Err(Refusal::Differs) }
}

/// Records the program's script as the applied one, if the tables are those that its migrations create.
pub(super) fn edited(world: &mut World, program: &Program, version: i64) -> Result<(), Refusal> {
    if !world.has_history {
        return Ok(());
    }
    let text = program.get(version).ok_or(Refusal::NoSuchVersion)?;
    let Some(at) = world.applied.iter().position(|it| it.version == version) else { return Ok(()) };
    if world.applied.iter().any(|it| program.get(it.version).is_none()) {
        return Err(Refusal::Unknown);
    }
    same_tables(world, program, world.applied.last().map_or(0, |it| it.version))?;
    world.applied[at] = applied(program, version, text);
    for later in &mut world.applied[at + 1..] {
        match program.get(later.version) {
            Some(text) if is_same(text, later.text) => {
                *later = applied(program, later.version, text);
            }
            _ => {}
        }
    }
    Ok(())
}
