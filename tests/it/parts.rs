//! What a runner does that is made without the parts that its set has no use for.

use expect_test::expect;
use migratory::{ErrorKind, MigrationSet, NewerDatabase, Runner, Unresumable};
use rusqlite::Connection;

use crate::support::{Database, runner, set, value};

const ONE: (&str, &str) = ("CREATE TABLE one (x INTEGER PRIMARY KEY);", "DROP TABLE one;");
const VACUUM: &str = "-- migratory: no-transaction\nDROP TABLE two;\nVACUUM;";

/// A database in which a newer program was killed while it reverted its migration 2.
fn half_way() -> Database {
    let database = Database::new();
    runner(&[ONE, ("CREATE TABLE two (x);", VACUUM)]).up(&mut database.open()).expect("both");
    // No byte of the script is done: the hash is that of nothing.
    let mark = "UPDATE migratory_history SET state = 'reverting', \
                progress = 'byte 0 after e3b0c44298fc1c14' WHERE version = 2; PRAGMA user_version = 0";
    database.open().execute_batch(mark).expect("the mark of the killed run");
    database
}

#[test]
fn a_half_way_stored_down_is_continued_only_by_a_run_that_may_revert() {
    let database = half_way();
    let older = runner(&[ONE]);
    let error = older.up(&mut database.open()).expect_err("it doesn't revert");
    let ErrorKind::Dirty { why, .. } = error.kind() else { panic!("{error}") };
    assert_eq!(*why, Unresumable::OtherScript);
    assert_eq!(value(&database.open(), "SELECT count(*) FROM two"), "0");

    let back = older.newer_database(NewerDatabase::RollBack);
    assert_eq!(back.up(&mut database.open()).expect("it reverts").steps().len(), 1);
    let database = half_way();
    assert_eq!(runner(&[ONE]).down(&mut database.open(), 0).expect("it reverts").steps().len(), 1);
}

#[test]
fn a_runner_that_no_longer_rolls_back_runs_no_stored_down() {
    for last in [NewerDatabase::Refuse, NewerDatabase::Tolerate] {
        let database = half_way();
        let runner = runner(&[ONE]).newer_database(NewerDatabase::RollBack).newer_database(last);
        let error = runner.up(&mut database.open()).expect_err("it doesn't revert");
        let ErrorKind::Dirty { why, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(*why, Unresumable::OtherScript);
        assert_eq!(value(&database.open(), "SELECT count(*) FROM two"), "0");
    }
}

/// An application's own table refers to one of the set's, with a key that is checked at the end.
fn with_deferred_key(set: &MigrationSet<'_>) -> Connection {
    let mut conn = Connection::open_in_memory().expect("memory");
    Runner::new(set).to(&mut conn, migratory::Version::new(1)).expect("the first");
    conn.execute_batch(
        "CREATE TABLE own (x REFERENCES one DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO one VALUES (7), (8); INSERT INTO own VALUES (7)",
    )
    .expect("the application's table");
    conn
}

#[test]
fn a_violation_in_an_applications_table_is_found_without_the_parts_for_it() {
    let set = set(&[ONE, ("DELETE FROM one;", "")]);
    let mut conn = with_deferred_key(set);
    let whole = Runner::new(set).up(&mut conn).expect_err("a row dangles");
    expect![[r#"
        migrations/2_step.up.sql: 1 row has a dangling foreign key:
            own row 1: x = 7 has no match in one
        its transaction was rolled back: nothing of it remains
        help: keep the parent rows, or delete or change the referring rows in the migration"#]]
    .assert_eq(&whole.to_string());

    let lean = set.never_deferring();
    let error = Runner::new(&lean).up(&mut conn).expect_err("a row dangles");
    assert!(error.is_foreign_key_violation());
    expect![[r#"
        the migrations of one transaction: 1 row has a dangling foreign key:
            own row 1 has no match in one
        its transaction was rolled back: nothing of it remains
        help: keep the parent rows, or delete or change the referring rows in the migration"#]]
    .assert_eq(&error.to_string());
    assert_eq!(value(&conn, "SELECT count(*) FROM one"), "2");
}
