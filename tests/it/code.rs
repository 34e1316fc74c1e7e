//! Steps in Rust run in the migration's transaction, and are rolled back with it.

use std::panic::{self, AssertUnwindSafe};

use expect_test::expect;
use migratory::{Error, Runner, Version};
use rusqlite::Transaction;

use crate::support::{Database, dump, runner, value};

const TOKENS: (&str, &str) = (
    "CREATE TABLE session (id INTEGER PRIMARY KEY, token TEXT); INSERT INTO session (token) VALUES ('a'), ('b');",
    "DROP TABLE session;",
);
const HASHED: (&str, &str) = (
    "-- migratory: code\nALTER TABLE session ADD COLUMN hash TEXT;",
    "-- migratory: code\nALTER TABLE session DROP COLUMN hash;",
);
const ONLY_CODE: (&str, &str) = ("-- migratory: code", "-- migratory: code");
const TWO: Version = Version::new(2);

type Outcome = migratory::CodeResult;

fn hash(tx: &Transaction<'_>) -> Outcome {
    tx.execute("UPDATE session SET hash = token || '#', token = NULL", [])?;
    Ok(())
}

fn unhash(tx: &Transaction<'_>) -> Outcome {
    tx.execute("UPDATE session SET token = rtrim(hash, '#')", [])?;
    Ok(())
}

fn hashing() -> Runner<'static> {
    runner(&[TOKENS, HASHED]).code(TWO, hash).code_down(TWO, unhash)
}

#[test]
fn steps_run_after_the_sql_of_an_up_and_before_the_sql_of_a_down() {
    let database = Database::new();
    runner(&[TOKENS]).up(&mut database.open()).expect("the first version");
    let before = dump(&database.open());
    hashing().up(&mut database.open()).expect("up");
    assert_eq!(value(&database.open(), "SELECT group_concat(hash) FROM session"), "a#,b#");
    hashing().down(&mut database.open(), 1).expect("down");
    assert_eq!(dump(&database.open()), before);
}

#[test]
fn a_script_may_consist_of_a_step_alone() {
    let database = Database::new();
    let step = |tx: &Transaction<'_>| -> Outcome {
        tx.execute("DELETE FROM session", [])?;
        Ok(())
    };
    let runner = runner(&[TOKENS, ONLY_CODE]).code(TWO, step).code_down(TWO, |_| Ok(()));
    assert_eq!(runner.up(&mut database.open()).expect("up").steps().len(), 2);
    assert_eq!(value(&database.open(), "SELECT count(*) FROM session"), "0");
}

fn fails(runner: &Runner<'_>) -> Error {
    let database = Database::new();
    let error = runner.up(&mut database.open()).expect_err("an error");
    assert_eq!(dump(&database.open()), "", "nothing remains: {error}");
    error
}

#[test]
fn missing_steps_are_refused_before_anything_changes() {
    expect![[r"
        migrations have a step in Rust that the runner was not given:
            migrations/2_step.up.sql
            migrations/2_step.down.sql
        nothing was changed
        help: supply it with `Runner::code` and the constant of version 2
        help: supply it with `Runner::code_down` and the constant of version 2"]]
    .assert_eq(&fails(&runner(&[TOKENS, HASHED])).to_string());
}

#[test]
fn unexpected_and_surplus_steps_are_refused() {
    let one = Version::new(1);
    expect![[r"
        the runner was given a step in Rust for version 1 with `Runner::code`, but its file does not declare one
        nothing was changed
        help: write `-- migratory: code` at the top of the file, or remove the step"]]
    .assert_eq(&fails(&hashing().code(one, hash)).to_string());
    expect![[r"
        the runner was given two steps in Rust for version 2 with `Runner::code_down`
        nothing was changed
        help: combine them into one"]]
    .assert_eq(&fails(&hashing().code_down(TWO, hash)).to_string());
}

fn with(step: impl Fn(&Transaction<'_>) -> Outcome + Send + Sync + 'static) -> Runner<'static> {
    runner(&[TOKENS, HASHED]).code(TWO, step).code_down(TWO, unhash)
}

#[test]
fn a_failing_step_rolls_everything_back() {
    let error = fails(&with(|_| Err("no key".into())));
    assert!(error.is_code());
    assert_eq!(error.file(), Some("migrations/2_step.up.sql"));
    assert_eq!(
        std::error::Error::source(&error).map(ToString::to_string).as_deref(),
        Some("no key")
    );
    expect![[r"
        migrations/2_step.up.sql: its step in Rust failed: no key
        its transaction was rolled back: nothing of it remains"]]
    .assert_eq(&format!("{error:#}"));
}

#[test]
fn a_step_may_not_change_the_schema() {
    expect![[r"
        migrations/2_step.up.sql: its step in Rust changed the schema
        its transaction was rolled back: nothing of it remains
        help: change the schema in the file, where the build proves it; the step may change rows"]]
    .assert_eq(&fails(&with(|tx| Ok(tx.execute_batch("CREATE TABLE more (x)")?))).to_string());
}

#[test]
fn a_step_that_ends_the_transaction_is_detected_even_if_it_begins_another() {
    for sql in ["ROLLBACK", "ROLLBACK; BEGIN"] {
        expect![[r"
            migrations/2_step.up.sql: its step in Rust ended the transaction of the migration
            if it committed, the changes up to there remain, and are not recorded
            help: remove COMMIT and ROLLBACK from the step; the runner commits"]]
        .assert_eq(&fails(&with(move |tx| Ok(tx.execute_batch(sql)?))).to_string());
    }
}

#[test]
fn a_panicking_step_rolls_everything_back_and_restores_the_connection() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = with(|_| panic!("a bug"));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| runner.up(&mut conn)));
    assert!(outcome.is_err());
    assert!(conn.is_autocommit());
    assert_eq!(value(&conn, "PRAGMA foreign_keys"), "1");
    assert_eq!(dump(&conn), "");
    hashing().up(&mut conn).expect("a rerun");
}

#[test]
fn rows_that_a_step_makes_dangle_are_found_with_foreign_keys_off_too() {
    let tables = (
        "CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (x REFERENCES a); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);",
        "",
    );
    for head in ["", "PRAGMA foreign_keys = OFF;", "PRAGMA defer_foreign_keys = ON;"] {
        let database = Database::new();
        let up = format!("-- migratory: code\n{head}");
        let runner =
            runner(&[tables, (&up, "")]).code(TWO, |tx| Ok(tx.execute_batch("DELETE FROM a")?));
        let error = runner.up(&mut database.open()).expect_err("b refers to nothing");
        assert!(error.is_foreign_key_violation() || error.is_code(), "{head}: {error}");
        assert!(
            !dump(&database.open()).contains("CREATE TABLE b") || head.contains("= OFF"),
            "{head}"
        );
    }
}
