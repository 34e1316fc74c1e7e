//! A run restores the connection's pragmas and hooks, and refuses states that would mislead it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use migratory::{Event, Runner};
use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use crate::support::{Database, dump, runner, value};

const NOTES: (&str, &str) =
    ("CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER);", "DROP TABLE note;");
const FILLED: (&str, &str) =
    ("PRAGMA foreign_keys = OFF; INSERT INTO note (n) VALUES (1), (2);", "DELETE FROM note;");
const UNPROTECTED: (&str, &str) = (
    "-- migratory: no-transaction\nPRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; VACUUM;",
    "",
);
const FAILS: (&str, &str) = ("INSERT INTO note (n) VALUES (3); SELECT nothing;", "");

/// Reads all settings that a connection reports.
fn settings(conn: &Connection) -> Vec<String> {
    let names = [
        "foreign_keys",
        "defer_foreign_keys",
        "recursive_triggers",
        "synchronous",
        "busy_timeout",
        "journal_mode",
        "locking_mode",
        "cache_size",
        "temp_store",
        "query_only",
        "legacy_alter_table",
        "ignore_check_constraints",
        "count_changes",
        "full_column_names",
        "short_column_names",
        "reverse_unordered_selects",
    ];
    names.map(|name| format!("{name} = {}", value(conn, &format!("PRAGMA {name}")))).to_vec()
}

const ODD: &str = "PRAGMA recursive_triggers = ON; PRAGMA busy_timeout = 1234; PRAGMA count_changes = ON; \
     PRAGMA full_column_names = ON; PRAGMA short_column_names = OFF; PRAGMA reverse_unordered_selects = ON; \
     PRAGMA cache_size = 77;";

#[test]
fn pragmas_are_restored_however_a_run_ends() {
    let sets: [&[(&str, &str)]; 4] = [
        &[NOTES, FILLED],
        &[NOTES, FILLED, UNPROTECTED],
        &[NOTES, FILLED, FAILS],
        &[NOTES, FAILS, UNPROTECTED],
    ];
    for keys in ["ON", "OFF"] {
        for set in sets {
            let database = Database::new();
            let mut conn = database.open();
            for pragma in format!("{ODD} PRAGMA foreign_keys = {keys};").split_inclusive(';') {
                let mut statement = conn.prepare(pragma).expect("a pragma");
                let mut rows = statement.query([]).expect("a pragma");
                while rows.next().expect("a row").is_some() {}
            }
            let before = settings(&conn);
            let _ = runner(set).up(&mut conn);
            assert_eq!(settings(&conn), before, "{set:?}");
            let _ = runner(set).down(&mut conn, 9);
            assert_eq!(settings(&conn), before, "{set:?}");
            assert!(conn.is_autocommit());
        }
    }
}

#[test]
fn hooks_stay_registered_and_are_called_for_migrations() {
    let database = Database::new();
    let mut conn = database.open();
    let (updates, commits, steps, asked) = [(); 4].map(|()| Arc::new(AtomicUsize::new(0))).into();
    let count = |counter: &Arc<AtomicUsize>| {
        let counter = Arc::clone(counter);
        move || counter.fetch_add(1, Ordering::Relaxed)
    };
    let (on_update, on_commit, on_step, on_ask) =
        (count(&updates), count(&commits), count(&steps), count(&asked));
    let _ = conn.update_hook(Some(move |_, _: &str, _: &str, _| {
        on_update();
    }));
    let _ = conn.commit_hook(Some(move || {
        on_commit();
        false
    }));
    let _ = conn.progress_handler(
        1,
        Some(move || {
            on_step();
            false
        }),
    );
    let _ = conn.authorizer(Some(move |_: AuthContext<'_>| {
        on_ask();
        Authorization::Allow
    }));
    let all = [&updates, &commits, &steps, &asked];
    let watched: Runner<'_> =
        runner(&[NOTES, FILLED]).observer(|_: &Event<'_>| std::ops::ControlFlow::Continue(()));
    watched.up(&mut conn).expect("up");
    let after = all.map(|counter| counter.load(Ordering::Relaxed));
    assert!(after.iter().all(|count| *count > 0), "{after:?}");
    conn.execute("INSERT INTO note (n) VALUES (9)", []).expect("a row");
    let later = all.map(|counter| counter.load(Ordering::Relaxed));
    assert!(
        after.iter().zip(later).all(|(before, now)| *before < now),
        "all are still there: {after:?} {later:?}"
    );
}

#[test]
fn a_temporary_table_that_shadows_a_table_is_refused() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&[NOTES]).up(&mut conn).expect("the first version");
    conn.execute_batch("CREATE TEMP TABLE Note (n); CREATE TEMP TABLE other (n)")
        .expect("temporary tables");
    let error =
        runner(&[NOTES, FILLED]).up(&mut conn).expect_err("it would fill the temporary one");
    expect![[r#"
        migrations/2_step.up.sql: the connection has temporary objects with names that the migration mentions:
            Note
        nothing was changed: SQLite prefers a temporary object, so the migration would change that one
        help: migrate before creating temporary objects, or rename them"#]]
    .assert_eq(&format!("{error:#}"));
    conn.execute_batch("DROP TABLE temp.note").expect("no temporary table");
    runner(&[NOTES, FILLED]).up(&mut conn).expect("up");
}

#[test]
fn methods_that_need_a_transaction_refuse_an_open_one() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = runner(&[NOTES, FILLED]);
    conn.execute_batch("BEGIN").expect("a transaction");
    let version = migratory::Version::new(1);
    let outcomes = [
        runner.up(&mut conn).err(),
        runner.to(&mut conn, version).err(),
        runner.down(&mut conn, 1).err(),
        runner.redo(&mut conn).err(),
        runner.baseline(&mut conn, version).err(),
        runner.adopt(&mut conn, migratory::Origin::Sqlx).err(),
        runner.repair(&mut conn, migratory::Repair::Edited(version)).err(),
        migratory::Backup::restore(database.path(), &mut conn).err(),
    ];
    for outcome in outcomes {
        let error = outcome.expect("a refusal");
        assert!(matches!(error.kind(), migratory::ErrorKind::InTransaction), "{error}");
    }
    runner.status(&conn).expect("reading is fine");
    runner.verify(&conn).expect("reading is fine");
    assert!(!conn.is_autocommit(), "and it is still open");
    assert_eq!(dump(&conn), "");
}

#[test]
fn a_script_can_not_turn_off_its_rollback_journal() {
    let database = Database::new();
    let text = "x".repeat(1000);
    let rows = format!(
        "CREATE TABLE a (b); INSERT INTO a WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 9000) \
         SELECT '{text}' FROM n;"
    );
    runner(&[(&rows, "")]).up(&mut database.open()).expect("many rows");
    let before = dump(&database.open());
    let off = "PRAGMA journal_mode = OFF; UPDATE a SET b = 'y'; SELECT nonsense;";
    let mut conn = database.open();
    runner(&[(&rows, ""), (off, "")]).up(&mut conn).expect_err("it fails");
    assert_eq!(value(&conn, "PRAGMA journal_mode"), "delete");
    drop(conn);
    assert!(dump(&database.open()) == before, "not a row is another");
}
