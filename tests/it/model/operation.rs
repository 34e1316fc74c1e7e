//! The operations on a database: chosen at random, and applied to the file and the model.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use migratory::{
    Backup, Error, ErrorKind, Event, Grouping, NewerDatabase, Repair, Runner, Target, Version,
};
use migratory_faulty::Random;

use super::file::File;
use super::predict::{self, Goal, Refusal};
use super::program::Program;
use super::world::{Table, World};

/// An operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Run {
        program: usize,
        goal: Goal,
        newer: NewerDatabase,
        grouping: Grouping,
    },
    /// A run that is cancelled or panics at the event of this number, and then an undisturbed one.
    Interrupted {
        program: usize,
        goal: Goal,
        at: usize,
        panics: bool,
    },
    Baseline {
        program: usize,
        version: i64,
    },
    Edited {
        program: usize,
        version: i64,
    },
    /// A repair of a migration that is not half-way, which is refused.
    Settled {
        program: usize,
        version: i64,
    },
    /// Foreign DDL: creates or drops a table.
    Create(&'static str),
    Drop(&'static str),
    /// The history is deleted.
    Forget,
    Vacuum,
    UserVersion(i32),
    Journal(&'static str),
    Reopen,
    Backup,
    Restore,
    /// The file is copied and the copy used from then on; or the other file is used again.
    Copy,
    Switch,
}

impl Operation {
    pub(super) fn random(random: &mut Random, programs: &[Program]) -> Self {
        let program = random.below(programs.len());
        let version = small(random.below(8));
        match random.below(30) {
            0..13 => Self::Run {
                program,
                goal: goal(random),
                newer: newer(random),
                grouping: if random.once_in(3) { Grouping::PerMigration } else { Grouping::PerRun },
            },
            13..16 => Self::Interrupted {
                program,
                goal: [Goal::Up, Goal::To(version)][random.below(2)],
                at: random.below(30),
                panics: random.once_in(2),
            },
            16 => Self::Baseline { program, version },
            17 => Self::Edited { program, version },
            18 => Self::Settled { program, version },
            19 => Self::Create(["a", "b", "c", "theirs"][random.below(4)]),
            20 => Self::Drop(["a", "b", "theirs", "theirs"][random.below(4)]),
            21 if random.once_in(2) => Self::Forget,
            22 => Self::Vacuum,
            23 => Self::UserVersion([0, 0, 1, 77][random.below(4)]),
            24 => Self::Journal(["DELETE", "WAL"][random.below(2)]),
            25 | 26 => Self::Backup,
            27 => Self::Restore,
            28 => Self::Copy,
            29 => Self::Switch,
            _ => Self::Reopen,
        }
    }

    /// Applies the operation to the file, and determines the expected world.
    pub(super) fn run(self, file: &mut File, programs: &[Program]) {
        match self {
            Self::Run { program, goal, newer, grouping } => {
                let program = &programs[program];
                let runner = Runner::new(program.set).newer_database(newer).grouping(grouping);
                let outcome = start(&runner, file, goal);
                let mut world = file.world.clone();
                let outcome = refusal(outcome);
                if is_untrusted(file, program, goal, newer, outcome) {
                    return;
                }
                let expected = predict::run(&mut world, program, goal, newer, grouping);
                file.compare(world, outcome, expected);
            }
            Self::Interrupted { program, goal, at, panics } => {
                interrupted(file, &programs[program], goal, at, panics);
            }
            Self::Baseline { program, version } => {
                let program = &programs[program];
                let runner = Runner::new(program.set);
                let outcome = runner.baseline(&mut file.conn, Version::new(version));
                let mut world = file.world.clone();
                let expected = predict::baseline(&mut world, program, version);
                file.compare(world, refusal(outcome), expected);
            }
            Self::Edited { program, version } => {
                let program = &programs[program];
                let runner = Runner::new(program.set);
                let outcome = runner.repair(&mut file.conn, Repair::Edited(Version::new(version)));
                let mut world = file.world.clone();
                let expected = predict::edited(&mut world, program, version);
                file.compare(world, refusal(outcome), expected);
            }
            Self::Settled { program, version } => {
                let runner = Runner::new(programs[program].set);
                for decision in [Repair::Done, Repair::Undone] {
                    let outcome = runner.repair(&mut file.conn, decision(Version::new(version)));
                    file.compare(file.world.clone(), refusal(outcome), Ok(()));
                }
            }
            _ => self.happen(file),
        }
    }

    /// Applies what other programs and people do.
    fn happen(self, file: &mut File) {
        match self {
            Self::Create(table) if !file.world.tables.contains_key(table) => {
                file.execute(&format!("CREATE TABLE {table} (n INTEGER)"));
                file.world.tables.insert(table.to_owned(), Table::default());
            }
            Self::Drop(table) if file.world.tables.contains_key(table) => {
                file.execute(&format!("DROP TABLE {table}"));
                file.world.tables.remove(table);
            }
            Self::Forget if file.world.has_history => {
                file.execute("DROP TABLE migratory_history; PRAGMA user_version = 0");
                let tables = file.world.tables.clone();
                file.world = World { tables, ..World::default() };
            }
            Self::Vacuum => file.execute("VACUUM"),
            Self::UserVersion(number) => {
                file.execute(&format!("PRAGMA user_version = {number}"));
                file.world.user_version = number;
            }
            Self::Journal(journal) => file.execute(&format!("PRAGMA journal_mode = {journal}")),
            Self::Backup if !file.world.applied.is_empty() => {
                let path = Backup::to(file.backup_path()).take(&mut file.conn);
                file.backup = Some((path.expect("a backup"), file.world.clone()));
            }
            Self::Restore => {
                if let Some((path, world)) = file.backup.clone() {
                    Backup::restore(path, &mut file.conn).expect("a backup that can be restored");
                    file.world = world;
                }
            }
            Self::Copy => file.copy(),
            Self::Switch => file.switch(),
            Self::Reopen => file.reopen(),
            _ => return,
        }
        file.check();
    }
}

fn small(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}

fn goal(random: &mut Random) -> Goal {
    match random.below(8) {
        0..4 => Goal::Up,
        4 | 5 => Goal::To(small(random.below(8))),
        6 => Goal::Down(random.below(4)),
        _ => Goal::Redo,
    }
}

fn newer(random: &mut Random) -> NewerDatabase {
    match random.below(5) {
        0..3 => NewerDatabase::Refuse,
        3 => NewerDatabase::RollBack,
        _ => NewerDatabase::Tolerate,
    }
}

fn start(runner: &Runner<'_>, file: &mut File, goal: Goal) -> migratory::Result<migratory::Report> {
    match goal {
        Goal::Up => runner.up(&mut file.conn),
        Goal::To(0) => runner.to(&mut file.conn, Target::Empty),
        Goal::To(version) => runner.to(&mut file.conn, Version::new(version)),
        Goal::Down(count) => runner.down(&mut file.conn, count),
        Goal::Redo => runner.redo(&mut file.conn),
    }
}

/// Runs until the run is stopped, wherever that is, and then once more, which completes what the first run was to
/// do.
fn interrupted(file: &mut File, program: &Program, goal: Goal, at: usize, panics: bool) {
    let seen = AtomicUsize::new(0);
    let runner = Runner::new(program.set);
    let stopped = runner.clone().observer(|_: &Event<'_>| {
        if seen.fetch_add(1, Ordering::Relaxed) < at {
            return ControlFlow::Continue(());
        }
        if panics {
            resume_unwind(Box::new("stopped"));
        }
        ControlFlow::Break(())
    });
    let _ = catch_unwind(AssertUnwindSafe(|| start(&stopped, file, goal)));
    let outcome = start(&runner, file, goal);
    let mut world = file.world.clone();
    let (newer, grouping) = (NewerDatabase::Refuse, Grouping::PerRun);
    let outcome = refusal(outcome);
    if is_untrusted(file, program, goal, newer, outcome) {
        return;
    }
    let expected = predict::run(&mut world, program, goal, newer, grouping);
    file.compare(world, outcome, expected);
}

/// Returns whether the run was refused because it needs a down that is stored in the file; then nothing is changed.
fn is_untrusted(
    file: &mut File,
    program: &Program,
    goal: Goal,
    newer: NewerDatabase,
    outcome: Result<(), Refusal>,
) -> bool {
    let is_untrusted = outcome == Err(Refusal::Untrusted);
    if is_untrusted {
        assert!(predict::needs_stored_down(&file.world, program, goal, newer));
        file.compare(file.world.clone(), outcome, outcome);
    }
    is_untrusted
}

fn refusal<T>(outcome: Result<T, Error>) -> Result<(), Refusal> {
    let Err(error) = outcome else { return Ok(()) };
    Err(match error.kind() {
        ErrorKind::Unknown { .. } => Refusal::Unknown,
        ErrorKind::NoSuchVersion { .. } => Refusal::NoSuchVersion,
        ErrorKind::Changed { .. } => Refusal::Changed,
        ErrorKind::OutOfOrder { .. } => Refusal::OutOfOrder,
        ErrorKind::BrokenHistory { .. } => Refusal::Broken,
        ErrorKind::Irreversible { .. } => Refusal::Irreversible,
        ErrorKind::Statement(_) => Refusal::Fails,
        ErrorKind::StoredDown { .. } => Refusal::Untrusted,
        ErrorKind::Differs { .. } | ErrorKind::NotAsEdited { .. } => Refusal::Differs,
        _ => panic!("an error that no model expects: {error}"),
    })
}
