//! The rows that each variant adds to a table.

use super::Database;
use crate::rows::Rows;
use crate::schema::Name;

const TABLE: &str = "CREATE TABLE t (
    id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT, c REAL, d BLOB, e BOOLEAN, f DATETIME, g TEXT UNIQUE)";

fn filled(rows: Rows) -> Database {
    let mut database = Database::new(rows);
    database.run(TABLE);
    database
}

fn holds(database: &Database, condition: &str) {
    assert_eq!(database.number(&format!("SELECT {condition} FROM t")), 1, "{condition}");
}

#[test]
fn clean_rows_are_two_distinct_and_complete() {
    let database = filled(Rows::CLEAN);
    holds(&database, "count(*) = 2");
    for column in ["a", "b", "c", "d", "e", "f", "g"] {
        holds(&database, &format!("count(DISTINCT {column}) = 2"));
    }
    holds(
        &database,
        "min(typeof(a) || typeof(b) || typeof(c) || typeof(d)) = 'textintegerrealblob'",
    );
    holds(&database, "min(json_valid(a) AND a + 0 > 0 AND date(a) IS NOT NULL)");
    holds(&database, "min(a NOT IN (b, c, f, g))");
}

#[test]
fn duplicates_repeat_all_that_need_not_be_unique() {
    let database = filled(Rows { duplicates: true, ..Rows::CLEAN });
    holds(&database, "count(*) = 3 AND count(DISTINCT a || b || c || d || e || f) = 2");
    holds(&database, "count(DISTINCT g) = 3");
}

#[test]
fn nulls_are_wherever_they_are_allowed() {
    let database = filled(Rows { nulls: true, ..Rows::CLEAN });
    holds(&database, "count(*) = 3 AND count(a) = 3 AND count(b) = 2 AND count(g) = 2");
    holds(&database, "max(coalesce(b, c, d, e, f, g) IS NULL)");
}

#[test]
fn words_are_not_numbers() {
    let database = filled(Rows { words: true, ..Rows::CLEAN });
    holds(&database, "max(json_valid(a)) = 0 AND count(DISTINCT a) = 2");
    holds(&database, "min(f = datetime(f))");
}

#[test]
fn a_key_of_two_columns_may_repeat_in_one() {
    let mut database = Database::new(Rows::ALLOWED);
    database.run(
        "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);
         CREATE TABLE t (a INT NOT NULL REFERENCES a, b INT NOT NULL REFERENCES b, PRIMARY KEY (a, b))",
    );
    holds(&database, "count(*) = 3 AND count(DISTINCT a) = 2 AND count(DISTINCT b) = 3");
}

#[test]
fn a_changed_definition_gets_new_rows_and_others_keep_theirs() {
    let mut database = filled(Rows::CLEAN);
    database.run("CREATE TABLE u (a INT)");
    holds(&database, "count(*) = 2");
    database.run("ALTER TABLE t ADD COLUMN h TEXT NOT NULL DEFAULT ''");
    holds(&database, "count(*) = 4 AND count(DISTINCT id) = 4 AND count(DISTINCT h) = 3");
    assert_eq!(database.number("SELECT count(*) FROM u"), 2);
    database.run("DELETE FROM t");
    holds(&database, "count(*) = 0");
    database.filler.forget(&Name::new("T"));
    database.run("");
    holds(&database, "count(*) = 2");
}

#[test]
fn a_parent_that_lost_its_rows_gets_new_ones_for_a_new_child() {
    let mut database = filled(Rows::CLEAN);
    database.run("DELETE FROM t; CREATE TABLE u (t INT NOT NULL REFERENCES t)");
    assert!(database.gaps().is_empty());
    assert_eq!(database.number("SELECT count(*) FROM u JOIN t ON t.id = u.t"), 2);
}

#[test]
fn the_same_schema_gets_the_same_rows() {
    let dump = |database: &Database| {
        database
            .conn
            .query_row("SELECT group_concat(quote(a) || b || c || g) FROM t", [], |row| {
                row.get::<_, String>(0)
            })
            .expect("a text")
    };
    assert_eq!(dump(&filled(Rows::CLEAN)), dump(&filled(Rows::CLEAN)));
}

#[test]
fn the_connection_is_left_as_it_was_found() {
    for setting in [0, 1] {
        let mut database = Database::new(Rows::ALLOWED);
        database.conn.execute_batch(&format!("PRAGMA foreign_keys = {setting}")).expect("a pragma");
        database.run("CREATE TABLE a (b INT UNIQUE REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (b))");
        assert_eq!(database.number("PRAGMA foreign_keys"), setting);
        assert_eq!(database.number("PRAGMA defer_foreign_keys"), 0);
    }
}
