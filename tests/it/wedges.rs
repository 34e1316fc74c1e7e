//! No wedge: whatever disturbs the run of a no-transaction script, at whatever event, the next start succeeds, or
//! says exactly what a person has to do, and that works.

mod disturb;
mod messages;
mod shape;

use std::ops::ControlFlow;
use std::time::Duration;

use migratory::{Event, Remains, Repair, Version};
use rusqlite::Connection;

use crate::support::{Database, dump, runner, value};
use disturb::Disturbance;
use shape::Shape;

/// Each script runs in one of them, and in both with `just faults`.
const JOURNALS: [&str; 2] = ["DELETE", "WAL"];

fn journals(nth: usize) -> &'static [&'static str] {
    let one = nth.div_ceil(2) % 2;
    if std::env::var_os("MIGRATORY_TEST_FULL").is_some() { &JOURNALS } else { &JOURNALS[one..=one] }
}

fn open(database: &Database, journal: &str, patience: Duration) -> Connection {
    let conn = database.open();
    conn.busy_timeout(patience).expect("a timeout");
    conn.execute_batch("PRAGMA synchronous = OFF").expect("a pragma");
    value(&conn, &format!("PRAGMA journal_mode = {journal}"));
    conn
}

/// Runs with a disturbance at the event of this number, and returns whether the run got there.
fn disturbed(
    shape: &Shape,
    database: &Database,
    journal: &str,
    nth: usize,
    disturbance: &Disturbance,
) -> bool {
    let mut conn = open(database, journal, disturbance.patience());
    let outcome = disturbance.run(shape, database, &mut conn, nth);
    assert!(conn.is_autocommit(), "{}: a transaction is left open", shape.name);
    outcome
}

/// Starts again in another process, which doesn't wait for a dead one; if it asks for a repair, does as it says.
fn next_start(shape: &Shape, database: &Database, journal: &str, what: &str) {
    let mut conn = open(database, journal, Duration::ZERO);
    assert_eq!(value(&conn, "PRAGMA integrity_check"), "ok", "{what}");
    if let Err(error) = shape.run(&shape.runner(), &mut conn) {
        assert!(!shape.is_resumable, "{what}: {error}");
        assert!(error.is_dirty() && !error.is_busy(), "{what}: {error}");
        let text = format!("{error:#}");
        assert!(
            text.contains("`Repair::Undone(2)`") && text.contains("`Repair::Done(2)`"),
            "{text}"
        );
        shape.finish_by_hand(&conn);
        let runner = shape.runner();
        runner.repair(&mut conn, Repair::Done(Version::new(2))).expect("a repair");
        shape.run(&runner, &mut conn).unwrap_or_else(|error| panic!("{what}: after it: {error}"));
    }
    assert_eq!(dump(&conn), shape.expected(), "{what}");
    assert!(shape.run(&shape.runner(), &mut conn).expect("nothing to do").is_empty(), "{what}");
    let half =
        "SELECT count(*) FROM migratory_history WHERE state <> 'applied' OR progress IS NOT NULL";
    assert_eq!(value(&conn, half), "0", "{what}");
}

/// Tries each script with the disturbance at each event.
fn each(disturbance: &Disturbance) {
    for (number, shape) in shape::all().enumerate() {
        for journal in journals(number) {
            for nth in 1.. {
                let database = shape.start(journal);
                let what = format!("{}, {journal}, {disturbance:?} at event {nth}", shape.name);
                let has_come = disturbed(&shape, &database, journal, nth, disturbance);
                disturbance.after(&database);
                next_start(&shape, &database, journal, &what);
                if !has_come {
                    assert!(nth > 8, "{what}: a run has more events");
                    break;
                }
            }
        }
    }
}

#[test]
fn a_lock_longer_than_the_timeout_causes_no_wedge() {
    each(&Disturbance::lock("BEGIN IMMEDIATE", None));
}

#[test]
fn a_reader_longer_than_the_timeout_causes_no_wedge() {
    each(&Disturbance::lock("BEGIN; SELECT count(*) FROM sqlite_schema", None));
}

#[test]
fn a_lock_shorter_than_the_timeout_causes_no_wedge() {
    each(&Disturbance::lock("BEGIN IMMEDIATE", Some(Duration::from_millis(4))));
}

#[test]
fn a_backup_restored_later_causes_no_wedge() {
    each(&Disturbance::backup());
}

#[test]
fn a_plain_copy_restored_later_causes_no_wedge() {
    each(&Disturbance::copy());
}

#[test]
fn a_panicking_observer_causes_no_wedge() {
    each(&Disturbance::Panic);
}

#[test]
fn a_cancelling_observer_causes_no_wedge() {
    each(&Disturbance::Cancel);
}

#[cfg(unix)]
#[test]
fn a_killed_process_causes_no_wedge() {
    each(&Disturbance::Kill);
}

const BASE: (&str, &str) = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t (n) VALUES (1), (2), (3);",
    "DROP TABLE t;",
);
const FAILS: &str =
    "-- migratory: no-transaction\nUPDATE t SET n = n * 2;\nINSERT INTO t (id) VALUES (1);";

#[test]
fn a_start_continues_at_the_failed_statement_once_its_rows_are_corrected() {
    let database = Database::new();
    let mut conn = database.open();
    let program = runner(&[BASE, (FAILS, "")]);
    for _ in 0..3 {
        let error = program.up(&mut conn).expect_err("1 is there");
        assert!(error.is_dirty() && !error.is_busy(), "{error}");
        assert_eq!(error.line(), Some(3));
        let migratory::ErrorKind::Statement(failure) = error.kind() else { panic!("{error}") };
        assert_eq!(failure.remains, Remains::Resumable { done: 1, of: 2 });
        assert_eq!(value(&conn, "SELECT sum(n) FROM t"), "12", "the first ran once");
    }
    conn.execute_batch("DELETE FROM t WHERE id = 1").expect("room for the row");
    program.up(&mut conn).expect("the rest");
    assert_eq!(value(&conn, "SELECT group_concat(coalesce(n, '-')) FROM t"), "-,4,6");
}

#[test]
fn a_program_with_a_corrected_script_continues_where_the_old_one_stopped() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&[BASE, (FAILS, "")]).up(&mut conn).expect_err("1 is there");
    let other = runner(&[BASE, (&FAILS.replace("n * 2", "n * 3"), "")]);
    let error = other.up(&mut conn).expect_err("the completed part has another text");
    assert!(
        error.is_dirty() && format!("{error:#}").contains("does not have the script"),
        "{error}"
    );
    let corrected = FAILS.replace("(id) VALUES (1)", "(n) VALUES (100)");
    let down = "DELETE FROM t WHERE n = 100; UPDATE t SET n = n / 2";
    let corrected = runner(&[BASE, (&corrected, down)]);
    corrected.up(&mut conn).expect("it continues");
    assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "2,4,6,100");
    assert!(corrected.up(&mut conn).expect("nothing to do").is_empty());
    assert!(corrected.status(&conn).expect("a status").is_up_to_date());
    corrected.down(&mut conn, 1).expect("by the down of the corrected text");
    assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "1,2,3");
}

#[test]
fn a_failing_first_statement_leaves_nothing_half_way() {
    let database = Database::new();
    let mut conn = database.open();
    let script = "-- migratory: no-transaction\nPRAGMA auto_vacuum = FULL;\nVACUUM;\nINSERT INTO t (id) VALUES (1);";
    let program = runner(&[BASE, (script, "")]);
    for _ in 0..2 {
        let error = program.up(&mut conn).expect_err("1 is there");
        assert!(!error.is_dirty(), "{error}");
        assert!(
            format!("{error:#}").contains("the next run starts it from the beginning"),
            "{error}"
        );
        assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history"), "1");
    }
    conn.execute_batch("DELETE FROM t WHERE id = 1").expect("room for the row");
    program.up(&mut conn).expect("all of it");
}

/// The process that continues repeats the statements that configure the connection.
#[test]
fn pragmas_of_the_completed_part_apply_to_the_rest() {
    let database = Database::new();
    let script = "-- migratory: no-transaction\nPRAGMA recursive_triggers = ON;
        CREATE TRIGGER count_down AFTER INSERT ON t WHEN new.n > 10 BEGIN INSERT INTO t (n) VALUES (new.n - 1); END;
        INSERT INTO t (id, n) VALUES (1, 13);";
    let program = runner(&[BASE, (script, "")]);
    program.up(&mut database.open()).expect_err("1 is there");
    let mut conn = database.open();
    conn.execute_batch("DELETE FROM t").expect("room for the row");
    program.up(&mut conn).expect("the rest");
    assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "13,12,11,10");
    assert_eq!(value(&conn, "PRAGMA recursive_triggers"), "0");
}

#[test]
fn a_run_presumed_dead_stops_once_another_has_taken_over() {
    let database = Database::new();
    let script = "-- migratory: no-transaction\nUPDATE t SET n = n * 2; UPDATE t SET n = n + 1;";
    let program = runner(&[BASE, (script, "")]);
    for event in ["started", "statement 1", "executed 1", "statement 2", "executed 2"] {
        let database = Database::new();
        let asleep = program.clone().observer(|event_now: &Event<'_>| {
            let name = match event_now {
                Event::Started { step, .. } if step.version.get() == 2 => "started".to_owned(),
                Event::Statement { step, nth, .. } if step.version.get() == 2 => {
                    format!("statement {nth}")
                }
                Event::Executed { step, nth, .. } if step.version.get() == 2 => {
                    format!("executed {nth}")
                }
                _ => return ControlFlow::Continue(()),
            };
            if name == event {
                let mut other = open(&database, "DELETE", Duration::ZERO);
                program.up(&mut other).expect("the sleeping run is presumed dead");
            }
            ControlFlow::Continue(())
        });
        asleep.up(&mut database.open()).expect("nothing is left to do");
        let conn = database.open();
        assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "3,5,7", "{event}");
    }
    drop(database);
}

/// Another start waits for a live process, instead of taking over its script.
#[test]
fn a_live_run_keeps_its_script() {
    let database = Database::new();
    let statements = "UPDATE t SET n = n + 1; ".repeat(30);
    let script = format!("-- migratory: no-transaction\n{statements}");
    let program = runner(&[BASE, (&script, "")]);
    let slow = program.clone().observer(|event: &Event<'_>| {
        if matches!(event, Event::Executed { .. }) {
            std::thread::sleep(Duration::from_millis(10));
        }
        ControlFlow::Continue(())
    });
    std::thread::scope(|scope| {
        let run = scope.spawn(|| slow.up(&mut database.open()).expect("a slow run"));
        let mark = "SELECT count(*) FROM migratory_history WHERE state = 'applying'";
        let is_marked = || {
            database.open().query_row(mark, [], |row| row.get::<_, i64>(0)).is_ok_and(|n| n == 1)
        };
        while !is_marked() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut other = open(&database, "DELETE", Duration::from_millis(60));
        let error = program.up(&mut other).expect_err("the slow run holds it");
        assert!(error.is_busy() && !error.is_dirty(), "{error}");
        let take = migratory::Backup::beside().take(&mut other);
        assert!(take.expect_err("half of it is done").is_busy());
        let mut patient = open(&database, "DELETE", Duration::from_secs(30));
        assert!(program.up(&mut patient).expect("waits").is_empty());
        assert_eq!(run.join().expect("the slow one").steps().len(), 2);
    });
    assert_eq!(value(&database.open(), "SELECT group_concat(n) FROM t"), "31,32,33");
}

#[test]
fn an_observer_gets_the_row_counts_of_the_script() {
    let database = Database::new();
    let script = "-- migratory: no-transaction\nUPDATE t SET n = 7; VACUUM; DELETE FROM t WHERE id = 1; SELECT 1;";
    let events = std::sync::Mutex::new(Vec::new());
    let observer = |event: &Event<'_>| {
        if let Event::Executed { step, rows, .. } = event {
            events.lock().expect("a lock").push((step.version.get(), *rows));
        }
        ControlFlow::Continue(())
    };
    let program = runner(&[BASE, (script, "")]).observer(observer);
    program.up(&mut database.open()).expect("up");
    drop(program);
    let events = events.into_inner().expect("a lock");
    assert_eq!(events, [(1, 0), (1, 3), (2, 3), (2, 0), (2, 1), (2, 0)]);
}

/// Takes about two seconds, if nothing stops it.
const LONG: &str = "-- migratory: no-transaction\nUPDATE t SET n = n + 1;
    CREATE TABLE long AS WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 2000000) SELECT n FROM c;";

#[test]
fn a_statement_stopped_while_it_runs_is_rerun_by_the_next_start() {
    for panics in [false, true] {
        let database = Database::new();
        let mut conn = database.open();
        let program = runner(&[BASE, (LONG, "")]);
        let stop = program.clone().observer(move |event: &Event<'_>| match event {
            Event::Running { .. } if panics => std::panic::resume_unwind(Box::new("a bug")),
            Event::Running { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        let run = std::panic::AssertUnwindSafe(|| stop.up(&mut conn));
        match std::panic::catch_unwind(run) {
            Ok(outcome) => {
                let error = outcome.expect_err("it was stopped");
                assert!(error.is_cancelled() && error.is_dirty(), "{error}");
            }
            Err(_) => assert!(panics),
        }
        assert!(conn.is_autocommit());
        program.up(&mut database.open()).expect("the next start");
        assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "2,3,4");
        assert_eq!(value(&conn, "SELECT count(*) FROM long"), "2000000");
    }
}
