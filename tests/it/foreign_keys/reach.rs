//! Which tables are checked after a script that runs with foreign keys off.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use migratory::{
    Checksum, Down, Event, Migration, MigrationSet, Mode, NewerDatabase, Runner, Script, Version,
};

use crate::support::{Database, runner, set, value};

/// A child row that dangles once its parent is gone, and an unrelated table.
const TABLES: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY);
     CREATE TABLE child (parent_id NOT NULL REFERENCES parent (id));
     CREATE TABLE other (x); CREATE TABLE more (x); CREATE VIEW seen AS SELECT x FROM other;
     INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);";

fn error(schema: &str, script: &str) -> String {
    let database = Database::with(&format!("{TABLES} {schema}"));
    let script = format!("PRAGMA foreign_keys = OFF; {script}");
    let error = runner(&[(&script, "")]).up(&mut database.open()).expect_err(&script);
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(value(&database.open(), "SELECT count(*) FROM parent"), "1", "{script}");
    format!("{error:#}")
}

/// The script needn't mention `parent` or `child`: what it triggers does, and is gone at the end of the script.
#[test]
fn writes_through_objects_that_are_dropped_later_are_checked() {
    for (schema, script) in [
        (
            "CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END;",
            "INSERT INTO other VALUES (1); DROP TRIGGER t;",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END;",
            "INSERT INTO other VALUES (1); DROP TABLE other;",
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON other BEGIN INSERT INTO more VALUES (1); END;
             CREATE TRIGGER u AFTER INSERT ON more BEGIN DELETE FROM parent; END;",
            "INSERT INTO other VALUES (1); DROP TRIGGER u; DROP TRIGGER t;",
        ),
        (
            "CREATE TRIGGER t INSTEAD OF DELETE ON seen BEGIN DELETE FROM parent; END; INSERT INTO other VALUES (1);",
            "DELETE FROM seen; DROP VIEW seen;",
        ),
        (
            "CREATE TRIGGER t INSTEAD OF DELETE ON seen BEGIN DELETE FROM \"PARENT\"; END; INSERT INTO other VALUES (1);",
            "DELETE FROM [Seen]; DROP TRIGGER t;",
        ),
        (
            "CREATE VIEW outer_view AS SELECT x FROM seen; INSERT INTO other VALUES (1);
             CREATE TRIGGER u INSTEAD OF DELETE ON outer_view BEGIN DELETE FROM seen; END;
             CREATE TRIGGER t INSTEAD OF DELETE ON seen BEGIN DELETE FROM parent; END;",
            "DELETE FROM outer_view; DROP VIEW outer_view; DROP VIEW seen;",
        ),
        (
            "CREATE TRIGGER t AFTER UPDATE ON other BEGIN DELETE FROM parent; END; INSERT INTO other VALUES (1);",
            "UPDATE other SET x = 2; ALTER TABLE other RENAME TO another; DROP TRIGGER t;",
        ),
        (
            "",
            "CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END; INSERT INTO other VALUES (1); \
             DROP TRIGGER t;",
        ),
        (
            "",
            "ALTER TABLE child RENAME TO kid; ALTER TABLE parent RENAME TO elder; DELETE FROM elder; \
             ALTER TABLE elder RENAME TO parent; ALTER TABLE kid RENAME TO child;",
        ),
    ] {
        let text = error(schema, script);
        assert!(
            text.contains("child row 1: parent_id = 1 has no match in parent"),
            "{script}: {text}"
        );
    }
}

#[test]
fn every_table_that_a_stored_down_writes_to_is_checked() {
    let trigger = "CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END;";
    let down = "PRAGMA foreign_keys = OFF; INSERT INTO other VALUES (1); DROP TRIGGER t;";
    let newer = set(&[(TABLES, ""), (trigger, down)]);
    let database = Database::new();
    Runner::new(newer).up(&mut database.open()).expect("both");
    let older = runner(&[(TABLES, "")]).newer_database(NewerDatabase::RollBack);
    let error = older.up(&mut database.open()).expect_err("the down lets a row dangle");
    assert!(error.is_foreign_key_violation(), "{error}");
}

#[test]
fn an_index_that_a_key_needs_may_not_be_dropped() {
    let schema = "CREATE TABLE code (c); CREATE UNIQUE INDEX code_c ON code (c); CREATE TABLE user (c REFERENCES code (c));";
    let text = error(schema, "DROP INDEX code_c;");
    assert!(text.contains(r#"user: foreign key mismatch - "user" referencing "code""#), "{text}");
}

/// Runs a script that wrote to these tables in its rehearsal, and returns how often each of its statements ran.
fn rehearsed(insert: &str, writes: Option<&str>) -> migratory::Result<usize> {
    let schema = "PRAGMA foreign_keys = OFF; CREATE TABLE big (x REFERENCES parent); INSERT INTO big VALUES (9);
         CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM parent; END;";
    let sql = format!("PRAGMA foreign_keys = OFF; {insert}");
    let up = Script::new("1_a.up.sql", &sql, Mode::ForeignKeysOff);
    let up = writes.map_or(up, |tables| up.with_writes(tables));
    let checksum = Checksum::of_script(&sql);
    let migrations = [Migration::new(Version::new(1), "a", up, Down::UpOnly, checksum, checksum)];
    let (set, count) = (MigrationSet::new(&migrations), AtomicUsize::new(0));
    let counting = |event: &Event<'_>| {
        let is_first = matches!(event, Event::Statement { nth: 1, .. });
        count.fetch_add(usize::from(is_first), Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    let database = Database::with(&format!("{TABLES} {schema}"));
    Runner::new(&set).observer(counting).up(&mut database.open())?;
    Ok(count.load(Ordering::Relaxed))
}

/// A script is run a second time if a checked table has a dangling row.
#[test]
fn a_table_that_a_script_only_reads_is_not_checked() {
    let insert = "INSERT INTO more SELECT x FROM big;";
    assert_eq!(rehearsed(insert, None).expect("an old row dangles"), 2);
    assert_eq!(rehearsed(insert, Some("more")).expect("no row of its tables dangles"), 1);
}

#[test]
fn writes_of_a_trigger_unknown_to_the_rehearsal_are_checked() {
    let error = rehearsed("INSERT INTO other VALUES (2); DROP TRIGGER t;", Some("seen\nOTHER"))
        .expect_err("the database has a trigger of its own");
    assert!(format!("{error:#}").contains("child row 1"), "{error}");
}
