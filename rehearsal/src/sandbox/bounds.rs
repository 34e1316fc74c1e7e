//! How long a rehearsal may take, how much memory, and what it is at.

use std::ops::Range;
#[cfg(test)]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use rusqlite::{Error, ffi};

use super::limits::Lengths;
use super::memory::Memory;

/// How much the process may grow during a rehearsal. SQLite's sorters, its unions and the index that FTS5 keeps until it
/// commits have no limit of their own.
const GROWTH: u64 = 1 << 30;

/// What bounds a rehearsal, all of its databases together.
#[derive(Debug)]
pub(crate) struct Bounds {
    deadline: Option<Instant>,
    lengths: Lengths,
    memory: Memory,
    growth: u64,
    met: AtomicU8,
    running: Mutex<Vec<Running>>,
    /// How often a test looks before time is up.
    #[cfg(test)]
    looks: Option<AtomicU32>,
}

/// A statement that runs, and whose thread it is.
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

    /// Time that is up when it was looked at so often.
    #[cfg(test)]
    pub(crate) fn after_looks(looks: u32) -> Self {
        Self { looks: Some(AtomicU32::new(looks)), ..Self::new(None, Lengths::of(&[])) }
    }

    /// No more growth of the process than this.
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

    /// Whether time is up. Once it is, it stays so.
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

    /// Fails once a bound was met, as SQLite would.
    pub(crate) fn check(&self) -> rusqlite::Result<()> {
        if self.is_up() { Err(self.error()) } else { Ok(()) }
    }

    /// SQLite's error for the bound that was met.
    pub(crate) fn error(&self) -> Error {
        let code = match self.met.load(Ordering::Relaxed) {
            MEMORY => ffi::SQLITE_NOMEM,
            _ => ffi::SQLITE_INTERRUPT,
        };
        Error::SqliteFailure(ffi::Error::new(code), None)
    }

    /// Whether memory was the bound that was met.
    pub(crate) fn is_out_of_memory(&self) -> bool {
        self.met.load(Ordering::Relaxed) == MEMORY
    }

    /// Looks at the memory and at the clock, and says whether to stop.
    pub(crate) fn look(&self) -> bool {
        if self.memory.growth() > self.growth {
            self.met.store(MEMORY, Ordering::Relaxed);
        }
        self.is_up()
    }

    /// A statement of a script runs on this thread.
    pub(crate) fn enter(&self, file: &str, range: &Range<usize>) {
        let (thread, since) = (thread::current().id(), Instant::now());
        let (file, range) = (file.to_owned(), range.clone());
        self.running().push(Running { thread, since, file, range });
    }

    /// What ran on this thread has ended.
    pub(crate) fn leave(&self) {
        let thread = thread::current().id();
        self.running().retain(|running| running.thread != thread);
    }

    /// Where the statement stands that has been running for longest.
    pub(crate) fn longest(&self) -> Option<(String, Range<usize>)> {
        let running = self.running();
        let longest = running.iter().min_by_key(|running| running.since)?;
        Some((longest.file.clone(), longest.range.clone()))
    }

    fn running(&self) -> MutexGuard<'_, Vec<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
