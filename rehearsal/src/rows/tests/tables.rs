//! Tables of each kind.

use super::{Database, assert_filled};
use crate::rows::Rows;

#[test]
fn ordinary_tables_are_filled() {
    let wide: Vec<String> =
        (0..40).map(|at| format!("c{at} TEXT NOT NULL CHECK (c{at} <> '')")).collect();
    assert_filled(&[
        ("CREATE TABLE t (id INTEGER PRIMARY KEY)", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", &["seq > 2 FROM sqlite_sequence"]),
        ("CREATE TABLE t (a INT, b INTEGER, c REAL, d TEXT, e BLOB, f ANY) STRICT", &["count(f) >= 2 FROM t"]),
        ("CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a INT, b INT AS (a * 2), c INT AS (a + 1) STORED NOT NULL UNIQUE)", &["count(*) >= 2 FROM t"]),
        (&format!("CREATE TABLE t ({})", wide.join(", ")), &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE \"a \"\"b\" (\"select\" INTEGER PRIMARY KEY, [x y] TEXT NOT NULL UNIQUE, `q\"` TEXT CHECK (`q\"` IN ('é')));
             CREATE TABLE \"order\" (\"group\" INT NOT NULL REFERENCES \"a \"\"b\" (\"select\"), 'table' TEXT)",
            &["count(*) >= 2 FROM \"order\""],
        ),
        ("CREATE TABLE t (a VARCHAR(255), b DECIMAL(10, 2) NOT NULL CHECK (b >= 0), c UUID, d JSON, e TIMESTAMP)", &["count(*) >= 2 FROM t"]),
    ]);
}

#[test]
fn tables_with_triggers_are_filled() {
    assert_filled(&[
        (
            "CREATE TABLE t (a TEXT); CREATE TABLE log (a TEXT NOT NULL);
             CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END",
            &["count(a) >= 2 FROM t", "count(*) >= 4 FROM log"],
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE u (id INTEGER PRIMARY KEY REFERENCES t);
             CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO u VALUES (NEW.id); END",
            &["count(*) >= 2 FROM t", "count(*) >= 2 FROM u"],
        ),
        (
            "CREATE TABLE t (role TEXT NOT NULL);
             CREATE TRIGGER r BEFORE INSERT ON t WHEN NEW.role NOT IN ('admin', 'user')
             BEGIN SELECT RAISE(ABORT, 'what role?'); END",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE stat (n INT); INSERT INTO stat VALUES (0); CREATE TABLE t (a INT);
             CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE stat SET n = n + 1; END",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE seen (day TEXT PRIMARY KEY); CREATE TABLE t (a INT);
             CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO seen VALUES ('today'); END",
            &["count(*) >= 2 FROM t"],
        ),
    ]);
}

#[test]
fn virtual_tables_are_filled() {
    assert_filled(&[
        ("CREATE VIRTUAL TABLE f USING fts5 (a, b)", &["count(*) = 2 FROM f"]),
        ("CREATE VIRTUAL TABLE r USING rtree (id, x1, x2)", &["count(*) = 2 FROM r"]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIRTUAL TABLE f USING fts5 (a, content = 't')", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIRTUAL TABLE f USING fts5 (a);
             CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO f (rowid, a) VALUES (NEW.id, NEW.a); END",
            &["count(*) = (SELECT count(*) FROM t) FROM f"],
        ),
        ("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t", &["count(*) >= 2 FROM v"]),
    ]);
}

#[test]
fn a_function_that_is_missing_is_a_gap() {
    let mut database = Database::new(Rows::CLEAN);
    database.run(
        "CREATE TABLE t (a TEXT); CREATE TABLE u (a TEXT);
         CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT missing(NEW.a); END",
    );
    assert_eq!(database.gaps(), ["t: no such function: missing"]);
    assert_eq!(database.number("SELECT count(*) FROM u"), 2);
}
