//! A database file may come from anyone: its content is neither run nor trusted unchecked.

use std::time::{Duration, Instant};

use expect_test::expect;
use migratory::{Error, Origin, Repair, Target, Version};
use rusqlite::Connection;

use crate::support::{Database, dump, runner, value};

const ONE: (&str, &str) = ("CREATE TABLE one (x PRIMARY KEY);", "DROP TABLE one;");
const TWO: (&str, &str) = ("CREATE TABLE two (x);", "DROP TABLE two;");

/// The columns of the history, as values.
const COLUMNS: &str = "1 AS version, 'x' AS name, 'x' AS checksum, 'x' AS chain, NULL AS schema_hash, NULL AS down, \
     0 AS applied_at, 0 AS duration_ms, 'applied' AS state, 0 AS stamp, NULL AS compatible_with, 0 AS down_code, \
     NULL AS remark, NULL AS progress";

fn history_sql() -> String {
    let conn = &mut Connection::open_in_memory().expect("a database");
    runner(&[ONE]).up(conn).expect("up");
    value(conn, "SELECT sql FROM sqlite_schema WHERE name = 'migratory_history'")
}

/// Asserts that each method that reads or writes the history refuses it at once, and changes nothing.
fn refused_by_all(sql: &str) -> Error {
    let database = Database::with(sql);
    let before = dump(&database.open());
    let runner = runner(&[ONE, TWO]);
    let version = Version::new(1);
    let began = Instant::now();
    let conn = &mut database.open();
    let outcomes = [
        runner.up(conn).err(),
        runner.to(conn, version).err(),
        runner.down(conn, 1).err(),
        runner.redo(conn).err(),
        runner.status(conn).err(),
        runner.plan(conn, Target::Latest).err(),
        runner.verify(conn).err(),
        runner.baseline(conn, version).err(),
        runner.repair(conn, Repair::Edited(version)).err(),
    ];
    let mut errors = outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| panic!("{sql}")));
    assert!(began.elapsed() < Duration::from_secs(5), "{sql}");
    let first = errors.next().expect("an error");
    assert!(errors.all(|error| format!("{error:#}") == first.to_string()), "{sql}");
    assert_eq!(dump(&database.open()), before, "{sql}");
    first
}

#[test]
fn a_history_that_migratory_did_not_create_is_refused() {
    let ours = history_sql();
    let endless = format!(
        "CREATE VIEW migratory_history AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) \
         SELECT {COLUMNS} FROM n"
    );
    let columns = "version, name, checksum, chain, schema_hash, down, applied_at, duration_ms, state, stamp, \
         compatible_with, down_code, remark, progress";
    let without_key = ours.replace("version INTEGER PRIMARY KEY", "version INTEGER");
    for (sql, what) in [
        (endless, "it is a view"),
        (
            format!("CREATE VIRTUAL TABLE migratory_history USING fts5({columns})"),
            "it is a virtual table",
        ),
        (
            format!("CREATE TABLE migratory_history ({columns})"),
            "its `version` is not its primary key",
        ),
        (ours.replace("STRICT", ""), "it is not a STRICT table and nothing else"),
        (
            ours.replace("STRICT", "STRICT, WITHOUT ROWID"),
            "it is not a STRICT table and nothing else",
        ),
        (without_key, "its `version` is not its primary key"),
        (ours.replace("PRIMARY KEY", "PRIMARY KEY DESC"), "its `version` is not its primary key"),
        (
            ours.replace("name TEXT NOT NULL", "name TEXT NOT NULL CHECK (abs(random()) > 0)"),
            "its definition has an expression",
        ),
        (
            ours.replace("remark TEXT", "remark TEXT, more TEXT DEFAULT (hex(randomblob(9)))"),
            "its definition has an expression",
        ),
        (
            ours.replace("name TEXT NOT NULL", "name TEXT COLLATE nocase"),
            "its definition has constraints of its own",
        ),
        (
            ours.replace("remark TEXT", "remark TEXT GENERATED ALWAYS AS (name)"),
            "it lacks `remark`",
        ),
        (
            format!("{ours}; CREATE INDEX odd ON migratory_history (abs(stamp))"),
            "`odd` was added to it",
        ),
        (
            format!(
                "{ours}; CREATE TRIGGER t AFTER INSERT ON migratory_history BEGIN SELECT 1; END"
            ),
            "`t` was added to it",
        ),
        (
            "CREATE TABLE a (b); CREATE UNIQUE INDEX Migratory_History ON a (b)".to_owned(),
            "it is an index",
        ),
    ] {
        let error = refused_by_all(&sql);
        let found =
            format!("`migratory_history` in the database is not as migratory creates it: {what}\n");
        assert!(format!("{error:#}").contains(&found), "{sql}\n{error}");
    }
}

#[test]
fn a_column_that_a_newer_migratory_adds_is_accepted() {
    let more = history_sql().replace("remark TEXT", "note INTEGER NOT NULL DEFAULT 0, remark TEXT");
    let database = Database::with(&more);
    runner(&[ONE]).up(&mut database.open()).expect("up");
}

#[test]
fn a_trigger_that_writes_to_the_history_is_refused_before_anything_is_written() {
    let database = Database::new();
    runner(&[ONE]).up(&mut database.open()).expect("up");
    let trigger =
        "CREATE TRIGGER forgets AFTER INSERT ON one BEGIN DELETE FROM \"Migratory_history\"; END";
    database.open().execute_batch(trigger).expect("a trigger");
    let before = dump(&database.open());
    let more = [ONE, ("INSERT INTO one VALUES (1);", "")];
    let error = runner(&more).up(&mut database.open()).expect_err("it would forget");
    expect![[r#"
        `migratory_history` in the database is not as migratory creates it: the trigger `forgets` mentions it
        nothing was changed
        help: rename or drop what migratory did not create, or restore the database from a backup"#]].assert_eq(&format!("{error:#}"));
    let error = runner(&more).up(&mut database.open()).expect_err("the second time too");
    assert!(format!("{error:#}").contains("forgets"));
    assert_eq!(dump(&database.open()), before);
    runner(&more).status(&database.open()).expect("reading is fine");
}

#[test]
fn odd_rows_are_reported_as_a_broken_history() {
    for (odd, column) in [
        ("version = -9223372036854775808", None),
        ("applied_at = 9223372036854775807", None),
        ("applied_at = -9223372036854775808", None),
        ("duration_ms = -1", None),
        ("compatible_with = -9223372036854775808", None),
        ("stamp = 9223372036854775807", Some("")),
        ("name = char(27) || '[2J'", Some("name")),
        ("name = char(8238) || 'pets_1'", Some("name")),
        ("name = 'a' || char(10) || 'help: do this'", Some("name")),
        ("name = hex(zeroblob(1000000))", Some("name")),
        ("name = CAST(x'ff' AS TEXT)", Some("name")),
        ("state = 'half'", Some("state")),
        ("checksum = 'short'", Some("checksum")),
        ("chain = hex(zeroblob(1000000))", Some("chain")),
        ("down_code = 7", None),
    ] {
        let database = Database::new();
        runner(&[ONE, TWO]).up(&mut database.open()).expect("up");
        let sql = format!(
            "UPDATE migratory_history SET {odd} WHERE version = 2; PRAGMA user_version = 0"
        );
        database.open().execute_batch(&sql).expect(odd);
        let runner = runner(&[ONE, TWO]);
        let status = runner.status(&database.open()).map(|status| status.to_string());
        let _ = runner.plan(&database.open(), Target::Latest).map(|plan| plan.to_string());
        let _ = runner.verify(&database.open()).map(|drift| drift.to_string());
        let _ = runner.up(&mut database.open()).map(|report| report.to_string());
        match column {
            None => _ = status.expect(odd),
            Some(column) => {
                let error = status.expect_err(odd).to_string();
                assert!(
                    error.starts_with("the history of the database is broken at version 2"),
                    "{odd}: {error}"
                );
                assert!(error.contains(column) && error.len() < 1000, "{odd}: {error}");
            }
        }
    }
}

#[test]
fn a_history_with_too_many_rows_is_broken() {
    let database = Database::new();
    runner(&[ONE]).up(&mut database.open()).expect("up");
    let sql = "WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n LIMIT 100000) \
         INSERT INTO migratory_history SELECT i, name, checksum, chain, schema_hash, down, applied_at, duration_ms, \
         state, stamp, compatible_with, down_code, remark, progress FROM migratory_history, n; PRAGMA user_version = 0";
    database.open().execute_batch(sql).expect("rows");
    let error = runner(&[ONE]).up(&mut database.open()).expect_err("too many");
    assert!(format!("{error:#}").contains("it has more than 100000 rows"), "{error}");
    database
        .open()
        .execute_batch("DELETE FROM migratory_history WHERE version > 50")
        .expect("fewer");
    let error = runner(&[ONE]).up(&mut database.open()).expect_err("unknown");
    assert!(format!("{error:#}").contains(".. and 29 more"), "{error}");
}

#[test]
fn tables_that_only_resemble_those_of_another_library_are_not_read() {
    for sql in [
        "CREATE VIEW _sqlx_migrations AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) \
         SELECT i AS version, '' AS description, 1 AS success, x'' AS checksum FROM n",
        "CREATE VIRTUAL TABLE _sqlx_migrations USING fts5(version, description, success, checksum)",
        "CREATE TABLE _sqlx_migrations (version, description, success, checksum AS (zeroblob(1000)))",
    ] {
        let database = Database::with(sql);
        assert_eq!(Origin::detect(&database.open()).expect("a schema"), None, "{sql}");
        let error = runner(&[ONE]).adopt(&mut database.open(), Origin::Sqlx).expect_err(sql);
        assert!(
            format!("{error:#}").starts_with("the history of sqlx can't be adopted: the table"),
            "{error}"
        );
    }
}

/// SQLite finds tables and views before table-valued functions of the same name.
#[test]
fn tables_named_like_sqlite_functions_change_no_run() {
    let names = ["pragma_table_info", "pragma_table_xinfo", "pragma_foreign_key_list"];
    let shadows: Vec<_> = names.iter().map(|name| format!("CREATE TABLE {name} (x);")).collect();
    let database = Database::with(&shadows.concat());
    let conn = &mut database.open();
    let tables = "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
        CREATE TABLE c (x REFERENCES p ON DELETE CASCADE); INSERT INTO c VALUES (1);";
    let rebuild = |rows: &str| {
        format!(
            "PRAGMA foreign_keys = OFF; CREATE TABLE q (id INTEGER PRIMARY KEY, y);
             INSERT INTO q (id) SELECT id FROM p WHERE {rows}; DROP TABLE p; ALTER TABLE q RENAME TO p;
             PRAGMA foreign_keys = ON;"
        )
    };
    let one = (tables, "DROP TABLE c; DROP TABLE p;");
    let error = runner(&[one, (&rebuild("id > 1"), "")]).up(conn).expect_err("a row dangles");
    assert!(error.is_foreign_key_violation(), "{error}");
    runner(&[one, (&rebuild("true"), "")]).up(conn).expect("a rebuild");
    assert_eq!(value(conn, "SELECT count(*) FROM c"), "1");
    assert_eq!(Origin::detect(conn).expect("a schema"), None);
}
