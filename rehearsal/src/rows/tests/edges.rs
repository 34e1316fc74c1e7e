//! Edge rows, for types and for scripts.

use std::collections::BTreeSet;

use super::Database;
use crate::rows::{Rows, Wanted};
use crate::schema::{Name, Reader};

/// Returns a database with these tables and edge rows in `t` for this script.
fn with_edges(sql: &str, script: &str, orphans: bool) -> Database {
    let mut database = Database::new(Rows::CLEAN);
    database.run(sql);
    let tables = BTreeSet::from([Name::new("t")]);
    let schema = Reader::default().read(&database.conn).expect("a schema");
    let wanted = Wanted {
        tables: &tables,
        texts: &[script],
        back: &[],
        duplicates: true,
        nulls: true,
        orphans,
    };
    let rows = database.filler.add_edges(&database.conn, &schema, wanted).expect("rows");
    assert!(rows.iter().all(|row| row.table == *"t"));
    let count = i64::try_from(rows.len()).expect("a few");
    assert_eq!(database.number("SELECT count(*) FROM t"), count + 2, "{sql}");
    database
}

#[test]
fn every_type_gets_the_values_that_people_have() {
    for (sql, conditions) in [
        (
            "CREATE TABLE t (a TEXT NOT NULL)",
            &[
                "sum(a = '') = 2",
                "sum(a = 'x') AND sum(a = 'X')",
                "sum(a = '007')",
                "min(typeof(a) = 'text')",
            ][..],
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL)",
            &[
                "sum(a = 0) AND sum(a = -1) AND sum(a = 9007199254740993)",
                "sum(typeof(a) = 'text') AND sum(typeof(a) = 'real')",
                "sum(id = 0) AND sum(id = 1) AND sum(id = 2)",
                "min(typeof(id) = 'integer')",
            ],
        ),
        (
            "CREATE TABLE t (a INTEGER NOT NULL) STRICT",
            &["sum(a = 0)", "min(typeof(a) = 'integer')"],
        ),
        ("CREATE TABLE t (a REAL)", &["sum(a = 19.99) AND sum(a = 0.0)"]),
        ("CREATE TABLE t (a DECIMAL(10, 2))", &["sum(a = 19.99) AND sum(a = 9007199254740993)"]),
        ("CREATE TABLE t (a DATETIME)", &["sum(a = '31.01.2024') AND sum(a = 0)"]),
        ("CREATE TABLE t (a BOOLEAN)", &["sum(a = 0) AND sum(a = 1)"]),
        ("CREATE TABLE t (a BLOB)", &["sum(a = x'')"]),
        (
            "CREATE TABLE t (a INTEGER CHECK (a >= 10))",
            &["sum(a = 10) AND sum(a = 11) AND NOT sum(a < 10)"],
        ),
        ("CREATE TABLE t (a TEXT UNIQUE, b INT)", &["sum(a = '') = 1", "sum(b = 0) = 2"]),
    ] {
        let database = with_edges(sql, "", false);
        for condition in conditions {
            assert!(
                database.number(&format!("SELECT {condition} FROM t")) > 0,
                "{sql}: {condition}"
            );
        }
    }
}

#[test]
fn literals_of_a_script_are_there_with_their_neighbours() {
    let table =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, kind TEXT NOT NULL)";
    for (script, conditions) in [
        (
            "DELETE FROM t WHERE amount BETWEEN 100 AND 200",
            &["sum(amount IN (99, 100, 201)) >= 3"][..],
        ),
        (
            "UPDATE t SET amount = 5 WHERE kind = 'open'",
            &["sum(kind = 'open') = 2", "sum(amount = 4)"],
        ),
        (
            "INSERT INTO t (id, kind, amount) VALUES (77, 'b', 3)",
            &["sum(id = 77)", "sum(kind = 'b')"],
        ),
        ("CREATE TABLE n (kind TEXT CHECK (length(kind) <= 5))", &["sum(length(kind) = 6)"]),
    ] {
        let database = with_edges(table, script, false);
        for condition in conditions {
            assert!(
                database.number(&format!("SELECT {condition} FROM t")) > 0,
                "{script}: {condition}"
            );
        }
    }
}

#[test]
fn expressions_on_two_columns_and_calls_get_rows() {
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, x TEXT, y TEXT)";
    for (script, conditions) in [
        (
            "CREATE TABLE n (a INTEGER, b INTEGER, CHECK (a <= b))",
            &["sum(a > b)", "sum(a < b)", "sum(a = b)"][..],
        ),
        (
            "DELETE FROM t WHERE b - a > 500",
            &[
                "sum(b - a > 500)",
                "sum(EXISTS (SELECT 1 FROM t AS o WHERE o.a = t.b AND o.b = t.a AND o.a > o.b))",
            ],
        ),
        (
            "INSERT INTO n (lo, hi) SELECT a, b FROM t; CREATE TABLE n (lo, hi, CHECK (hi >= lo))",
            &["sum(a > b)"],
        ),
        (
            "DELETE FROM t WHERE x = 'open' AND y IS NULL",
            &[
                "sum(x = 'open' AND y IS NULL) = 2",
                "sum(x <> 'open' AND y IS NULL)",
                "sum(x IS NULL AND y IS NOT NULL)",
            ],
        ),
        (
            "UPDATE t SET x = substr(y, 1, 30) || '/' || b",
            &["sum(length(y) = 31)", "sum(y LIKE '%/1')"],
        ),
        (
            "SELECT x LIKE 'tmp-%', y ->> '$.a.b'",
            &["sum(x LIKE 'tmp-%')", "sum(iif(json_valid(y), y ->> '$.a.b' = 'x', 0)) = 4"],
        ),
    ] {
        let database = with_edges(table, script, false);
        for condition in conditions {
            assert!(
                database.number(&format!("SELECT {condition} FROM t")) > 0,
                "{script}: {condition}"
            );
        }
    }
}

/// A clause leads to a bounded number of rows, however much it names.
#[test]
fn the_number_of_rows_is_bounded() {
    let columns: Vec<_> = (0..60).map(|at| format!("c{at} INTEGER")).collect();
    let table = format!("CREATE TABLE t (id INTEGER PRIMARY KEY, {})", columns.join(", "));
    let terms: Vec<_> =
        (1..60).map(|at| format!("c{at} > c{} AND c{at} <> {at}", at - 1)).collect();
    let database =
        with_edges(&table, &format!("DELETE FROM t WHERE {}", terms.join(" OR ")), false);
    assert!(database.number("SELECT count(*) FROM t") < 150);
}

#[test]
fn keys_refer_to_rows_unless_orphans_are_wanted() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p INTEGER NOT NULL REFERENCES p, a TEXT)";
    let orphans = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(with_edges(sql, "", false).number(orphans), 0);
    let sql = format!("PRAGMA foreign_keys = OFF; {sql}");
    assert!(with_edges(&sql, "", true).number(orphans) > 0);
}
