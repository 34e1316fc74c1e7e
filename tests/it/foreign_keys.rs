//! A rebuild loses no child row, and nothing dangles after it.

use std::ops::ControlFlow;
use std::sync::Mutex;

use expect_test::expect;
use migratory::Event;

use crate::support::{Database, runner, value};

mod counted;
mod deferred;
mod former;
mod generated;
mod reach;

const PARENTS: (&str, &str) = (
    "CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
     CREATE TABLE album (id INTEGER PRIMARY KEY, artist_id INTEGER NOT NULL REFERENCES artist (id) ON DELETE CASCADE);
     INSERT INTO artist VALUES (1, 'a'), (2, 'b');
     INSERT INTO album VALUES (10, 1), (11, 1), (20, 2);",
    "DROP TABLE album; DROP TABLE artist;",
);

/// Returns SQLite's recommended rebuild, which copies the rows that satisfy `rows`.
fn rebuild(rows: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE artist_new (id INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO artist_new (id, name) SELECT id, name FROM artist WHERE {rows};
         DROP TABLE artist;
         ALTER TABLE artist_new RENAME TO artist;
         PRAGMA foreign_keys = ON;"
    )
}

#[test]
fn the_rebuild_recipe_keeps_every_child_row() {
    for enforced in ["ON", "OFF"] {
        let database = Database::new();
        let mut conn = database.open();
        conn.execute_batch(&format!("PRAGMA foreign_keys = {enforced}")).expect("a pragma");
        let before = value(&conn, "PRAGMA foreign_keys");
        runner(&[PARENTS, (&rebuild("true"), "")]).up(&mut conn).expect("a rebuild");
        assert_eq!(value(&conn, "SELECT count(*) FROM album"), "3");
        assert_eq!(value(&conn, "PRAGMA foreign_keys"), before);
    }
}

#[test]
fn a_dangling_reference_is_named_and_rolled_back() {
    let database = Database::new();
    let mut conn = database.open();
    let error = runner(&[PARENTS, (&rebuild("id <> 1"), "")])
        .up(&mut conn)
        .expect_err("two albums lost their artist");
    assert!(error.is_foreign_key_violation());
    assert_eq!(value(&conn, "SELECT count(*) FROM artist"), "2");
    assert_eq!(value(&conn, "PRAGMA foreign_keys"), "1");
    assert_eq!(error.report().steps().len(), 1);
    expect![[r#"
        migrations/2_step.up.sql: 2 rows have dangling foreign keys:
            album row 10: artist_id = 1 has no match in artist
            album row 11: artist_id = 1 has no match in artist
        its transaction was rolled back: nothing of it remains
        help: keep the parent rows, or delete or change the referring rows in the migration
        done and committed before that:"#]]
    .assert_eq(format!("{error:#}").split("\n    applied").next().unwrap_or_default());
}

#[test]
fn rows_that_dangled_before_do_not_fail_a_rebuild() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&[PARENTS]).up(&mut conn).expect("the parents");
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF; INSERT INTO album VALUES (90, 9); PRAGMA foreign_keys = ON",
    )
    .expect("a row that dangles");
    runner(&[PARENTS, (&rebuild("true"), "")]).up(&mut conn).expect("no new violation");
    assert_eq!(value(&conn, "SELECT count(*) FROM album"), "4");
}

#[test]
fn a_script_that_is_retried_because_of_dangling_rows_takes_effect_once() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&[PARENTS]).up(&mut conn).expect("parents");
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF; DELETE FROM artist WHERE id = 2; PRAGMA foreign_keys = ON",
    )
    .expect("an album without an artist");
    let counting = format!("INSERT INTO artist VALUES (7, 'c'); {}", rebuild("true"));
    let numbers = Mutex::new(Vec::new());
    let observer = |event: &Event<'_>| {
        if let Event::Statement { nth, of, .. } = event {
            numbers.lock().expect("a lock").push((*nth, *of));
        }
        ControlFlow::Continue(())
    };
    runner(&[PARENTS, (&counting, "")]).observer(observer).up(&mut conn).expect("a rebuild");
    assert_eq!(value(&conn, "SELECT count(*) FROM artist WHERE name = 'c'"), "1");
    let once: Vec<_> = (1..=7).map(|nth| (nth, 7)).collect();
    assert_eq!(*numbers.lock().expect("a lock"), [once.clone(), once].concat());
}

#[test]
fn a_dangling_row_is_recognised_under_a_new_rowid() {
    let database = Database::with(
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (parent_id REFERENCES parent (id));
         INSERT INTO child VALUES (1), (2), (3); DELETE FROM child WHERE parent_id < 3;",
    );
    let mut conn = database.open();
    let rebuild = "PRAGMA foreign_keys = OFF;
         CREATE TABLE child_new (parent_id REFERENCES parent (id), note);
         INSERT INTO child_new (parent_id) SELECT parent_id FROM child;
         DROP TABLE child; ALTER TABLE child_new RENAME TO child;";
    runner(&[(rebuild, "")]).up(&mut conn).expect("row 3 is row 1 now, and dangles as before");
}

#[test]
fn rows_that_a_trigger_makes_dangle_elsewhere_are_found() {
    let database = Database::with(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (parent_id NOT NULL REFERENCES parent (id)) ;
         CREATE TABLE other (x);
         CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END;
         INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);",
    );
    let mut conn = database.open();
    let error = runner(&[("PRAGMA foreign_keys = OFF; INSERT INTO other VALUES (1);", "")])
        .up(&mut conn)
        .expect_err("the trigger deleted the parent");
    assert!(error.is_foreign_key_violation());
}

#[test]
fn tables_without_rowids_and_composite_keys_are_checked() {
    let database = Database::with(
        "CREATE TABLE parent (a, b, PRIMARY KEY (a, b));
         CREATE TABLE plain (a, b, FOREIGN KEY (a, b) REFERENCES parent (a, b));
         CREATE TABLE child (a, b, PRIMARY KEY (a, b), FOREIGN KEY (a, b) REFERENCES parent) WITHOUT ROWID;
         INSERT INTO parent VALUES (1, 'x'); INSERT INTO child VALUES (1, 'x');
         INSERT INTO plain VALUES (1, 'x');",
    );
    let mut conn = database.open();
    let error = runner(&[("PRAGMA foreign_keys = OFF; DELETE FROM parent;", "")])
        .up(&mut conn)
        .expect_err("both dangle");
    let text = format!("{error:#}");
    assert!(text.contains("child row (1, 'x'): a = 1, b = 'x' has no match in parent"), "{text}");
    assert!(text.contains("plain row 1: a = 1, b = 'x' has no match in parent"), "{text}");
}

#[test]
fn a_deferred_key_that_dangles_at_commit_is_named() {
    let database = Database::new();
    let mut conn = database.open();
    let deferred = "CREATE TABLE a (id INTEGER PRIMARY KEY);
         CREATE TABLE b (a_id REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO b VALUES (7);";
    let error = runner(&[(deferred, "")]).up(&mut conn).expect_err("7 dangles");
    assert!(error.is_foreign_key_violation());
    assert!(format!("{error:#}").contains("b row 1: a_id = 7 has no match in a"), "{error}");
    assert!(conn.is_autocommit());
}

#[test]
fn an_uncheckable_key_is_reported_only_for_the_migration_that_adds_it() {
    let old = ("CREATE TABLE a (x); CREATE TABLE b (x REFERENCES a (x)); CREATE TABLE c (x);", "");
    let rebuilt = (
        "PRAGMA foreign_keys = OFF; CREATE TABLE n (x NOT NULL); INSERT INTO n SELECT x FROM c; \
         DROP TABLE c; ALTER TABLE n RENAME TO c; -- beside a and b",
        "",
    );
    runner(&[old, rebuilt]).up(&mut Database::new().open()).expect("it was uncheckable before");
    let brought =
        ("PRAGMA foreign_keys = OFF; CREATE TABLE a (x); CREATE TABLE b (x REFERENCES a (x));", "");
    let error = runner(&[brought]).up(&mut Database::new().open()).expect_err("a new one");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert!(format!("{error:#}").contains("foreign key mismatch"), "{error}");
}

#[test]
fn a_row_that_dangled_before_does_not_fail_a_rename_of_its_table() {
    let old = (
        "PRAGMA foreign_keys = OFF; CREATE TABLE a (x PRIMARY KEY); CREATE TABLE b (rowid, x REFERENCES a);",
        "",
    );
    let renamed = ("PRAGMA foreign_keys = OFF; ALTER TABLE b RENAME TO c;", "");
    let filled = ("PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (1, 8);", "");
    let database = Database::new();
    runner(&[old]).up(&mut database.open()).expect("the tables");
    let dangling = "PRAGMA foreign_keys = OFF; INSERT INTO b VALUES (7, 9)";
    database.open().execute_batch(dangling).expect("a row that dangles");
    runner(&[old, renamed]).up(&mut database.open()).expect("it dangled before");
    let error = runner(&[old, renamed, filled]).up(&mut database.open()).expect_err("a new one");
    assert!(format!("{error:#}").contains("c row 2: x = 8 has no match in a"), "{error}");
}
