//! Foreign keys that are checked when the transaction commits.

use expect_test::expect;

use crate::support::{Database, dump, runner};

const TABLES: &str = "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
     CREATE TABLE c (x REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (7), (1);
     CREATE TABLE w (a, b, PRIMARY KEY (a, b), FOREIGN KEY (b) REFERENCES p DEFERRABLE INITIALLY DEFERRED) WITHOUT ROWID;
     CREATE TABLE g (x PRIMARY KEY REFERENCES p ON DELETE CASCADE); INSERT INTO g VALUES (1);
     CREATE TABLE h (x REFERENCES g DEFERRABLE INITIALLY DEFERRED); INSERT INTO h VALUES (1), (6);
     CREATE TABLE other (x);";

fn error(schema: &str, scripts: &[&str]) -> String {
    let database = Database::with(&format!("{TABLES} {schema}"));
    let before = dump(&database.open());
    let mut conn = database.open();
    let scripts: Vec<_> = scripts.iter().map(|script| (*script, "")).collect();
    let error = runner(&scripts).up(&mut conn).expect_err("a violation");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert!(conn.is_autocommit());
    assert_eq!(dump(&conn), before, "all is as it was");
    let text = format!("{error:#}");
    text.lines().take_while(|line| !line.starts_with("its")).collect::<Vec<_>>().join("\n")
}

#[test]
fn only_rows_that_the_run_made_dangle_are_listed() {
    expect![[r#"
        migrations/1_step.up.sql: 2 rows have dangling foreign keys:
            c row 3: x = 8 has no match in p
            w row ('k', 9): b = 9 has no match in p"#]]
    .assert_eq(&error("", &["INSERT INTO c VALUES (8); INSERT INTO w VALUES ('k', 9);"]));
}

#[test]
fn a_second_row_with_a_dangling_value_is_new() {
    expect![[r#"
        migrations/1_step.up.sql: 1 row has a dangling foreign key:
            c row 3: x = 7 has no match in p"#]]
    .assert_eq(&error("", &["INSERT INTO c VALUES (7);"]));
}

#[test]
fn rows_that_an_action_or_a_dropped_trigger_made_dangle_are_listed() {
    expect![[r#"
        migrations/1_step.up.sql: 2 rows have dangling foreign keys:
            c row 2: x = 1 has no match in p
            h row 1: x = 1 has no match in g"#]]
    .assert_eq(&error(
        "CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM p; END;",
        &["INSERT INTO other VALUES (1);", "DROP TRIGGER t;"],
    ));
}

#[test]
fn rows_of_keys_deferred_by_a_pragma_are_listed() {
    expect![[r#"
        migrations/1_step.up.sql: 1 row has a dangling foreign key:
            k row 2: x = 8 has no match in p"#]]
    .assert_eq(&error(
        "CREATE TABLE k (x REFERENCES p); INSERT INTO k VALUES (5);",
        &["PRAGMA defer_foreign_keys = ON; INSERT INTO k VALUES (8);"],
    ));
}

/// More rows dangle than the run remembers before it knows which of them are old.
#[test]
fn a_new_row_is_found_among_thousands() {
    let old = "WITH RECURSIVE n (i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n LIMIT 12000) INSERT INTO c SELECT i FROM n;";
    let text = error(old, &["INSERT INTO c VALUES (8);"]);
    assert!(text.contains(": 1 row has a dangling foreign key"), "{text}");
    assert!(text.contains("c row 12003: x = 8 has no match in p"), "{text}");
}
