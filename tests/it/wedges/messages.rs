//! The messages about a no-transaction script that stopped, in each state that it may leave.

use std::error::Error;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Duration;

use expect_test::{Expect, expect};
use migratory::{Backup, Event, Runner, Target};

use super::{BASE, FAILS, open};
use crate::support::{Database, runner, set};

/// Returns the error of a run during which another connection takes the write lock at the chosen event, and keeps
/// it.
fn locked(script: &str, at: impl Fn(&Event<'_>) -> bool + Send + Sync, expected: &Expect) {
    let database = Database::new();
    let held = Mutex::new(None);
    let observer = |event: &Event<'_>| {
        if at(event) {
            let other = open(&database, "DELETE", Duration::ZERO);
            other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
            *held.lock().expect("a lock") = Some(other);
        }
        ControlFlow::Continue(())
    };
    let program = runner(&[BASE, (script, "")]).observer(observer);
    let mut conn = open(&database, "DELETE", Duration::from_millis(2));
    let error = program.up(&mut conn).expect_err("the database is locked");
    expected.assert_eq(&format!(
        "busy: {}, dirty: {}\n{:#}",
        error.is_busy(),
        error.is_dirty(),
        error.kind()
    ));
    let source = error.source().expect("SQLite's error").to_string();
    assert!(format!("{error:#}").contains(&source), "{error:#}");
    assert!(
        !error.to_string().contains(&source),
        "a program that prints sources would print it twice: {error}"
    );
}

fn is_statement(event: &Event<'_>, number: usize) -> bool {
    matches!(event, Event::Statement { step, nth, .. } if step.version.get() == 2 && *nth == number)
}

fn is_executed(event: &Event<'_>, number: usize) -> bool {
    matches!(event, Event::Executed { step, nth, .. } if step.version.get() == 2 && *nth == number)
}

const TWO: &str = "-- migratory: no-transaction\nUPDATE t SET n = n + 1;\nUPDATE t SET n = n * 2;";

#[test]
fn a_lock_at_the_first_statement_is_explained() {
    locked(
        TWO,
        |event| is_statement(event, 1),
        &expect![[r#"
            busy: true, dirty: true
            migrations/2_step.up.sql:2:1: database is locked
                UPDATE t SET n = n + 1;
            the script runs outside a transaction and has written nothing, but its mark in the history could not be removed
            help: try again, which is safe: the next run starts it from the beginning"#]],
    );
}

#[test]
fn a_lock_between_two_statements_is_explained() {
    locked(
        TWO,
        |event| is_statement(event, 2),
        &expect![[r#"
            busy: true, dirty: true
            migrations/2_step.up.sql:3:1: database is locked
                UPDATE t SET n = n * 2;
            the script runs outside a transaction; its progress is recorded: statement 1 of 2 is done
            help: try again, which is safe: the next run continues there, even if you correct the text from there on
            help: or resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"#]],
    );
}

#[test]
fn a_lock_while_the_end_is_recorded_is_explained() {
    locked(
        TWO,
        |event| is_executed(event, 2),
        &expect![[r#"
            busy: true, dirty: true
            migration 2 step ran to its end outside a transaction, but could not be recorded: the database is in use by another connection: database is locked
            help: try again, which is safe: the next run records it"#]],
    );
    let bound = "-- migratory: no-transaction\nUPDATE t SET n = changes();";
    locked(
        bound,
        |event| is_executed(event, 1),
        &expect![[r#"
            busy: false, dirty: true
            migration 2 step ran to its end outside a transaction, but could not be recorded: the database is in use by another connection: database is locked
            help: once the database can be written, call `Runner::repair` with `Repair::Done(2)`"#]],
    );
}

#[test]
fn a_run_cancelled_before_or_after_its_first_statement_is_explained() {
    let text = |number: usize| {
        let stop = move |event: &Event<'_>| match event {
            event if is_statement(event, number) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        let program = runner(&[BASE, (TWO, "")]).observer(stop);
        program.up(&mut Database::new().open()).expect_err("cancelled").kind().to_string()
    };
    expect![[r#"
        the run was cancelled in migrations/2_step.up.sql
        the script runs outside a transaction and has written nothing: the next run starts it from the beginning

        the run was cancelled in migrations/2_step.up.sql
        the script runs outside a transaction; its progress is recorded: statement 1 of 2 is done
        help: try again, which is safe: the next run continues there, even if you correct the text from there on
        help: or resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"#]].assert_eq(&format!("{}\n\n{}", text(1), text(2)));
}

#[test]
fn a_failing_first_statement_is_explained() {
    let script = "-- migratory: no-transaction\nINSERT INTO t (id) VALUES (1);";
    let error =
        runner(&[BASE, (script, "")]).up(&mut Database::new().open()).expect_err("1 is there");
    expect![[r#"
        migrations/2_step.up.sql:2:1: UNIQUE constraint failed: t.id
            INSERT INTO t (id) VALUES (1);
        the script runs outside a transaction and has written nothing: the next run starts it from the beginning"#]].assert_eq(&format!("{:#}", error.kind()));
}

/// What a person has to know about a script that only its own connection could have continued.
#[test]
fn a_script_that_can_not_continue_is_explained_with_its_statement() {
    let database = Database::new();
    let script = "-- migratory: no-transaction\nCREATE TEMP TABLE kept AS SELECT n FROM t;\n\
        UPDATE t SET n = n + 1;\nINSERT INTO t (id)\nVALUES (1);";
    let program = runner(&[BASE, (script, "")]);
    let error = program.up(&mut database.open()).expect_err("1 is there");
    let text =
        format!("{:#}\n\n{:#}", error.kind(), program.up(&mut database.open()).expect_err("dirty"));
    expect![[r#"
        migrations/2_step.up.sql:4:1: UNIQUE constraint failed: t.id
            INSERT INTO t (id)
            VALUES (1);
        the script runs outside a transaction: the effects of the statements before this one remain, and the next run can't continue it
        help: resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`

        migration 2 step was being applied outside a transaction and did not finish
        everything before migrations/2_step.up.sql:4 is done; the next statement is:
            INSERT INTO t (id)
            VALUES (1);
        nothing was changed now: the script uses temporary objects or attached databases, which no longer exist
        help: resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"#]].assert_eq(&text);
    let other = Runner::new(set(&[BASE, ("DROP TABLE t", "")]));
    expect![[r#"
        migration 2 step was being applied outside a transaction and did not finish
        nothing was changed now: this program does not have the script that was running, so it can't continue it
        help: run the program that has it: it continues where the script stopped
        help: or resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"#]].assert_eq(&other.up(&mut database.open()).expect_err("dirty").to_string());
    let without_progress = "UPDATE migratory_history SET progress = NULL WHERE version = 2";
    database.open().execute_batch(without_progress).expect("an update");
    expect![[r#"
        migration 2 step was being applied outside a transaction and did not finish
        nothing was changed now: it is unknown which of its statements are done
        help: resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"#]].assert_eq(
        &program.to(&mut database.open(), Target::Empty).expect_err("dirty").to_string(),
    );
}

#[test]
fn a_script_that_another_process_is_running_is_explained() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&[BASE, (FAILS, "")]).up(&mut conn).expect_err("1 is there");
    let take = Backup::beside().take(&mut conn).expect_err("half of it is done");
    expect![[r#"
        migration 2 step is being applied outside a transaction and has not finished
        nothing was changed: a backup or a comparison made now would see half of it; retrying later is safe
        help: if another process is running it, `Connection::busy_timeout` sets how long to wait; otherwise the next run finishes it"#]].assert_eq(&take.to_string());
    let verify = runner(&[BASE, (FAILS, "")]).verify(&conn).expect_err("half of it is done");
    assert_eq!(verify.to_string(), take.to_string());
}
