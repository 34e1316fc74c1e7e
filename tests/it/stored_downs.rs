//! Downs stored in a database file run restricted by an allow list, and only if they lead to a known schema.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use expect_test::{Expect, expect};
use migratory::{Error, Event, MigrationSet, NewerDatabase, Runner};
use rusqlite::Connection;

use crate::support::{Database, dump, numbered_set, runner, value};

migratory::embed_migrations!("migrations", watch = off);

const ONE: (&str, &str) = ("CREATE TABLE one (x PRIMARY KEY);", "DROP TABLE one;");
const TWO: &str = "CREATE TABLE two (x); INSERT INTO two VALUES (7);";

/// What makes a script run in each of the modes.
const HEADS: [&str; 3] = ["", "PRAGMA foreign_keys = OFF;\n", "-- migratory: no-transaction\n"];

fn older() -> Runner<'static> {
    runner(&[ONE]).newer_database(NewerDatabase::RollBack)
}

/// Creates a database to which a newer program applied a migration with this down.
fn with_down(down: &str) -> Database {
    let database = Database::new();
    runner(&[ONE]).up(&mut database.open()).expect("the older program");
    database.open().execute_batch("INSERT INTO one VALUES (1), (2)").expect("rows");
    runner(&[ONE, (TWO, down)]).up(&mut database.open()).expect("the newer program");
    database
}

fn files(database: &Database) -> Vec<String> {
    let folder = database.path().parent().map(Path::to_owned).expect("a folder");
    let names = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Asserts that the down is refused, and the database is unchanged.
fn refused(down: &str) -> Error {
    let database = with_down(down);
    let (before, history) = (dump(&database.open()), history(&database));
    let mut conn = database.open();
    let error = older().up(&mut conn).expect_err(down);
    assert!(matches!(error.kind(), migratory::ErrorKind::StoredDown { .. }), "{down}: {error}");
    drop(conn);
    assert_eq!(dump(&database.open()), before, "{down}");
    assert_eq!(self::history(&database), history, "{down}");
    assert_eq!(files(&database), ["app.db"], "{down}");
    error
}

fn history(database: &Database) -> String {
    let sql = "SELECT group_concat(version || name || state || stamp) FROM migratory_history";
    let conn = database.open();
    format!("{} {}", value(&conn, sql), value(&conn, "PRAGMA user_version"))
}

#[test]
fn hostile_downs_are_refused_in_every_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("made");
    let text = file.to_str().expect("a path");
    for hostile in [
        format!("ATTACH '{text}' AS y; CREATE TABLE y.t (x)"),
        format!("ATTACH lower('{text}') AS y"),
        format!("VACUUM INTO '{text}'"),
        "DETACH y".to_owned(),
        "DELETE FROM sqlite_schema".to_owned(),
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema".to_owned(),
        "PRAGMA journal_mode = OFF".to_owned(),
        "PRAGMA user_version = 1".to_owned(),
        "DELETE FROM migratory_history".to_owned(),
        "DROP TABLE migratory_history".to_owned(),
        "UPDATE \"migratory_history\" SET down = ''".to_owned(),
        "CREATE TRIGGER t AFTER DELETE ON main.'migratory_history' BEGIN SELECT 1; END".to_owned(),
        "SELECT load_extension('x')".to_owned(),
        "SELECT fts3_tokenizer('simple')".to_owned(),
        "INSERT INTO one SELECT data FROM sqlite_dbpage".to_owned(),
        "INSERT INTO one SELECT name FROM dbstat".to_owned(),
        "CREATE TEMP TABLE t (x)".to_owned(),
        "CREATE TABLE temp.t (x)".to_owned(),
        "CREATE TABLE kept (x)".to_owned(),
        "CREATE TRIGGER kept AFTER INSERT ON one BEGIN DELETE FROM one; END".to_owned(),
        "CREATE VIEW kept AS SELECT 1".to_owned(),
        "DROP TABLE one".to_owned(),
        "ALTER TABLE one ADD COLUMN more".to_owned(),
        "CREATE VIRTUAL TABLE kept USING csv(filename = '/etc/passwd')".to_owned(),
        "SELECT $a('); ATTACH ''x'' AS y; --')".to_owned(),
        "SELECT ?1".to_owned(),
        "SELECT nothing".to_owned(),
        "CREATE INDEX kept ON one (x".to_owned(),
    ] {
        for head in HEADS {
            refused(&format!("{head}{hostile};\nDROP TABLE two;"));
            refused(&format!("{head}DROP TABLE two;\n{hostile};"));
        }
        assert!(!file.exists(), "{hostile}");
    }
    for head in HEADS {
        refused(head);
        refused(&format!("{head}COMMIT; DROP TABLE two"));
    }
}

fn expect_refusal(down: &str, expected: &Expect) {
    expected.assert_eq(&refused(down).to_string());
}

#[test]
fn each_refusal_says_what_is_wrong() {
    expect_refusal(
        "DROP TABLE two;\nATTACH 'x' AS y;",
        &expect![[r#"
            the stored down of migration 2 step contains `ATTACH` on line 2, which is not allowed
            nothing was changed: a database file may come from anybody, so its scripts may change only the schema and rows of its main database
            help: run the version of the program that applied the migration"#]],
    );
    expect_refusal(
        "DROP TABLE two;\nDELETE FROM one WHERE x = load_extension('x');",
        &expect![[r#"
            the stored down of migration 2 step contains the function `load_extension` on line 2, which is not allowed
            nothing was changed: a database file may come from anybody, so its scripts may change only the schema and rows of its main database
            help: run the version of the program that applied the migration"#]],
    );
    expect_refusal(
        "DROP TABLE three;",
        &expect![[r#"
            the stored down of migration 2 step fails on an empty copy of the schema, on line 1: no such table: three
            nothing was changed
            help: run the version of the program that applied the migration"#]],
    );
    expect_refusal(
        "DROP TABLE one;",
        &expect![[r#"
            the stored down of migration 2 step produces the wrong schema: the schema is not that of version 1: 1 missing, 1 added
            table one is missing:
                - CREATE TABLE one (
                -   x PRIMARY KEY
                - )
            table two is not part of the migrations:
                + CREATE TABLE two (
                +   x
                + )
            nothing was changed
            help: declare objects that the application adds on purpose with `Runner::ignore`
            help: run the version of the program that applied the migration"#]],
    );
}

#[test]
fn attached_databases_are_out_of_reach() {
    let other = Database::with("CREATE TABLE secret (x); INSERT INTO secret VALUES ('s')");
    let database =
        with_down("DELETE FROM one; INSERT INTO one SELECT x FROM secret; DROP TABLE two;");
    let before = dump(&database.open());
    let mut conn = database.open();
    conn.execute("ATTACH ?1 AS other", [other.path().to_str()]).expect("attached");
    let error = older().up(&mut conn).expect_err("it would be read");
    expect![[r#"
        the down of 2 stored in migratory_history: the migration could change objects of an attached database:
            other.secret
        nothing was changed: SQLite looks a name up in attached databases if the main one doesn't have it
        help: migrate before attaching databases"#]].assert_eq(&format!("{error:#}"));
    let plain = with_down("DROP TABLE two");
    let mut beside = plain.open();
    beside.execute_batch("ATTACH ':memory:' AS other").expect("attached");
    let error = older().up(&mut beside);
    expect![[r#"
        the stored down of migration 2 step can't run while databases are attached: other
        nothing was changed: its names could refer to their tables
        help: detach them during the run"#]]
    .assert_eq(&error.expect_err("no stored down runs then").to_string());
    conn.execute_batch("DETACH other").expect("detached");
    older().up(&mut conn).expect_err("there is no such table");
    assert_eq!(dump(&database.open()), before);
}

#[test]
fn an_endless_down_without_rows_is_refused() {
    let endless = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)";
    for head in HEADS {
        refused(&format!("{head}DROP TABLE two; {endless} INSERT INTO one SELECT i FROM n"));
    }
    expect_refusal(
        &format!("{endless} SELECT count(*) FROM n"),
        &expect![[r#"
            the stored down of migration 2 step fails on an empty copy of the schema, on line 1: it did not end in a database without rows
            nothing was changed
            help: run the version of the program that applied the migration"#]],
    );
}

/// SQLite calls no handler within an instruction, so the values in one have to be short.
#[test]
fn a_down_of_few_but_long_instructions_is_refused() {
    let often = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 1000)";
    for slow in [
        "randomblob(300000000)",
        "replace(hex(zeroblob(100000000)), '0', 'xyz')",
        "printf('%.*c', 900000000, 'x')",
        "trim(hex(zeroblob(200000)), hex(randomblob(100000)))",
        "hex(zeroblob(500000)) LIKE '%' || substr(hex(zeroblob(20000)), 1, 40000) || 'c%'",
    ] {
        for head in HEADS {
            refused(&format!("{head}{often} SELECT sum(length({slow})) FROM n; DROP TABLE two;"));
        }
    }
}

#[test]
fn an_endless_down_over_rows_is_cancelled() {
    let endless = "SELECT (WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n) \
         FROM one; DROP TABLE two;";
    for head in HEADS {
        let database = with_down(&format!("{head}{endless}"));
        let before = dump(&database.open());
        let watched = older().observer(|event| match event {
            Event::Running { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        let error = watched.up(&mut database.open()).expect_err("cancelled");
        assert!(error.is_cancelled(), "{error}");
        assert_eq!(dump(&database.open()), before);
    }
}

#[test]
fn a_stored_down_may_call_the_functions_of_the_programs_own_scripts() {
    let twice = |conn: &Connection| {
        let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
        conn.create_scalar_function("twice", 1, flags, |context| {
            context.get::<i64>(0).map(|number| number * 2)
        })
    };
    let first = ("CREATE TABLE one (x PRIMARY KEY); SELECT twice(1);", "DROP TABLE one;");
    let down = "DROP TABLE two; UPDATE one SET x = twice(x);";
    for (known, is_allowed) in [(first, true), (ONE, false)] {
        let database = Database::new();
        let mut conn = database.open();
        twice(&conn).expect("a function");
        runner(&[known, (TWO, down)]).up(&mut conn).expect("the newer program");
        let older = runner(&[known]).newer_database(NewerDatabase::RollBack).scratch(move || {
            let scratch = Connection::open_in_memory()?;
            twice(&scratch)?;
            Ok(scratch)
        });
        let outcome = older.up(&mut conn);
        assert_eq!(outcome.is_ok(), is_allowed, "{outcome:?}");
    }
}

#[test]
fn views_named_like_internal_tables_are_not_queried() {
    let endless = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i AS name FROM n";
    let database = with_down("SELECT name FROM dbstat; DROP TABLE two;");
    for view in ["pragma_database_list", "pragma_module_list"] {
        let sql = format!("CREATE VIEW {view} AS {endless}");
        database.open().execute_batch(&sql).expect("a view");
    }
    let older = older().ignore("pragma_*");
    let error = older.up(&mut database.open()).expect_err("dbstat is not allowed");
    assert!(format!("{error:#}").contains("the table `dbstat`"), "{error}");
    let mut conn = database.open();
    conn.execute_batch("ATTACH ':memory:' AS other").expect("attached");
    let error = older.up(&mut conn).expect_err("nothing may be attached");
    assert!(format!("{error:#}").contains("while databases are attached: other"), "{error}");
}

#[test]
fn declared_objects_of_the_application_are_ignored() {
    let database = with_down("DROP TABLE two;");
    database.open().execute_batch("CREATE TABLE own (x)").expect("a table");
    older().up(&mut database.open()).expect_err("it is in no migration");
    older().ignore("own").up(&mut database.open()).expect("up");
    assert_eq!(value(&database.open(), "SELECT count(*) FROM migratory_history"), "1");
}

#[test]
fn the_stored_down_of_a_changed_migration_follows_the_same_rules() {
    let changed = [ONE, ("CREATE TABLE other (x);", "DROP TABLE other;")];
    for (down, is_fine) in [("DROP TABLE two;", true), ("DROP TABLE two; DROP TABLE one;", false)] {
        let database = with_down(down);
        assert_eq!(runner(&changed).redo(&mut database.open()).is_ok(), is_fine, "{down}");
        let database = with_down(down);
        assert_eq!(runner(&changed).down(&mut database.open(), 1).is_ok(), is_fine, "{down}");
    }
    let both = numbered_set(&[
        (1, "CREATE TABLE one (y);", Some("DROP TABLE one;")),
        (2, "CREATE TABLE other (x);", Some("DROP TABLE other;")),
    ]);
    let database = with_down("DROP TABLE two;");
    let error = Runner::new(both).down(&mut database.open(), 1).expect_err("1 has changed too");
    expect![[r#"
        the stored down of migration 2 step leads to version 1, whose text has changed since, so its schema is unknown
        nothing was changed
        help: restore the text of 1, or go down to a version that has not changed"#]].assert_eq(&format!("{error:#}"));
    Runner::new(both).down(&mut database.open(), 2).expect("down to the empty database");
}

#[test]
fn every_version_of_the_sample_set_rolls_back_unknown_migrations() {
    let all = migrations::MIGRATIONS.migrations();
    for known in 0..all.len() {
        let database = Database::new();
        let mut conn = database.open();
        migrations::runner().up(&mut conn).expect("the newest");
        let set = MigrationSet::new(&all[..known]);
        let older = Runner::new(&set).newer_database(NewerDatabase::RollBack);
        let report = older.up(&mut conn).unwrap_or_else(|error| panic!("{known}: {error}"));
        assert_eq!(report.steps().len(), all.len() - known);
        assert!(older.verify(&conn).expect("a comparison").is_empty());
        migrations::runner().up(&mut conn).expect("and up again");
    }
}
