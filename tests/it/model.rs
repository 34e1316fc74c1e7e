//! Random sequences of operations on a database, in real files. Each operation has the result that a naive model
//! expects, or fails with the expected kind of error and leaves the database as it was.
//!
//! The model has no hashes, stamps, locks or plans: a database is a list of migrations with the scripts that they
//! were applied from, and tables of numbers. `just model 100000` runs that many sequences. A failure prints its seed
//! and the sequence, and `MIGRATORY_TEST_SEED=<seed>` runs that one alone.

mod file;
mod operation;
mod predict;
mod program;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use migratory_faulty::Random;

use file::File;
use operation::Operation;
use program::Program;

/// The number of sequences of all tests together, unless the environment sets another.
const SEQUENCES: u64 = 1000;
const OPERATIONS: usize = 12;
/// Outcomes that must occur among them; a model in which everything is refused would prove little.
const OUTCOMES: [&str; 10] = [
    "Ok(()), changed",
    "Ok(())",
    "Err(Unknown)",
    "Err(NoSuchVersion)",
    "Err(Changed)",
    "Err(OutOfOrder)",
    "Err(Irreversible)",
    "Err(Fails)",
    "Err(Fails), changed",
    "Err(Differs)",
];
const JOURNALS: [&str; 2] = ["DELETE", "WAL"];

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// Runs the sequence of this seed. Even seeds begin with a rollback journal, odd ones with WAL.
#[allow(clippy::print_stderr, reason = "a failure is repeated by its seed")]
fn sequence(seed: u64, programs: &[Program]) -> BTreeMap<String, usize> {
    let mut random = Random::new(seed);
    let mut file = File::new(JOURNALS[usize::from(seed % 2 == 1)]);
    let mut done = Vec::new();
    for _ in 0..OPERATIONS {
        let operation = Operation::random(&mut random, programs);
        done.push(operation);
        let before = file.world.clone();
        let run = catch_unwind(AssertUnwindSafe(|| operation.run(&mut file, programs)));
        if let Err(panic) = run {
            eprintln!("MIGRATORY_TEST_SEED={seed}");
            for operation in &done {
                eprintln!("  {operation:?}");
            }
            let names: Vec<_> = programs.iter().map(|program| program.name).collect();
            eprintln!("programs: {names:?}\nbefore the last: {before:?}");
            resume_unwind(panic);
        }
    }
    file.outcomes
}

/// Runs every second seed, so that two tests share the work.
#[allow(clippy::print_stdout, reason = "the figures of a long run")]
fn half(first: u64) {
    let programs = program::all();
    if let Some(seed) = number("MIGRATORY_TEST_SEED") {
        if seed % 2 == first {
            sequence(seed, &programs);
        }
        return;
    }
    let count = number("MIGRATORY_TEST_SEQUENCES").unwrap_or(SEQUENCES);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for seed in (first..count).step_by(2) {
        for (outcome, times) in sequence(seed, &programs) {
            *outcomes.entry(outcome).or_default() += times;
        }
    }
    println!("model: {outcomes:?}");
    assert!(count < SEQUENCES || OUTCOMES.iter().all(|it| outcomes.contains_key(*it)));
}

#[test]
fn databases_with_a_rollback_journal_match_the_model() {
    half(0);
}

#[test]
fn databases_in_wal_mode_match_the_model() {
    half(1);
}
