//! SQLite refuses a COMMIT although no row dangles, if a table was dropped that deferred keys refer to.

use expect_test::{Expect, expect};

use crate::support::{Database, dump, runner};

const TABLES: &str = "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT);
     INSERT INTO author VALUES (1, 'a');
     CREATE TABLE note (author_id REFERENCES author DEFERRABLE INITIALLY DEFERRED); INSERT INTO note VALUES (1);
     CREATE TABLE spare (x);";

const REBUILD: &str = "CREATE TABLE author_new (id INTEGER PRIMARY KEY, name TEXT, born INTEGER);
INSERT INTO author_new (id, name) SELECT id, name FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
DROP TABLE spare;";

fn refused(scripts: &[&str], expected: &Expect) {
    let database = Database::with(TABLES);
    let before = dump(&database.open());
    let mut conn = database.open();
    let scripts: Vec<_> = scripts.iter().map(|script| (*script, "")).collect();
    let error = runner(&scripts).up(&mut conn).expect_err("SQLite refuses the COMMIT");
    assert!(conn.is_autocommit());
    assert_eq!(dump(&conn), before, "all is as it was");
    expected.assert_eq(&format!("{error:#}"));
}

#[test]
fn the_migration_and_the_statement_are_named() {
    refused(
        &[REBUILD],
        &expect![[r#"
        migrations/1_step.up.sql:3:1: FOREIGN KEY constraint failed
            DROP TABLE author;
        no row dangles: SQLite counts each row that refers to a dropped table as a violation of its deferred key, keeps the count when another table takes the name, and refuses the COMMIT
        its transaction was rolled back: nothing of it remains
        help: to rebuild a table that others refer to, begin the file with `PRAGMA foreign_keys = OFF;` and end it with `PRAGMA foreign_keys = ON;`: the runner turns them off before its transaction begins, and checks them before it commits"#]],
    );
}

#[test]
fn in_a_shared_transaction_the_migration_that_drops_the_table_is_named() {
    let others = ["CREATE TABLE a (b); DROP TABLE a;", "CREATE TABLE c (d)"];
    refused(
        &[others[0], REBUILD, others[1]],
        &expect![[r#"
        migrations/2_step.up.sql:3:1: FOREIGN KEY constraint failed
            DROP TABLE author;
        no row dangles: SQLite counts each row that refers to a dropped table as a violation of its deferred key, keeps the count when another table takes the name, and refuses the COMMIT
        its transaction was rolled back: nothing of it remains
        help: to rebuild a table that others refer to, begin the file with `PRAGMA foreign_keys = OFF;` and end it with `PRAGMA foreign_keys = ON;`: the runner turns them off before its transaction begins, and checks them before it commits"#]],
    );
}

#[test]
fn the_suggested_script_succeeds() {
    let database = Database::with(TABLES);
    let mut conn = database.open();
    let script = format!("PRAGMA foreign_keys = OFF;\n{REBUILD}\nPRAGMA foreign_keys = ON;");
    runner(&[(&script, "")]).up(&mut conn).expect("a rebuild");
    let sql = "SELECT count(*) FROM note JOIN author ON author.id = author_id";
    assert_eq!(crate::support::value(&conn, sql), "1");
}
