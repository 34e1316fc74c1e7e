//! Disturbances at an event of a run.

use std::fmt;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use migratory::{Backup, Event, Runner};
use rusqlite::Connection;

use super::shape::{self, Shape};
use crate::support::Database;

const PATH: &str = "MIGRATORY_TEST_WEDGED";
const SHAPE: &str = "MIGRATORY_TEST_WEDGED_SHAPE";
const EVENT: &str = "MIGRATORY_TEST_WEDGED_AT";

/// A disturbance.
pub(super) enum Disturbance {
    /// Another connection runs this and keeps its lock for this long, or until the end of the run.
    Lock {
        sql: &'static str,
        length: Option<Duration>,
    },
    /// Another connection makes a copy that is restored after the run, with migratory or with SQLite alone.
    Copy {
        is_ours: bool,
        made: Mutex<Option<PathBuf>>,
    },
    Panic,
    Cancel,
    Kill,
}

/// The connections that keep a lock until the end of the run, and the threads that release one earlier.
#[derive(Default)]
struct Held {
    connections: Mutex<Vec<Connection>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl fmt::Debug for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lock { sql, .. } => sql,
            Self::Copy { is_ours: true, .. } => "a backup",
            Self::Copy { is_ours: false, .. } => "a copy",
            Self::Panic => "a panic",
            Self::Cancel => "a cancelled run",
            Self::Kill => "a killed process",
        })
    }
}

impl Disturbance {
    pub(super) const fn lock(sql: &'static str, length: Option<Duration>) -> Self {
        Self::Lock { sql, length }
    }

    pub(super) const fn backup() -> Self {
        Self::Copy { is_ours: true, made: Mutex::new(None) }
    }

    pub(super) const fn copy() -> Self {
        Self::Copy { is_ours: false, made: Mutex::new(None) }
    }

    /// Returns how long the run waits for locks.
    pub(super) const fn patience(&self) -> Duration {
        match self {
            Self::Lock { length: None, .. } => Duration::from_millis(3),
            _ => Duration::from_secs(20),
        }
    }

    /// Runs, disturbs the run at the event of this number, and returns whether the run got there.
    pub(super) fn run(
        &self,
        shape: &Shape,
        database: &Database,
        conn: &mut Connection,
        nth: usize,
    ) -> bool {
        if matches!(self, Self::Kill) {
            return killed(shape, database, nth);
        }
        let seen = AtomicUsize::new(0);
        let held = Held::default();
        let runner = runner(shape, &database.path()).observer(|event: &Event<'_>| {
            if seen.fetch_add(1, Ordering::Relaxed) + 1 == nth {
                self.happen(database, &held, event)
            } else {
                ControlFlow::Continue(())
            }
        });
        let outcome = catch_unwind(AssertUnwindSafe(|| shape.run(&runner, conn)));
        drop(runner);
        for thread in held.threads.into_inner().expect("a lock") {
            thread.join().expect("a lock that is released");
        }
        let has_come = seen.into_inner() >= nth;
        match outcome {
            Ok(outcome) => self.check(shape, &outcome, has_come, nth),
            Err(_) => assert!(matches!(self, Self::Panic), "{}: {self:?} at {nth}", shape.name),
        }
        has_come
    }

    fn happen(&self, database: &Database, held: &Held, event: &Event<'_>) -> ControlFlow<()> {
        let other = || {
            let conn = database.open();
            conn.busy_timeout(Duration::ZERO).expect("no timeout");
            conn
        };
        match self {
            Self::Lock { sql, length } => {
                let conn = other();
                // Within the run's own transaction, nobody else gets a lock.
                let _ = conn.execute_batch(sql);
                match length {
                    None => held.connections.lock().expect("a lock").push(conn),
                    Some(length) => {
                        let length = *length;
                        let release = move || {
                            std::thread::sleep(length);
                            drop(conn);
                        };
                        held.threads.lock().expect("a lock").push(std::thread::spawn(release));
                    }
                }
            }
            Self::Copy { is_ours, made } => {
                let to = database.path().with_extension("copy");
                let is_made = if *is_ours {
                    Backup::to(&to).take(&mut other()).is_ok()
                } else {
                    let into = format!("VACUUM INTO '{}'", to.display());
                    other().execute_batch(&into).is_ok()
                };
                *made.lock().expect("a lock") = is_made.then_some(to);
            }
            // Skips the panic hook, which would print a thousand messages.
            Self::Panic => std::panic::resume_unwind(Box::new(format!("at {event:?}"))),
            Self::Cancel => return ControlFlow::Break(()),
            Self::Kill => {}
        }
        ControlFlow::Continue(())
    }

    /// Checks that what the run itself reports is true.
    fn check(
        &self,
        shape: &Shape,
        outcome: &migratory::Result<migratory::Report>,
        has_come: bool,
        nth: usize,
    ) {
        let what = || format!("{}: {self:?} at {nth}", shape.name);
        match (self, outcome) {
            (_, Ok(_)) => {}
            (_, Err(error)) if !has_come => panic!("{}: {error}", what()),
            (Self::Lock { length: None, .. }, Err(error)) => {
                // Either a rerun is safe, or a person has to act.
                let is_true = error.is_busy() || (error.is_dirty() && !shape.is_resumable);
                assert!(is_true, "{}: {error}", what());
            }
            (Self::Cancel, Err(error)) => assert!(error.is_cancelled(), "{}: {error}", what()),
            (_, Err(error)) => panic!("{}: {error}", what()),
        }
    }

    /// Applies what happens after the run.
    pub(super) fn after(&self, database: &Database) {
        let Self::Copy { made, .. } = self else { return };
        if let Some(copy) = made.lock().expect("a lock").take() {
            Backup::restore(&copy, &mut database.open()).expect("a copy that can be restored");
        }
    }
}

/// Returns a runner that makes a backup before the run, if the script has one.
fn runner(shape: &Shape, database: &Path) -> Runner<'static> {
    let runner = shape.runner();
    if !shape.has_backup() {
        return runner;
    }
    runner.backup(Backup::to(database.with_extension("before")))
}

/// Runs in a separate process that kills itself at the event, and returns whether it did.
fn killed(shape: &Shape, database: &Database, nth: usize) -> bool {
    let status = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "wedges::disturb::child", "--nocapture"])
        .env(PATH, database.path())
        .env(SHAPE, &shape.name)
        .env(EVENT, nth.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    !status.expect("a process").success()
}

/// The process to kill. It does nothing when it runs as a test.
#[test]
fn child() {
    let (Ok(path), Ok(name), Ok(event)) =
        (std::env::var(PATH), std::env::var(SHAPE), std::env::var(EVENT))
    else {
        return;
    };
    let event: usize = event.parse().expect("a number");
    let seen = AtomicUsize::new(0);
    let shape = shape::named(&name);
    let runner = runner(&shape, Path::new(&path)).observer(|_: &Event<'_>| {
        if seen.fetch_add(1, Ordering::Relaxed) + 1 == event {
            let _ = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
            std::thread::sleep(Duration::from_secs(60));
        }
        ControlFlow::Continue(())
    });
    let mut conn = Connection::open(path).expect("a database file");
    conn.execute_batch("PRAGMA synchronous = OFF").expect("a pragma");
    shape.run(&runner, &mut conn).expect("a run that is not killed");
}
