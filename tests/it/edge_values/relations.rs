//! Two columns of a row: the first smaller, greater or equal; the same two in the other order; joined.

use super::{Kind, kind};

const TWO: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL);";
const TEXTS: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, UNIQUE (a, b));";
const UNIQUE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, UNIQUE (a, b));";
const KEYS: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES p, b INTEGER NOT NULL REFERENCES p, UNIQUE (a, b));";

pub(super) const KINDS: [Kind; 20] = [
    kind(
        TWO,
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (b >= a) AS id, a, b FROM t",
        "a > b",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (b >= a OR a > b) AS id, a, b FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (a <= b));",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (a < b) AS id, a, b FROM t",
        "a = b",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (b >= a) AS id, a, b FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, CHECK (b >= a) AS id, a, b FROM t",
        "julianday(a) > julianday(b)",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL AS id, a, b FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, lo REAL NOT NULL, x REAL NOT NULL, hi REAL NOT NULL);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, lo REAL NOT NULL, x REAL NOT NULL, hi REAL NOT NULL, CHECK (x BETWEEN lo AND hi) AS id, lo, x, hi FROM t",
        "x NOT BETWEEN lo AND hi",
        "REBUILD id INTEGER PRIMARY KEY, lo REAL NOT NULL, x REAL NOT NULL, hi REAL NOT NULL AS id, lo, x, hi FROM t",
    ),
    kind(
        TWO,
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a <= b",
        "a > b",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a <= b OR a > b",
    ),
    kind(
        TWO,
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a <> b",
        "a = b",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a <> b OR a = b",
    ),
    kind(
        TWO,
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a > b UNION ALL SELECT id, a, b FROM t WHERE a < b",
        "a = b",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t WHERE a >= b UNION ALL SELECT id, a, b FROM t WHERE a < b",
    ),
    kind(
        TWO,
        "M0507",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, min(a, b), max(a, b) FROM t",
        "a > b",
        "UPDATE t SET a = min(a, b), b = max(a, b);",
    ),
    kind(
        TWO,
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (b - a <= 90) AS id, a, b FROM t",
        "b - a > 90",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL AS id, a, b FROM t",
    ),
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, len INTEGER NOT NULL DEFAULT 0 CHECK (len >= 0));",
        wrong: "UPDATE t SET len = b - a;",
        code: "M0510",
        shows: "a > b",
        stated: "assumes(t: a <= b)",
        right: "UPDATE t SET len = abs(b - a);",
    },
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (b >= a));",
        wrong: "UPDATE t SET a = a + 1;",
        code: "M0510",
        shows: "a = b",
        stated: "assumes(t: a < b)",
        right: "UPDATE t SET a = a + 1, b = b + 1;",
    },
    // The copy gives them other names.
    Kind {
        tables: TWO,
        wrong: "REBUILD id INTEGER PRIMARY KEY, lo INTEGER NOT NULL, hi INTEGER NOT NULL, CHECK (lo <= hi) AS id, a, b FROM t",
        code: "M0510",
        shows: "a > b",
        stated: "assumes(t: a <= b)",
        right: "REBUILD id INTEGER PRIMARY KEY, lo INTEGER NOT NULL, hi INTEGER NOT NULL AS id, a, b FROM t",
    },
    kind(
        UNIQUE,
        "M0510",
        "CREATE UNIQUE INDEX i ON t (min(a, b), max(a, b));",
        "count(*) = 2 AND count(DISTINCT min(a, b)) = 1 AND count(DISTINCT a) = 2",
        "CREATE UNIQUE INDEX i ON t (a, b, min(a, b), max(a, b));",
    ),
    kind(
        KEYS,
        "M0510",
        "CREATE UNIQUE INDEX i ON t (min(a, b), max(a, b));",
        "min(a <> b)",
        "CREATE INDEX i ON t (min(a, b), max(a, b));",
    ),
    kind(
        TEXTS,
        "M0510",
        "CREATE UNIQUE INDEX i ON t (a || b);",
        "count(*) = 2 AND count(DISTINCT a || b) = 1 AND count(DISTINCT a) = 2",
        "CREATE UNIQUE INDEX i ON t (a || b, a);",
    ),
    kind(
        TEXTS,
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE); INSERT INTO n (id, path) SELECT id, a || '/' || b FROM t;",
        "count(*) = 2 AND count(DISTINCT a || '/' || b) = 1 AND count(DISTINCT a) = 2",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, path TEXT NOT NULL); INSERT INTO n (id, path) SELECT id, a || '/' || b FROM t;",
    ),
    kind(
        UNIQUE,
        "M0510",
        "CREATE UNIQUE INDEX i ON t (format('%d%d', a, b));",
        "count(*) = 2 AND count(DISTINCT format('%d%d', a, b)) = 1",
        "CREATE INDEX i ON t (a, format('%d%d', a, b));",
    ),
    // The values that the other columns share.
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, UNIQUE (a, b, c));",
        "M0510",
        "CREATE UNIQUE INDEX i ON t (a || '-' || b || '-' || c);",
        "count(*) = 2 AND count(DISTINCT a || '-' || b || '-' || c) = 1",
        "CREATE INDEX i ON t (a || '-' || b || '-' || c);",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, room INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, UNIQUE (room, a, b));",
        "M0510",
        "CREATE UNIQUE INDEX i ON t (room, min(a, b), max(a, b));",
        "count(*) = 2 AND count(DISTINCT room) = 1 AND count(DISTINCT min(a, b)) = 1",
        "CREATE UNIQUE INDEX i ON t (room, a, b);",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a BETWEEN 0 AND 100), b INTEGER NOT NULL CHECK (b BETWEEN 0 AND 100));",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (a + b <= 100) AS id, a, b FROM t",
        "a + b > 100",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a BETWEEN 0 AND 100), b INTEGER NOT NULL CHECK (b BETWEEN 0 AND 100) AS id, a, b FROM t",
    ),
];
