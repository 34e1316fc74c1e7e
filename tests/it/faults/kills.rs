//! A migrating process is killed at each event, and at any moment.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use migratory::Event;
use rusqlite::Connection;

use super::case::{self, Case};
use super::{counted, in_full, numbers};
use crate::support::{Database, value};

const PATH: &str = "MIGRATORY_TEST_KILLED";
const CASE: &str = "MIGRATORY_TEST_KILLED_CASE";
const EVENT: &str = "MIGRATORY_TEST_KILLED_AT";
const JOURNALS: [&str; 2] = ["DELETE", "WAL"];

fn open(path: &Path, journal: &str) -> Connection {
    let conn = Connection::open(path).expect("a database file");
    value(&conn, &format!("PRAGMA journal_mode = {journal}"));
    conn
}

/// The process to kill. It does nothing when it runs as a test.
#[test]
fn child() {
    let (Ok(path), Ok(name), Ok(event)) =
        (std::env::var(PATH), std::env::var(CASE), std::env::var(EVENT))
    else {
        return;
    };
    let event: usize = event.parse().expect("a number");
    let cases = case::all();
    let case = cases.iter().find(|case| case.name == name).expect("one of the cases");
    let seen = AtomicUsize::new(0);
    let runner = case.runner.clone().observer(|_: &Event<'_>| {
        if seen.fetch_add(1, Ordering::Relaxed) + 1 == event {
            kill_myself();
        }
        ControlFlow::Continue(())
    });
    let mut conn = Connection::open(path).expect("a database file");
    let target = if case.to == 0 {
        migratory::Target::Empty
    } else {
        migratory::Version::new(case.to).into()
    };
    runner.to(&mut conn, target).expect("a run that is not killed");
}

/// Ends like `kill -9`: nothing in this process can clean up.
fn kill_myself() {
    let _ = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn spawn(path: &Path, case: &Case, event: usize) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "faults::kills::child", "--nocapture"])
        .env(PATH, path)
        .env(CASE, case.name)
        .env(EVENT, event.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

fn started(case: &Case, journal: &str) -> Database {
    let database = Database::new();
    case.prepare(&mut open(&database.path(), journal));
    database
}

#[cfg(unix)]
#[test]
fn a_run_killed_at_each_event_can_be_rerun() {
    let mut kills = 0;
    for (offset, case) in case::all().iter().enumerate() {
        for journal in JOURNALS {
            for event in numbers(offset * 3) {
                let database = started(case, journal);
                let is_done =
                    spawn(&database.path(), case, event).wait().expect("an exit status").success();
                let mut conn = open(&database.path(), journal);
                case.check(&mut conn, is_done, &format!("{journal}: killed at event {event}"));
                if is_done {
                    break;
                }
                kills += 1;
            }
        }
    }
    counted("killed at an event", kills);
}

#[cfg(unix)]
#[test]
fn a_run_killed_at_any_moment_can_be_rerun() {
    let rounds: u64 = if in_full() { 200 } else { 6 };
    let (mut kills, mut random) = (0, 0x9E37_79B9_7F4A_7C15_u64);
    for round in 0..rounds {
        for case in case::all() {
            let journal = JOURNALS[usize::from(round % 2 == 0)];
            let database = started(&case, journal);
            let mut child = spawn(&database.path(), &case, 0);
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            thread::sleep(Duration::from_micros((random >> 33) % 60_000));
            let _ = child.kill();
            let is_done = child.wait().expect("an exit status").success();
            kills += usize::from(!is_done);
            case.check(
                &mut open(&database.path(), journal),
                is_done,
                &format!("{journal}: killed in round {round}"),
            );
        }
    }
    counted("killed at some moment", kills);
}
