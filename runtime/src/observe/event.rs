//! What a run tells while it goes on.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use migratory_core::{Plan, Step};

use crate::run::report::StepReport;

/// What happens in a run, as an observer is told of it.
///
/// See [`Runner::observer`](crate::Runner::observer). A run with nothing to do tells nothing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The run knows what it will do, and has done nothing yet.
    Planned {
        /// The steps.
        plan: &'e Plan,
    },
    /// The backup is being written.
    BackingUp {
        /// The file.
        path: &'e Path,
        /// How many pages are written.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// The backup is complete, checked, and on the disk.
    BackedUp {
        /// The file.
        path: &'e Path,
    },
    /// A migration begins.
    Started {
        /// The migration, and whether it is applied or reverted.
        step: &'e Step,
        /// How many statements its script has.
        statements: usize,
    },
    /// A statement is about to run.
    ///
    /// A script that runs with foreign keys off, and after which keys lead nowhere, is run again from its first
    /// statement, to tell what it did from what was there before.
    Statement {
        /// The migration.
        step: &'e Step,
        /// Which statement of the script; the first is 1.
        nth: usize,
        /// How many statements the script has.
        of: usize,
        /// The text of the statement.
        sql: &'e str,
    },
    /// A statement, or a step in Rust, is still running. Told about five times a second, from another thread.
    Running {
        /// The migration.
        step: &'e Step,
        /// Since when.
        elapsed: Duration,
    },
    /// A statement has run.
    Executed {
        /// The migration.
        step: &'e Step,
        /// Which statement of the script; the first is 1.
        nth: usize,
        /// How many statements the script has.
        of: usize,
        /// How many rows it inserted, updated or deleted, with those of triggers and cascades.
        rows: u64,
        /// How long it took.
        duration: Duration,
    },
    /// A step in Rust is about to run.
    Code {
        /// The migration.
        step: &'e Step,
    },
    /// A migration is done; not committed yet, unless it runs outside of a transaction.
    Finished {
        /// The migration, and how long it took.
        done: &'e StepReport,
    },
    /// These migrations are committed: they will be there whatever happens.
    Committed {
        /// The migrations.
        steps: &'e [StepReport],
    },
}

/// The observer's answer: whether to go on.
pub(crate) type Flow = ControlFlow<()>;

/// A closure that is told what happens.
#[derive(Clone)]
pub(crate) struct Observer<'a>(Arc<dyn Fn(&Event<'_>) -> Flow + Send + Sync + 'a>);

impl<'a> Observer<'a> {
    pub(crate) fn new(closure: impl Fn(&Event<'_>) -> Flow + Send + Sync + 'a) -> Self {
        Self(Arc::new(closure))
    }
}

impl fmt::Debug for Observer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Where a run tells its events, and whether it was told to stop.
#[derive(Debug)]
pub(crate) struct Audience<'r> {
    observer: Option<&'r Observer<'r>>,
    cancelled: AtomicBool,
}

impl<'r> Audience<'r> {
    pub(crate) const fn new(observer: Option<&'r Observer<'r>>) -> Self {
        Self { observer, cancelled: AtomicBool::new(false) }
    }

    /// Whether anybody listens.
    pub(crate) const fn is_present(&self) -> bool {
        self.observer.is_some() || cfg!(feature = "tracing")
    }

    /// Tells an event. What was cancelled once stays so.
    pub(crate) fn tell(&self, event: &Event<'_>) -> Flow {
        crate::observe::trace::event(event);
        let answer = self.observer.map_or(Flow::Continue(()), |Observer(observer)| observer(event));
        if answer.is_break() {
            self.cancelled.store(true, Ordering::Relaxed);
        }
        if self.is_cancelled() { Flow::Break(()) } else { Flow::Continue(()) }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
