//! The events of a run, and cancelling it at any moment.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use migratory::{Backup, Event, Runner, Target};

use crate::support::{Database, dump, runner, value};

const NOTES: (&str, &str) = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER);
     INSERT INTO note (n) VALUES (1), (2), (3);
     CREATE TRIGGER t AFTER UPDATE ON note BEGIN SELECT 1; SELECT 2; END;",
    "DROP TABLE note;",
);
const DOUBLED: (&str, &str) = ("UPDATE note SET n = n * 2;", "UPDATE note SET n = n / 2;");
const UNPROTECTED: (&str, &str) = ("-- migratory: no-transaction\nVACUUM;", "");
/// Takes about a second in the debug build of SQLite, if nothing stops it.
const LONG: (&str, &str) = (
    "CREATE TABLE long AS WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 3000000) SELECT n FROM c;",
    "DROP TABLE long;",
);

fn line(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::Planned { plan } => format!("planned {}", plan.steps().len()),
        Event::BackingUp { done, total, .. } if done < total => return None,
        Event::BackingUp { .. } => "backing up".to_owned(),
        Event::BackedUp { .. } => "backed up".to_owned(),
        Event::Started { step, statements } => format!("started {}, {statements}", step.version),
        Event::Statement { nth, of, sql, .. } => {
            format!("  {nth} of {of}: {}", sql.chars().take(20).collect::<String>())
        }
        Event::Executed { rows, .. } => format!("    {rows} rows"),
        Event::Code { step } => format!("code of {}", step.version),
        Event::Finished { done } => format!("finished {}", done.version),
        Event::Committed { steps } => format!("committed {}", steps.len()),
        _ => return None,
    })
}

#[test]
fn events_arrive_in_order() {
    let database = Database::with("CREATE TABLE theirs (x)");
    let events = Mutex::new(Vec::new());
    let observer = |event: &Event<'_>| {
        events.lock().expect("a lock").extend(line(event));
        Continue(())
    };
    let runner = runner(&[NOTES, DOUBLED, UNPROTECTED]).backup(Backup::beside()).observer(observer);
    runner.up(&mut database.open()).expect("up");
    runner.up(&mut database.open()).expect("nothing to do, and no events");
    drop(runner);
    expect![[r#"
        planned 3
        backing up
        backed up
        started 1, 3
          1 of 3: CREATE TABLE note (i
            0 rows
          2 of 3: INSERT INTO note (n)
            3 rows
          3 of 3: CREATE TRIGGER t AFT
            0 rows
        finished 1
        started 2, 1
          1 of 1: UPDATE note SET n = 
            3 rows
        finished 2
        committed 2
        started 3, 1
          1 of 1: VACUUM;
            0 rows
        finished 3
        committed 1"#]]
    .assert_eq(&events.into_inner().expect("a lock").join("\n"));
}

/// Cancels the run at the nth event.
fn stopping(
    nth: usize,
    seen: &AtomicUsize,
) -> impl Fn(&Event<'_>) -> ControlFlow<()> + Send + Sync {
    move |_| if seen.fetch_add(1, Ordering::Relaxed) + 1 == nth { Break(()) } else { Continue(()) }
}

#[test]
fn a_run_can_be_cancelled_at_every_event_and_is_rolled_back() {
    for nth in 1.. {
        let database = Database::new();
        let seen = AtomicUsize::new(0);
        let runner = runner(&[NOTES, DOUBLED]);
        let outcome = runner.clone().observer(stopping(nth, &seen)).up(&mut database.open());
        let committed = match outcome {
            Ok(report) => report.steps().len() == 2,
            Err(error) => {
                assert!(error.is_cancelled(), "{nth}: {error}");
                assert!(error.report().is_empty());
                assert_eq!(dump(&database.open()), "", "{nth}: {error}");
                false
            }
        };
        runner.up(&mut database.open()).expect("a rerun");
        assert_eq!(value(&database.open(), "SELECT group_concat(n) FROM note"), "2,4,6");
        if committed && seen.load(Ordering::Relaxed) < nth {
            assert!(nth > 12, "{nth} events are too few");
            return;
        }
    }
}

#[test]
fn a_long_statement_emits_heartbeats_and_can_be_cancelled() {
    let database = Database::new();
    let beats = AtomicUsize::new(0);
    let stop_at = AtomicUsize::new(2);
    let observer = |event: &Event<'_>| match event {
        Event::Running { step, elapsed } => {
            assert!(step.version.get() == 1 && elapsed.as_millis() >= 200);
            let beat = beats.fetch_add(1, Ordering::Relaxed) + 1;
            if beat >= stop_at.load(Ordering::Relaxed) { Break(()) } else { Continue(()) }
        }
        _ => Continue(()),
    };
    // Lasts for two heartbeats.
    let endless = LONG.0.replace("3000000", "30000000000");
    let runner = runner(&[(&endless, LONG.1)]).observer(observer);
    let error = runner.up(&mut database.open()).expect_err("stopped");
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(
        format!("{error:#}"),
        "the run was cancelled in migrations/1_step.up.sql\nits transaction was rolled back: nothing of it remains"
    );
    assert_eq!(dump(&database.open()), "");
}

#[test]
fn a_panicking_observer_rolls_back_the_run_from_either_thread() {
    let endless = LONG.0.replace("3000000", "30000000000");
    for at_beat in [true, false] {
        let database = Database::new();
        let mut conn = database.open();
        let runner = runner(&[(&endless, LONG.1)]).observer(move |event| match event {
            Event::Running { .. } if at_beat => panic!("a bug of the observer's"),
            Event::Started { .. } if !at_beat => panic!("a bug of the observer's"),
            _ => Continue(()),
        });
        let up = || runner.up(&mut conn);
        let panic =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(up)).expect_err("a panic");
        assert_eq!(panic.downcast_ref(), Some(&"a bug of the observer's"));
        assert!(conn.is_autocommit());
        assert_eq!(dump(&conn), "");
    }
}

#[test]
fn an_interrupt_by_the_application_cancels_the_run() {
    let database = Database::new();
    let mut conn = database.open();
    let interrupt = conn.get_interrupt_handle();
    let endless = LONG.0.replace("3000000", "30000000000");
    let beat = move |event: &Event<'_>| {
        if matches!(event, Event::Running { .. }) {
            interrupt.interrupt();
        }
        Continue(())
    };
    let error = runner(&[(&endless, LONG.1)]).observer(beat).up(&mut conn).expect_err("stopped");
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(dump(&conn), "");
}

#[test]
fn cancelling_keeps_what_was_committed() {
    let database = Database::new();
    let stop = |event: &Event<'_>| match event {
        Event::Committed { .. } => Break(()),
        _ => Continue(()),
    };
    let runner: Runner<'_> = runner(&[NOTES, UNPROTECTED]).observer(stop);
    let error = runner.up(&mut database.open()).expect_err("stopped after the first part");
    assert!(error.is_cancelled() && !error.is_dirty());
    assert_eq!(error.report().steps().len(), 1);
    assert!(
        format!("{error:#}").starts_with("the run was cancelled\nnothing else was changed"),
        "{error}"
    );
    let plan = runner.plan(&database.open(), Target::Latest).expect("a plan");
    assert_eq!(plan.steps().len(), 1);
}
