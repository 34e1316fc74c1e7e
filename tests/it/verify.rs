//! Compares the live schema with the one that the migrations create.

use expect_test::expect;
use migratory::{Repair, Runner, Version};

use crate::support::{Database, runner, value};

const NOTES: (&str, &str) = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX note_text ON note (text);",
    "DROP TABLE note;",
);

fn notes() -> Runner<'static> {
    runner(&[NOTES])
}

fn migrated() -> Database {
    let database = Database::new();
    notes().up(&mut database.open()).expect("up");
    database
}

#[test]
fn an_untouched_schema_matches_its_version() {
    let database = migrated();
    let drift = notes().verify(&database.open()).expect("a comparison");
    assert_eq!((drift.is_empty(), drift.version()), (true, Some(Version::new(1))));
    assert_eq!(drift.to_string(), "the schema is that of version 1");
}

#[test]
fn verify_names_foreign_changes_and_status_counts_them() {
    let database = migrated();
    let theirs =
        "DROP INDEX note_text; ALTER TABLE note ADD COLUMN mood TEXT; CREATE VIEW v AS SELECT 1;";
    database.open().execute_batch(theirs).expect("a foreign change");
    let conn = database.open();
    expect![[r"
        the schema is not that of version 1: 1 missing, 1 different, 1 added
        table note differs from the migrations:
              CREATE TABLE note (
                id INTEGER PRIMARY KEY,
                text TEXT
            +   mood TEXT
              )
        index note_text on note is missing:
            - CREATE INDEX note_text ON note (
            -   text
            - )
        view v is not part of the migrations:
            + CREATE VIEW v AS SELECT 1"]]
    .assert_eq(&notes().verify(&conn).expect("a comparison").to_string());
    let status = notes().status(&conn).expect("a status").to_string();
    let line = "the schema was changed by something other than a migration: 1 missing, 1 different, 1 added";
    assert!(status.ends_with(line), "{status}");
}

#[test]
fn declared_objects_of_the_application_are_no_drift() {
    let database = migrated();
    let own = "CREATE VIRTUAL TABLE fts_note USING fts5(text); \
               CREATE TRIGGER fts_note_insert AFTER INSERT ON note BEGIN SELECT 1; END;";
    database.open().execute_batch(own).expect("tables of the application's");
    let declared = notes().ignore("FTS_*");
    let conn = database.open();
    assert!(declared.verify(&conn).expect("a comparison").is_empty());
    assert!(!declared.status(&conn).expect("a status").is_drifted());
    assert!(!notes().verify(&conn).expect("a comparison").is_empty());
    assert!(notes().status(&conn).expect("a status").is_drifted());
}

#[test]
fn a_database_without_migrations_is_compared_with_an_empty_one() {
    let database = Database::with("CREATE TABLE a (b)");
    let drift = notes().verify(&database.open()).expect("a comparison");
    assert!(
        drift.to_string().starts_with("the schema is not that of an empty database: 1 added"),
        "{drift}"
    );
}

#[test]
fn repairs_are_recorded_in_the_history() {
    let database = migrated();
    let edited = runner(&[(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX note_text ON note (text); \
         DELETE FROM note;",
        NOTES.1,
    )]);
    assert!(edited.up(&mut database.open()).expect_err("changed").is_changed());
    edited.repair(&mut database.open(), Repair::Edited(Version::new(1))).expect("a repair");
    edited.up(&mut database.open()).expect("nothing to do");
    let remark = value(&database.open(), "SELECT remark FROM migratory_history");
    assert!(remark.starts_with("taken as edited on 20") && remark.ends_with(" UTC"), "{remark}");

    let dirty =
        runner(&[NOTES, ("-- migratory: no-transaction\nCREATE TABLE a (x); VACUUM nowhere;", "")]);
    let database = Database::new();
    assert!(dirty.up(&mut database.open()).expect_err("half-way").is_dirty());
    dirty.repair(&mut database.open(), Repair::Done(Version::new(2))).expect("a repair");
    let remark = value(&database.open(), "SELECT remark FROM migratory_history WHERE version = 2");
    assert!(remark.starts_with("finished by hand on 20"), "{remark}");
}
