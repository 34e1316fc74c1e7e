//! Events emitted during a run.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use migratory_core::{Plan, Step};

use crate::report::StepReport;

/// An event of a run, as passed to an observer.
///
/// See [`Runner::observer`](crate::Runner::observer). A run with nothing to do emits no events.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use std::ops::ControlFlow;
/// use std::sync::Mutex;
///
/// use migratory::Event;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// // What is safe if the machine loses power during the run.
/// let log = Mutex::new(Vec::new());
/// let runner = migrations::runner().observer(|event| {
///     if let Event::Committed { steps } = event {
///         log.lock().unwrap().extend(steps.iter().map(|step| step.version));
///     }
///     ControlFlow::Continue(())
/// });
/// runner.up(&mut conn)?;
/// assert_eq!(*log.lock().unwrap(), [migrations::V1_INITIAL_SCHEMA, migrations::V2_ADD_TAGS]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The run has made its plan and changed nothing yet.
    Planned {
        /// The steps of the plan.
        plan: &'e Plan,
    },
    /// The backup is being written.
    BackingUp {
        /// The file of the backup.
        path: &'e Path,
        /// The number of pages written.
        done: usize,
        /// The total number of pages.
        total: usize,
    },
    /// The backup is complete, verified and synced to disk.
    BackedUp {
        /// The file of the backup.
        path: &'e Path,
    },
    /// A migration begins.
    Started {
        /// The migration, and whether it is applied or reverted.
        step: &'e Step,
        /// The number of statements in its script.
        statements: usize,
    },
    /// A statement is about to run.
    ///
    /// A script that runs with foreign keys off and leaves dangling keys runs again from its first
    /// statement, to distinguish its own violations from older ones.
    Statement {
        /// The migration.
        step: &'e Step,
        /// The number of the statement in the script, from 1.
        nth: usize,
        /// The number of statements in the script.
        of: usize,
        /// The text of the statement.
        sql: &'e str,
    },
    /// A statement or a step in Rust is still running. Emitted about five times per second, from
    /// another thread.
    Running {
        /// The migration.
        step: &'e Step,
        /// The time since it began.
        elapsed: Duration,
    },
    /// A statement has run.
    Executed {
        /// The migration.
        step: &'e Step,
        /// The number of the statement in the script, from 1.
        nth: usize,
        /// The number of statements in the script.
        of: usize,
        /// The number of rows inserted, updated or deleted, including by triggers and cascades.
        rows: u64,
        /// How long it took.
        duration: Duration,
    },
    /// A step in Rust is about to run.
    Code {
        /// The migration.
        step: &'e Step,
    },
    /// A migration is done. It is not committed yet, unless it runs outside a transaction.
    Finished {
        /// The migration, and how long it took.
        done: &'e StepReport,
    },
    /// These migrations are committed, and remain applied whatever happens next.
    Committed {
        /// The migrations.
        steps: &'e [StepReport],
    },
}

/// The observer's decision whether to continue.
pub(crate) type Flow = ControlFlow<()>;

/// A closure that receives the events.
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

/// Passes events to the observer, and remembers whether it cancelled the run.
#[derive(Debug)]
pub(crate) struct Audience<'r> {
    observer: Option<&'r Observer<'r>>,
    cancelled: AtomicBool,
}

impl<'r> Audience<'r> {
    pub(crate) const fn new(observer: Option<&'r Observer<'r>>) -> Self {
        Self { observer, cancelled: AtomicBool::new(false) }
    }

    /// Emits an event. A cancelled run stays cancelled.
    pub(crate) fn emit(&self, event: &Event<'_>) -> Flow {
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
