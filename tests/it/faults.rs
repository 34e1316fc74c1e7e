//! The nth operation fails, for n = 1, 2, 3 .., until a run passes without a failure. After each failure the
//! database is as before or as after the run, knows which, and a rerun succeeds.
//!
//! `just faults` injects every failure; the ordinary tests inject every `STRIDE`th, to be quick.

mod case;
mod disk;
mod injected;
mod kills;

use std::sync::Mutex;

/// The stride of the ordinary tests: a prime, so that no kind of call is skipped each time.
const STRIDE: usize = 23;

/// Returns whether every n is tried.
fn in_full() -> bool {
    std::env::var_os("MIGRATORY_TEST_FULL").is_some()
}

/// Returns each n that is tried.
fn numbers(offset: usize) -> impl Iterator<Item = usize> {
    if in_full() { (1..).step_by(1) } else { (1 + offset % STRIDE..).step_by(STRIDE) }
}

/// Prints the number of injected failures, which `just faults` shows.
#[allow(clippy::print_stdout, reason = "these figures are what the full run is for")]
fn counted(what: &str, count: usize) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    println!("faults: {what}: {count}");
}
