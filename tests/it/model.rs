//! Random sequences of what happens to a database in its life, on real files: what a naive model expects is what
//! happens, or an error of the kind that it expects, after which the database is as it was.
//!
//! The model knows no hashes, stamps, locks or plans: a database is a list of migrations with the texts that they were
//! applied from, and tables of numbers. `just model 100000` runs so many; a failure prints its seed and the sequence, and
//! `MIGRATORY_TEST_SEED=<seed>` runs that one alone.

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

/// How many are run, by all of the tests together, unless told otherwise.
const SEQUENCES: u64 = 1000;
const OPERATIONS: usize = 12;
/// What happens to some of them; a model in which all is refused would prove little.
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

/// The sequence of this seed; seeds that are even begin with a rollback journal, the others with WAL.
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

/// Every second seed, so that two tests share the work.
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
fn what_the_model_expects_is_what_happens_with_a_rollback_journal() {
    half(0);
}

#[test]
fn what_the_model_expects_is_what_happens_in_wal() {
    half(1);
}
