//! Runs a set on SQLite while the program compiles: on empty tables, on populated ones, and every down.
//!
//! Each migration goes up, down, and up again on databases in memory: one whose tables are empty, which tells
//! what a script does and whether its down restores the schema; and one with all rows that the schema
//! allows. Where something fails or gets lost on these, a third one with clean rows tells whether that
//! is wrong, or rests on a fact that the schema does not hold.
//!
//! A step in Rust is not run: its program does not exist yet. What its migration does to rows is held
//! against the SQL only where no step could have had a hand in it.

mod contents;
mod empty;
mod fault;
mod intent;
mod lane;
mod listen;
mod memo;
mod populated;
mod record;
mod remedy;
mod replay;
pub(crate) mod sandbox;
mod stand_in;
mod steps;
mod told;
mod writes;

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;

use self::empty::{Empty, Told};
use self::fault::Halt;
use self::lane::Ground;
use self::memo::Outcome;
use self::populated::Populated;
use crate::checked::{Checked, CheckedMigration};
use crate::{Code, Diagnostic, Findings, Options, Rehearsal};

/// As much stack as a program's first thread has, and more: SQLite, not optimised, goes as deep as an expression is nested.
const STACK: usize = 16 << 20;
/// How much longer a rehearsal may take for each migration.
const EACH: Duration = Duration::from_millis(100);

/// Rehearses a valid set, or remembers what it came to.
pub(crate) fn rehearse(checked: &Checked, options: &Options, findings: &mut Findings) -> Rehearsal {
    let outcome = memo::recall(checked, options, |passed| run(checked, options, passed));
    findings.extend(outcome.found);
    for script in checked.set().iter().flat_map(CheckedMigration::scripts) {
        findings.keep(&script.file, &script.sql);
    }
    outcome.rehearsal
}

/// Rehearses the set, of which so many migrations have passed before: they are only taken up.
fn run(checked: &Checked, options: &Options, passed: usize) -> Outcome {
    let deadline = Instant::now().checked_add(limit(checked, options));
    let ground = Ground { set: checked.set(), options, passed, deadline };
    let mut outcome = Outcome::default();
    rusqlite::version().clone_into(&mut outcome.rehearsal.sqlite);
    if let Err(halt) = migrate(ground, &mut outcome) {
        outcome.found.push(halted(&halt, checked, options));
    }
    outcome
}

/// Takes the set over empty tables, and a step behind, on a thread of its own, over populated ones.
fn migrate(ground: Ground<'_>, outcome: &mut Outcome) -> Result<(), Halt> {
    let (teller, hearer) = mpsc::channel();
    let hearer = Mutex::new(hearer);
    let populated = || {
        let mut rows = Outcome::default();
        let hearer = hearer.lock().unwrap_or_else(PoisonError::into_inner);
        let followed = follow(ground, &hearer, &mut rows);
        (rows, followed)
    };
    let (went, (rows, followed)) = thread::scope(|scope| {
        let beside = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, populated);
        let went = lead(ground, &teller, outcome);
        drop(teller);
        let populated = match beside {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // Without a thread to be had, it is the same afterwards.
            Err(_) => populated(),
        };
        (went, populated)
    });
    outcome.add(rows);
    went.and(followed)
}

fn lead(
    ground: Ground<'_>,
    teller: &mpsc::Sender<Told>,
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let mut empty = Empty::new(ground)?;
    for at in 0..ground.set.len() {
        let mut told = empty.migrate(at, ground.is_judged(at), outcome)?;
        outcome.rehearsal.schemas.push(told.fingerprint);
        outcome.rehearsal.writes.push(std::mem::take(&mut told.writes));
        outcome.pass(at + 1);
        if !told.is_up {
            break;
        }
        // Who has come to an end before its time says why itself.
        let _ = teller.send(told);
    }
    Ok(())
}

fn follow(
    ground: Ground<'_>,
    hearer: &mpsc::Receiver<Told>,
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let mut populated = Populated::new(ground);
    for (at, told) in hearer.iter().enumerate() {
        populated.migrate(told, ground.options.populated && ground.is_judged(at), outcome)?;
        outcome.pass(at + 1);
    }
    Ok(())
}

/// How long the rehearsal may take: a large set is given more.
fn limit(checked: &Checked, options: &Options) -> Duration {
    let count = u32::try_from(checked.set().len()).unwrap_or(u32::MAX);
    options.time_limit.saturating_add(EACH.saturating_mul(count))
}

/// What kept the rehearsal from its end.
fn halted(halt: &Halt, checked: &Checked, options: &Options) -> Diagnostic {
    let seconds = limit(checked, options).as_secs_f64();
    let message = match halt.code() {
        Some(ErrorCode::OperationInterrupted) => {
            format!("the rehearsal did not end within {seconds} s")
        }
        Some(ErrorCode::DiskFull | ErrorCode::OutOfMemory) => {
            "the rehearsal needs more than 256 MiB of memory".to_owned()
        }
        _ => format!("the rehearsal could not go on: {halt}"),
    };
    let mut error = Diagnostic::error(Code::RehearsalHalted, message);
    error = match &halt.place {
        Some((file, range)) => error.on(file, range.clone(), "while it ran this statement"),
        None => error.at(checked.folder()),
    };
    error = error
        .note("a migration is rehearsed on tables with a handful of rows: what is slow or large there does not depend on them")
        .help("see that no recursive query runs on without an end, and that no statement makes rows by the million");
    if halt.code() == Some(ErrorCode::OperationInterrupted) {
        error = error.help("or give it more time: `embed_migrations!(.., time_limit = 60)`");
    }
    error.help("or leave the file out of the rehearsal, and say why at its head: `-- migratory: no-rehearsal: <reason>`")
}
