//! Limits the time and the memory of a rehearsal, and tracks which statement is running.

use std::ops::Range;
#[cfg(test)]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use migratory_analysis::{Checked, CheckedMigration, Options};
use rusqlite::{Error, ffi};

use super::limits::Lengths;
use super::memory::Memory;

/// How much the process may grow during a rehearsal. SQLite has no limit of its own for its
/// sorters, its unions, and the index that FTS5 keeps until it commits.
const GROWTH: u64 = 1 << 30;

/// The stack of the threads: more than the first thread of a program has, since SQLite without
/// optimisation recurses deeply into nested expressions.
pub(crate) const STACK: usize = 16 << 20;
/// The additional time for each migration.
const EACH: Duration = Duration::from_millis(100);
/// The additional time for each MiB of text: five times what one of INSERTs took on two idle cores.
const EACH_MIB: Duration = Duration::from_secs(4);

/// How long the rehearsal may take; a large set gets more time.
pub(crate) fn time_limit(checked: &Checked, options: &Options) -> Duration {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let scripts = checked.set().iter().flat_map(CheckedMigration::scripts);
    let bytes: usize = scripts.map(|script| script.sql.len()).sum();
    options
        .time_limit
        .saturating_add(EACH.saturating_mul(number(checked.set().len())))
        .saturating_add(EACH_MIB.saturating_mul(number(bytes >> 20)))
}

/// The limits of a rehearsal, which all its databases share.
#[derive(Debug)]
pub(crate) struct Bounds {
    deadline: Option<Instant>,
    lengths: Lengths,
    memory: Memory,
    growth: u64,
    met: AtomicU8,
    running: Mutex<Vec<Running>>,
    /// How many checks of the clock a test allows before time is up.
    #[cfg(test)]
    looks: Option<AtomicU32>,
}

/// A running statement, and the thread that runs it.
#[derive(Debug)]
struct Running {
    thread: ThreadId,
    since: Instant,
    file: String,
    range: Range<usize>,
}

const TIME: u8 = 1;
const MEMORY: u8 = 2;

impl Bounds {
    pub(crate) fn new(deadline: Option<Instant>, lengths: Lengths) -> Self {
        Self {
            deadline,
            lengths,
            memory: Memory::new(),
            growth: GROWTH,
            met: AtomicU8::new(0),
            running: Mutex::default(),
            #[cfg(test)]
            looks: None,
        }
    }

    /// Bounds for a test, whose time is up after this many checks.
    #[cfg(test)]
    pub(crate) fn after_looks(looks: u32) -> Self {
        Self { looks: Some(AtomicU32::new(looks)), ..Self::new(None, Lengths::of(&[])) }
    }

    /// Bounds for a test, with this limit on the growth of the process.
    #[cfg(test)]
    pub(crate) fn with_growth(growth: u64) -> Self {
        Self { growth, ..Self::new(None, Lengths::of(&[])) }
    }

    /// Bounds for a test, without a deadline.
    #[cfg(test)]
    pub(crate) fn none() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Self::new(None, Lengths::of(&[])))
    }

    pub(crate) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// Whether the rehearsal has reached a bound. Once it has, this stays true.
    pub(crate) fn is_up(&self) -> bool {
        if self.met.load(Ordering::Relaxed) != 0 {
            return true;
        }
        let is_up = self.deadline.is_some_and(|deadline| Instant::now() > deadline);
        #[cfg(test)]
        let is_up = is_up
            || self.looks.as_ref().is_some_and(|left| {
                let next = |left: u32| Some(left.saturating_sub(1));
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) == Ok(0)
            });
        if is_up {
            self.met.store(TIME, Ordering::Relaxed);
        }
        is_up
    }

    /// Fails with SQLite's error for the bound that was reached, if one was.
    pub(crate) fn check(&self) -> rusqlite::Result<()> {
        if self.is_up() { Err(self.error()) } else { Ok(()) }
    }

    /// SQLite's error for the bound that was reached.
    pub(crate) fn error(&self) -> Error {
        let code = match self.met.load(Ordering::Relaxed) {
            MEMORY => ffi::SQLITE_NOMEM,
            _ => ffi::SQLITE_INTERRUPT,
        };
        Error::SqliteFailure(ffi::Error::new(code), None)
    }

    /// Whether memory is the bound that was reached.
    pub(crate) fn is_out_of_memory(&self) -> bool {
        self.met.load(Ordering::Relaxed) == MEMORY
    }

    /// Checks the memory and the clock, and returns whether a bound is reached.
    pub(crate) fn is_exceeded(&self) -> bool {
        if self.memory.growth() > self.growth {
            self.met.store(MEMORY, Ordering::Relaxed);
        }
        self.is_up()
    }

    /// Notes that a statement of a script begins on this thread.
    pub(crate) fn enter(&self, file: &str, range: &Range<usize>) {
        let (thread, since) = (thread::current().id(), Instant::now());
        let (file, range) = (file.to_owned(), range.clone());
        self.running().push(Running { thread, since, file, range });
    }

    /// Notes that the statement on this thread has ended.
    pub(crate) fn leave(&self) {
        let thread = thread::current().id();
        self.running().retain(|running| running.thread != thread);
    }

    /// Returns the place of the statement that has been running for longest.
    pub(crate) fn longest(&self) -> Option<(String, Range<usize>)> {
        let running = self.running();
        let longest = running.iter().min_by_key(|running| running.since)?;
        Some((longest.file.clone(), longest.range.clone()))
    }

    fn running(&self) -> MutexGuard<'_, Vec<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_long_script_gets_more_time() {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        fs::create_dir(&folder).expect("a folder");
        let mut options = Options::default();
        options.up_only = true;
        for (mib, seconds) in [(0, 30), (3, 42)] {
            let sql = format!("CREATE TABLE a (b);\n{}", "-- more\n".repeat(mib << 17));
            fs::write(folder.join("1_a.sql"), sql).expect("a file");
            let checked = migratory_analysis::check(package.path(), "migrations", &options);
            let limit = time_limit(&checked.expect("a sound set"), &options);
            assert_eq!(limit, Duration::from_secs(seconds) + EACH, "{mib} MiB");
        }
    }
}
