//! A literal in one column together with NULL or another value in another column.

use super::{Kind, kind};

const BILL: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT);";
const TWO: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);";

pub(super) const KINDS: [Kind; 14] = [
    kind(
        BILL,
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, CHECK (kind <> 'bill' OR due IS NOT NULL) AS id, kind, due FROM t",
        "kind = 'bill' AND due IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, CHECK (kind <> 'bill' OR due IS NOT NULL) AS id, kind, coalesce(due, 'some day') FROM t",
    ),
    kind(
        BILL,
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT AS id, kind, due FROM t WHERE kind <> 'bill' OR due IS NOT NULL",
        "kind = 'bill' AND due IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT AS id, kind, due FROM t WHERE kind <> 'bill' OR due IS NOT NULL OR due IS NULL",
    ),
    kind(
        BILL,
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, late INTEGER NOT NULL AS id, kind, due, CASE WHEN kind = 'bill' THEN length(due) ELSE 0 END FROM t",
        "kind = 'bill' AND due IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, late INTEGER NOT NULL AS id, kind, due, CASE WHEN kind = 'bill' THEN coalesce(length(due), 0) ELSE 0 END FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, due TEXT);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, n INTEGER NOT NULL, due TEXT, CHECK (iif(n = 3, due IS NOT NULL, 1)) AS id, n, due FROM t",
        "n = 3 AND due IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, n INTEGER NOT NULL, due TEXT AS id, n, due FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, CHECK (kind <> 'bill' OR state IN ('open', 'paid')) AS id, kind, state FROM t",
        "kind = 'bill' AND state NOT IN ('open', 'paid')",
        "REBUILD id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL AS id, kind, state FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, owner INTEGER NOT NULL);
        CREATE UNIQUE INDEX due ON t (owner, due) WHERE due IS NOT NULL; CREATE UNIQUE INDEX owner ON t (owner, kind) WHERE kind <> 'bill';",
        "M0510",
        "CREATE UNIQUE INDEX i ON t (owner) WHERE kind = 'bill' AND due IS NULL;",
        "count(*) = 2 AND min(kind = 'bill') AND count(due) = 0 AND count(DISTINCT owner) = 1",
        "CREATE INDEX i ON t (owner) WHERE kind = 'bill' AND due IS NULL;",
    ),
    kind(
        TWO,
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT, b TEXT, CHECK ((a IS NULL) = (b IS NULL)) AS id, a, b FROM t",
        "(a IS NULL) <> (b IS NULL)",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT, b TEXT AS id, a, b FROM t",
    ),
    kind(
        TWO,
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT, b TEXT AS id, a, b FROM t WHERE a IS NULL AND b IS NULL OR a IS NOT NULL AND b IS NOT NULL",
        "(a IS NULL) <> (b IS NULL)",
        "REBUILD id INTEGER PRIMARY KEY, a TEXT, b TEXT AS id, a, b FROM t WHERE a IS NULL OR a IS NOT NULL",
    ),
    kind(
        TWO,
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, v TEXT NOT NULL); INSERT INTO n (id, v) SELECT id, a || b FROM t WHERE a IS NOT NULL;",
        "a IS NOT NULL AND b IS NULL",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, v TEXT NOT NULL); INSERT INTO n (id, v) SELECT id, a || b FROM t WHERE a IS NOT NULL AND b IS NOT NULL;",
    ),
    kind(
        BILL,
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, due TEXT NOT NULL); INSERT INTO n (id, due) SELECT id, due FROM t WHERE kind IN ('bill', 'note');",
        "kind IN ('bill', 'note') AND due IS NULL",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, due TEXT); INSERT INTO n (id, due) SELECT id, due FROM t WHERE kind IN ('bill', 'note');",
    ),
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, due TEXT, CHECK (kind <> 'bill' OR due IS NOT NULL));",
        wrong: "UPDATE t SET kind = 'bill' WHERE kind = 'invoice';",
        code: "M0510",
        shows: "kind = 'invoice' AND due IS NULL",
        stated: "assumes(t: kind <> 'invoice' OR due IS NOT NULL)",
        right: "UPDATE t SET kind = 'bill' WHERE kind = 'invoice' AND due IS NOT NULL;",
    },
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y TEXT);",
        "M0506",
        "REBUILD id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y TEXT AS id, x, y FROM t WHERE NOT (x = 404 AND y IS NULL)",
        "x = 404 AND y IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y TEXT AS id, x, y FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, done BOOLEAN NOT NULL DEFAULT 0, done_at TEXT);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, done BOOLEAN NOT NULL DEFAULT 0, done_at TEXT, CHECK (NOT done OR done_at IS NOT NULL) AS id, done, done_at FROM t",
        "done AND done_at IS NULL",
        "REBUILD id INTEGER PRIMARY KEY, done BOOLEAN NOT NULL DEFAULT 0, done_at TEXT AS id, done, done_at FROM t",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL);",
        "M0510",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (a >= 0 OR b < 0) AS id, a, b FROM t",
        "a < 0 AND b >= 0",
        "REBUILD id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, CHECK (a >= 0 OR b < 0 OR a < b) AS id, a, b FROM t",
    ),
];
