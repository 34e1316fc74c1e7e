//! Primary keys, unique columns and foreign keys.

use super::{Database, assert_filled};
use crate::rows::Rows;

#[test]
fn foreign_keys_refer_to_parents() {
    assert_filled(&[
        (
            "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p);
             CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT)",
            &["count(DISTINCT p) >= 2 FROM c"],
        ),
        (
            "CREATE TABLE p (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE);
             CREATE TABLE c (p TEXT NOT NULL REFERENCES p (code), q TEXT NOT NULL REFERENCES P (ID))",
            &["count(*) >= 2 FROM c"],
        ),
        (
            "CREATE TABLE p (a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
             CREATE TABLE c (x INT NOT NULL, y TEXT NOT NULL, FOREIGN KEY (x, y) REFERENCES p)",
            &["count(*) >= 2 FROM c JOIN p ON x = a AND y = b"],
        ),
        (
            "CREATE TABLE tenant (id INTEGER PRIMARY KEY);
             CREATE TABLE user (tenant INT NOT NULL REFERENCES tenant, id INT NOT NULL, PRIMARY KEY (tenant, id));
             CREATE TABLE post (tenant INT NOT NULL REFERENCES tenant, author INT NOT NULL, editor INT NOT NULL,
                FOREIGN KEY (tenant, author) REFERENCES user, FOREIGN KEY (tenant, editor) REFERENCES user)",
            &["count(*) >= 2 FROM post"],
        ),
        (
            "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);
             CREATE TABLE ab (a INT REFERENCES a, b INT REFERENCES b, PRIMARY KEY (a, b)) STRICT",
            &["count(*) >= 2 FROM ab"],
        ),
        (
            "CREATE TABLE p (id INTEGER PRIMARY KEY);
             CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES p ON DELETE CASCADE, a TEXT NOT NULL)",
            &["count(*) >= 2 FROM c"],
        ),
        (
            "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n;
             CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES p); INSERT INTO c SELECT id FROM p",
            &["count(*) >= 502 FROM c"],
        ),
        (
            "CREATE TABLE p (id INTEGER PRIMARY KEY);
             CREATE TABLE c (p INT NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
            &["count(*) >= 2 FROM c"],
        ),
    ]);
}

#[test]
fn cycles_of_foreign_keys_are_filled() {
    assert_filled(&[
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t)", &["count(*) >= 2 FROM t", "count(up) >= 1 FROM t"]),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, up INT NOT NULL REFERENCES t)", &["count(up) >= 2 FROM t"]),
        ("CREATE TABLE t (id TEXT PRIMARY KEY, up TEXT REFERENCES t CHECK (up <> id))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT NOT NULL REFERENCES b);
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a)",
            &["count(*) >= 2 FROM a", "count(*) >= 2 FROM b"],
        ),
        (
            "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b);
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a)",
            &["count(b) >= 2 FROM a", "count(*) >= 2 FROM b"],
        ),
        (
            "CREATE TABLE a (k TEXT PRIMARY KEY, b INT NOT NULL REFERENCES b, up TEXT REFERENCES a);
             CREATE TABLE b (id INTEGER PRIMARY KEY, c INT NOT NULL REFERENCES c);
             CREATE TABLE c (id INTEGER PRIMARY KEY REFERENCES b, a TEXT NOT NULL REFERENCES a);
             CREATE TABLE d (a TEXT NOT NULL REFERENCES a)",
            &["count(*) >= 2 FROM a", "count(*) >= 2 FROM c", "count(*) >= 2 FROM d"],
        ),
        (
            "CREATE TABLE a (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind = 'x'), b INT REFERENCES b);
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a, n INT CHECK (n < 10))",
            &["count(*) >= 2 FROM a", "count(*) >= 2 FROM b"],
        ),
    ]);
}

#[test]
fn unique_columns_are_filled() {
    assert_filled(&[
        (
            "CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, UNIQUE (a, b))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a TEXT COLLATE NOCASE UNIQUE) STRICT", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (a TEXT NOT NULL, b TEXT); CREATE UNIQUE INDEX i ON t (lower(a))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a INT NOT NULL, b TEXT); CREATE UNIQUE INDEX i ON t (a) WHERE b IS NULL",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a INT UNIQUE ON CONFLICT IGNORE, b INT UNIQUE ON CONFLICT REPLACE)",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY CHECK (k IN ('a', 'b'))); INSERT INTO t VALUES ('a'), ('b')",
            &["count(*) = 2 FROM t"],
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (id) VALUES (101), (102), (103), (104), (105)",
            &["count(a) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (day INT CHECK (day BETWEEN 0 AND 6), hour INT CHECK (hour BETWEEN 0 AND 23), PRIMARY KEY (day, hour))",
            &["count(*) >= 2 FROM t"],
        ),
    ]);
}

#[test]
fn tables_that_cannot_be_filled_are_reported() {
    for (sql, expected) in [
        ("CREATE TABLE t (a INT NOT NULL REFERENCES nowhere)", "t: no such table: main.nowhere"),
        (
            "CREATE TABLE p (a INT); CREATE TABLE t (a INT NOT NULL REFERENCES p (a))",
            "t: foreign key mismatch - \"t\" referencing \"p\"",
        ),
        ("CREATE TABLE t (a INT CHECK (a = 1 AND a = 2) NOT NULL)", "t: CHECK constraint failed: a = 1 AND a = 2"),
        (
            "CREATE TABLE t (a INT); CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'never'); END",
            "t: never",
        ),
        (
            "CREATE TABLE s (a INT); CREATE TABLE t (a INT);
             CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(ROLLBACK, 'never'); END; CREATE TABLE u (a INT)",
            "t: never",
        ),
        (
            "CREATE TABLE t (a INT); CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END",
            "t: the row was ignored",
        ),
    ] {
        let mut database = Database::new(Rows::ALLOWED);
        database.run(sql);
        assert_eq!(database.gaps(), [expected], "{sql}");
        assert_eq!(database.number("SELECT count(*) FROM t"), 0);
        database.run("DROP TABLE t; CREATE TABLE t (a INT)");
        assert!(database.gaps().is_empty() && database.number("SELECT count(*) FROM t") >= 2);
    }
}
