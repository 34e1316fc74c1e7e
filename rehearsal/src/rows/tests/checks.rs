//! CHECK constraints of each kind.

use super::assert_filled;

#[test]
fn checks_on_one_column_are_met() {
    assert_filled(&[
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a IN ('x', 'y')))",
            &["count(DISTINCT a) = 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a INTEGER NOT NULL CHECK (a BETWEEN 1 AND 99))",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a INT NOT NULL CHECK (a IN (0, 1)))", &["count(DISTINCT a) = 2 FROM t"]),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (length(a) = 3))",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL UNIQUE CHECK (length(a) BETWEEN 2 AND 4))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (length(a) = 64 AND a NOT GLOB '*[^0-9a-f]*'))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a REAL NOT NULL CHECK (a > 0 AND a < 1))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (a REAL NOT NULL CHECK (a BETWEEN -90.0 AND 90.0))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a INTEGER NOT NULL CHECK (a < 0))", &["count(DISTINCT a) >= 2 FROM t"]),
        ("CREATE TABLE t (a INTEGER NOT NULL CHECK (a % 10 = 0))", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a TEXT NOT NULL CHECK (json_valid(a)))", &["min(json_valid(a)) FROM t"]),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (json_type(a) = 'object'))",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL UNIQUE CHECK (a LIKE '%_@_%._%'))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a GLOB '[A-Z][A-Z][0-9]*'))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a GLOB '#[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]'))",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a TEXT NOT NULL CHECK (instr(a, '/') > 1))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a = lower(a) AND trim(a) <> ''))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (date(a) IS a))",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a IS strftime('%Y-%m-%dT%H:%M:%SZ', a)))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT NOT NULL CHECK (a IS strftime('%Y-%m', a || '-01')))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a DATETIME NOT NULL CHECK (datetime(a) IS NOT NULL))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a NOT NULL CHECK (typeof(a) = 'blob'))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (a NOT NULL CHECK (typeof(a) IN ('integer', 'real')))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a INTEGER CHECK (a IS NULL))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY CHECK (id = 1), a TEXT)",
            &["count(*) = 1 FROM t"],
        ),
        (
            "CREATE TABLE t (a TEXT, CONSTRAINT \"short one\" CHECK (length(a) < 5)) STRICT",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (a BLOB NOT NULL CHECK (length(a) = 16)) STRICT",
            &["count(DISTINCT a) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (d TEXT NOT NULL, k TEXT AS (json_extract(d, '$.k')) STORED)",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE t (d TEXT NOT NULL, n INT AS (length(d)) CHECK (n = 5))",
            &["count(*) >= 2 FROM t"],
        ),
    ]);
}

#[test]
fn checks_on_several_columns_are_met() {
    assert_filled(&[
        ("CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, CHECK (a <= b))", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, CHECK (a > b))", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a TEXT NOT NULL, b TEXT NOT NULL, CHECK (a > b)) STRICT", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a TEXT NOT NULL CHECK (date(a) = a), b TEXT NOT NULL CHECK (date(b) = b), CHECK (a > b))", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a INT, b INT, CHECK ((a IS NULL) <> (b IS NULL)))", &["count(*) >= 2 FROM t"]),
        ("CREATE TABLE t (a INT, b INT, c INT, d INT, CHECK ((a IS NOT NULL) + (b IS NOT NULL) + (c IS NOT NULL) + (d IS NOT NULL) = 1))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (
                kind TEXT NOT NULL CHECK (kind IN ('file', 'link', 'folder')), path TEXT, url TEXT, size INT,
                CHECK ((kind = 'file' AND path IS NOT NULL AND size >= 0 AND url IS NULL)
                    OR (kind = 'link' AND url IS NOT NULL AND path IS NULL AND size IS NULL)
                    OR (kind = 'folder' AND path IS NOT NULL AND url IS NULL AND size IS NULL)))",
            &["count(*) >= 2 FROM t"],
        ),
        ("CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, CHECK (a + b = 100))", &["count(*) >= 2 FROM t"]),
        (
            "CREATE TABLE t (status TEXT NOT NULL CHECK (status IN ('open', 'done')), done_at TEXT,
                CHECK ((status = 'done') = (done_at IS NOT NULL)))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE p (id INTEGER PRIMARY KEY);
             CREATE TABLE q (id INTEGER PRIMARY KEY);
             CREATE TABLE t (p INT REFERENCES p, q INT REFERENCES q, CHECK ((p IS NULL) + (q IS NULL) = 1))",
            &["count(*) >= 2 FROM t"],
        ),
        (
            "CREATE TABLE u (id INTEGER PRIMARY KEY);
             CREATE TABLE t (a INT NOT NULL REFERENCES u, b INT NOT NULL REFERENCES u,
                PRIMARY KEY (a, b), CHECK (a < b)) WITHOUT ROWID",
            &["count(*) >= 1 FROM t"],
        ),
    ]);
}
