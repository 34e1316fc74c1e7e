//! The nth thing fails, for n = 1, 2, 3 .. until a run passes untouched; after each, the database is as it was
//! before or as it should be after, knows which, and a rerun succeeds.
//!
//! In full by `just faults`; otherwise every `STRIDE`th, so that the ordinary tests are quick.

mod case;
mod disk;
mod injected;
mod kills;

use std::sync::Mutex;

/// Of the ordinary tests; a prime, so that no kind of call is always passed by.
const STRIDE: usize = 23;

/// Whether every n is wanted.
fn in_full() -> bool {
    std::env::var_os("MIGRATORY_TEST_FULL").is_some()
}

/// The numbers of the things that fail.
fn numbers(offset: usize) -> impl Iterator<Item = usize> {
    if in_full() { (1..).step_by(1) } else { (1 + offset % STRIDE..).step_by(STRIDE) }
}

/// Says how many were injected; `just faults` shows it.
#[allow(clippy::print_stdout, reason = "these figures are what the full run is for")]
fn counted(what: &str, count: usize) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    println!("faults: {what}: {count}");
}
