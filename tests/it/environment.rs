//! A migration has the same effect on a connection with other settings than the rehearsal's.

use expect_test::expect;
use migratory::{Grouping, Runner, Version};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::support::{Database, dump, runner, value};

/// Migrations that behave differently under each of the settings.
const SENSITIVE: [(&str, &str); 2] = [
    (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent ON DELETE CASCADE);
         CREATE VIEW of_parent AS SELECT id FROM parent;
         CREATE TABLE log (x);
         CREATE TRIGGER again AFTER INSERT ON log WHEN new.x < 4 BEGIN INSERT INTO log VALUES (new.x + 1); END;
         CREATE TABLE checked (x CHECK (x > 0));
         INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2);",
        "",
    ),
    (
        "DELETE FROM parent WHERE id = 1;
         ALTER TABLE parent RENAME TO elder;
         INSERT INTO log VALUES (1);
         INSERT OR IGNORE INTO checked VALUES (-1);
         CREATE TABLE matched AS SELECT 'a' LIKE 'A' AS x;
         CREATE TABLE ordered AS SELECT x FROM log;
         CREATE TABLE named AS SELECT c.id, c.parent FROM child AS c;",
        "",
    ),
];

/// Statements that change a connection's settings, and how to read them back.
const ODD: [(&str, &str); 9] = [
    ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys"),
    ("PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table"),
    ("PRAGMA case_sensitive_like = ON", "SELECT 'a' LIKE 'A'"),
    ("PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers"),
    ("PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints"),
    ("PRAGMA reverse_unordered_selects = ON", "PRAGMA reverse_unordered_selects"),
    ("PRAGMA full_column_names = ON", "PRAGMA full_column_names"),
    ("PRAGMA short_column_names = OFF", "PRAGMA short_column_names"),
    ("PRAGMA writable_schema = ON", "PRAGMA writable_schema"),
];

fn migrated(odd: &[&str]) -> (Database, Connection) {
    let database = Database::new();
    let mut conn = database.open();
    for sql in odd {
        conn.execute_batch(sql).expect(sql);
    }
    runner(&SENSITIVE).up(&mut conn).expect("up");
    (database, conn)
}

#[test]
fn a_run_does_the_same_with_any_connection_settings() {
    let (plain, conn) = migrated(&[]);
    let expected = dump(&plain.open());
    let defaults = ODD.map(|(_, read)| value(&conn, read));
    let mut cases: Vec<Vec<_>> = ODD.iter().map(|it| vec![*it]).collect();
    cases.push(ODD.to_vec());
    for case in cases {
        let (database, conn) = migrated(&case.iter().map(|(set, _)| *set).collect::<Vec<_>>());
        assert_eq!(dump(&database.open()), expected, "{case:?}");
        for ((set, read), default) in ODD.iter().zip(&defaults) {
            let is_odd = case.iter().any(|(odd, _)| odd == set);
            assert_eq!(value(&conn, read) != *default, is_odd, "{set} after {case:?}");
        }
    }
}

#[test]
fn triggers_fire_even_if_the_connection_disabled_them() -> rusqlite::Result<()> {
    let (plain, _) = migrated(&[]);
    let database = Database::new();
    let mut conn = database.open();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    runner(&SENSITIVE).up(&mut conn).expect("up");
    assert_eq!(dump(&database.open()), dump(&plain.open()));
    assert!(!conn.db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER)?);
    Ok(())
}

#[test]
fn foreign_keys_are_off_if_they_were_off_in_the_rehearsal() {
    let orphan = [(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES a); INSERT INTO a VALUES (1, 7);",
        "",
    )];
    let set = crate::support::set(&orphan).foreign_keys(false);
    let mut conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch("PRAGMA foreign_keys = ON").expect("a pragma");
    Runner::new(&set).up(&mut conn).expect("unchecked foreign keys");
    assert_eq!(value(&conn, "PRAGMA foreign_keys"), "1");
    runner(&orphan)
        .up(&mut Connection::open_in_memory().expect("a database"))
        .expect_err("the key dangles");
}

#[test]
fn a_pragma_in_a_script_ends_with_the_script() {
    for pragma in [
        "legacy_alter_table",
        "case_sensitive_like",
        "recursive_triggers",
        "ignore_check_constraints",
    ] {
        let first = format!("{} PRAGMA {pragma} = ON;", SENSITIVE[0].0);
        let scripts = [(first.as_str(), ""), SENSITIVE[1]];
        let dumps = [Grouping::PerRun, Grouping::PerMigration].map(|grouping| {
            let database = Database::new();
            runner(&scripts).grouping(grouping).up(&mut database.open()).expect("up");
            dump(&database.open())
        });
        let (plain, _) = migrated(&[]);
        assert_eq!(dumps[0], dump(&plain.open()), "{pragma}");
        assert_eq!(dumps[0], dumps[1], "{pragma}");
    }
}

#[test]
fn deferred_keys_are_checked_across_the_scripts_of_a_transaction() {
    let scripts = [
        ("CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES a);", ""),
        ("PRAGMA defer_foreign_keys = ON; INSERT INTO a VALUES (1, 7);", ""),
        ("CREATE TABLE c (x);", ""),
    ];
    let mut conn = Connection::open_in_memory().expect("a database");
    let error = runner(&scripts).up(&mut conn).expect_err("the key dangles");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(dump(&conn), "");
}

#[test]
fn a_query_only_connection_stays_query_only() {
    let mut conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch("PRAGMA query_only = ON").expect("a pragma");
    let error = runner(&SENSITIVE).up(&mut conn).expect_err("it may not write");
    assert!(error.is_read_only(), "{error}");
    assert_eq!(value(&conn, "PRAGMA query_only"), "1");
    assert_eq!(dump(&conn), "");
}

#[test]
fn a_pragma_of_a_step_in_rust_ends_with_the_step() {
    let coded = ("-- migratory: code\nCREATE TABLE a (b);", "");
    for pragma in [
        "query_only = ON",
        "foreign_keys = OFF",
        "cache_size = 7",
        "case_sensitive_like = ON",
        "defer_foreign_keys = ON",
    ] {
        let mut conn = Connection::open_in_memory().expect("a database");
        let before = all_settings(&conn);
        let runner = runner(&[coded, SENSITIVE[0], SENSITIVE[1]]);
        let runner = runner.code(Version::new(1), move |tx| {
            Ok(tx.execute_batch(&format!("INSERT INTO a VALUES (1); PRAGMA {pragma}"))?)
        });
        runner.up(&mut conn).unwrap_or_else(|error| panic!("{pragma}: {error}"));
        assert_eq!(all_settings(&conn), before, "{pragma}");
        assert_eq!(value(&conn, "SELECT x FROM matched"), "1", "{pragma}");
    }
}

fn all_settings(conn: &Connection) -> Vec<String> {
    let mut all = ODD.map(|(_, read)| value(conn, read)).to_vec();
    all.extend(
        ["query_only", "cache_size", "defer_foreign_keys"]
            .map(|it| value(conn, &format!("PRAGMA {it}"))),
    );
    all
}

#[test]
fn a_scratch_database_gets_the_same_settings_as_a_run() {
    let (database, conn) = migrated(&[]);
    let odd = || -> rusqlite::Result<Connection> {
        let scratch = Connection::open_in_memory()?;
        ODD.iter().try_for_each(|(sql, _)| scratch.execute_batch(sql))?;
        Ok(scratch)
    };
    let drift = runner(&SENSITIVE).scratch(odd).verify(&conn).expect("a comparison");
    assert!(drift.is_empty(), "{drift}");
    drop(database);
}

#[test]
fn temporary_objects_that_would_take_part_in_a_script_are_refused() {
    let scripts = [
        (
            "CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER); CREATE INDEX by_n ON note (n);",
            "",
        ),
        ("DROP INDEX by_n; INSERT INTO note (n) VALUES (1);", ""),
    ];
    for (temporary, expected) in [
        (
            "CREATE TEMP TRIGGER hears AFTER INSERT ON note BEGIN DELETE FROM note; END;",
            expect![[r#"
                the connection has temporary triggers on tables of the database:
                    hears on note
                nothing was changed: a migration could fire them, but was rehearsed without them
                help: migrate before creating these triggers"#]],
        ),
        (
            "CREATE TEMP TABLE own (n); CREATE INDEX temp.by_n ON own (n);",
            expect![[r#"
                migrations/2_step.up.sql: the connection has temporary objects with names that the migration mentions:
                    by_n
                nothing was changed: SQLite prefers a temporary object, so the migration would change that one
                help: migrate before creating temporary objects, or rename them"#]],
        ),
        (
            "CREATE TEMP VIEW Note AS SELECT 1;",
            expect![[r#"
                migrations/2_step.up.sql: the connection has temporary objects with names that the migration mentions:
                    Note
                nothing was changed: SQLite prefers a temporary object, so the migration would change that one
                help: migrate before creating temporary objects, or rename them"#]],
        ),
    ] {
        let database = Database::new();
        let mut conn = database.open();
        runner(&scripts[..1]).up(&mut conn).expect("the first version");
        let before = dump(&conn);
        conn.execute_batch(temporary).expect(temporary);
        let error = runner(&scripts).up(&mut conn).expect_err(temporary);
        expected.assert_eq(&format!("{error:#}"));
        assert_eq!(dump(&database.open()), before);
    }
    let mut conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(
        "CREATE TEMP TABLE own (n); CREATE TEMP TRIGGER hears AFTER INSERT ON own BEGIN SELECT 1; END;",
    )
    .expect("unrelated temporary objects");
    runner(&scripts).up(&mut conn).expect("up");
}

#[test]
fn an_attached_database_that_a_script_could_reach_is_refused() {
    let other =
        Database::with("CREATE TABLE old (x); INSERT INTO old VALUES (1); CREATE TABLE note (x);");
    let attached = |database: &Database| {
        let conn = database.open();
        conn.execute("ATTACH ?1 AS archive", [other.path().to_str()]).expect("attached");
        conn
    };
    let notes = ("CREATE TABLE note (id INTEGER PRIMARY KEY);", "DROP TABLE note;");
    let before = dump(&other.open());
    let database = Database::new();
    let error = runner(&[notes, ("DROP TABLE IF EXISTS old;", "")])
        .up(&mut attached(&database))
        .expect_err("it would drop the other's table");
    expect![[r#"
        migrations/2_step.up.sql: the migration could change objects of an attached database:
            archive.old
        nothing was changed: SQLite looks a name up in attached databases if the main one doesn't have it
        help: migrate before attaching databases"#]].assert_eq(&format!("{error:#}"));
    runner(&[notes, ("DROP TABLE IF EXISTS archive.old;", "")])
        .up(&mut attached(&database))
        .expect_err("it would drop the other's table");
    assert_eq!(dump(&other.open()), before);
    let both = [notes, ("INSERT INTO note VALUES (1);", "")];
    runner(&both).up(&mut attached(&database)).expect("the main database has its own");
    assert_eq!(dump(&other.open()), before);
    runner(&both).down(&mut attached(&database), 2).expect("down");
    assert_eq!(dump(&other.open()), before);
}

/// An application may keep a database attached whose tables have the names of columns here.
#[test]
fn a_column_named_like_an_attached_table_is_allowed() {
    let database = Database::new();
    let mut conn = database.open();
    conn.execute_batch(
        "ATTACH ':memory:' AS logs; CREATE TABLE logs.name (x); CREATE TABLE logs.message (x);
         CREATE TABLE logs.text (x);",
    )
    .expect("attached");
    let scripts = [
        (
            "CREATE TABLE note (id INTEGER PRIMARY KEY, name TEXT, message TEXT);",
            "DROP TABLE note;",
        ),
        (
            "INSERT INTO note (name, message) VALUES ('a', 'b'); UPDATE note SET name = message;",
            "DELETE FROM note WHERE name = 'b' AND message = 'b';",
        ),
        (
            "ALTER TABLE note RENAME COLUMN name TO title;",
            "ALTER TABLE note RENAME COLUMN title TO name;",
        ),
    ];
    runner(&scripts).up(&mut conn).expect("up");
    runner(&scripts).down(&mut conn, 3).expect("down");
}
