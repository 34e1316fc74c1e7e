//! Rows that agree in one column and differ in another: several columns are unique together, or one is in some rows.

use super::{Kind, kind};

const KEY: &str = "CREATE TABLE t (id INTEGER NOT NULL UNIQUE, u TEXT NOT NULL, k TEXT NOT NULL, PRIMARY KEY (u, k));";
const PLACES: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, l INTEGER NOT NULL, pos INTEGER NOT NULL, UNIQUE (l, pos));";
const PARTIAL: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, st TEXT NOT NULL);
    CREATE UNIQUE INDEX i ON t (a) WHERE st = 'final';";
const LEFT: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, gone TEXT);
    CREATE UNIQUE INDEX i ON t (a) WHERE gone IS NULL;";
const MEMBERS: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p, a TEXT NOT NULL, UNIQUE (p, a));";
const CODES: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL, label TEXT NOT NULL);";

pub(super) const KINDS: [Kind; 9] = [
    kind(
        KEY,
        "M0510",
        "UPDATE t SET u = 'admin' WHERE u = 'root';",
        "count(DISTINCT u) = 2 AND count(DISTINCT k) = 1",
        "UPDATE OR IGNORE t SET u = 'admin' WHERE u = 'root';",
    ),
    kind(
        KEY,
        "M0510",
        "UPDATE t SET u = lower(u);",
        "count(DISTINCT lower(u)) = 1 AND count(DISTINCT k) = 1",
        "UPDATE t SET u = lower(u) WHERE k IS NULL;",
    ),
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT NOT NULL, k INTEGER NOT NULL, UNIQUE (u, k));",
        "M0510",
        "UPDATE main.t AS it SET k = 0, u = trim(it.u);",
        "count(DISTINCT u) = 1 AND count(DISTINCT k) = 2",
        "UPDATE main.t AS it SET k = id, u = trim(it.u);",
    ),
    kind(
        PLACES,
        "M0510",
        "UPDATE t SET pos = pos + 1;",
        "count(DISTINCT l) = 1 AND max(pos) - min(pos) = 1",
        "UPDATE t SET l = id, pos = 1;",
    ),
    kind(
        PARTIAL,
        "M0510",
        "UPDATE t SET a = lower(a);",
        "count(*) = 2 AND min(st) = 'final' AND count(DISTINCT lower(a)) = 1",
        "UPDATE t SET a = lower(a) WHERE st <> 'final';",
    ),
    kind(
        PARTIAL,
        "M0510",
        "UPDATE t SET st = 'final';",
        "count(*) = 2 AND count(DISTINCT a) = 1",
        "UPDATE t SET st = 'draft';",
    ),
    kind(
        LEFT,
        "M0510",
        "UPDATE t SET a = lower(a);",
        "count(*) = 2 AND count(gone) = 0 AND count(DISTINCT lower(a)) = 1",
        "UPDATE t SET a = lower(a) WHERE gone IS NOT NULL;",
    ),
    kind(
        MEMBERS,
        "M0510",
        "UPDATE t SET p = (SELECT min(id) FROM p);",
        "count(DISTINCT a) = 1 AND count(DISTINCT p) = 2",
        "UPDATE t SET p = (SELECT min(id) FROM p), a = id;",
    ),
    kind(
        CODES,
        "M0510",
        "CREATE TABLE l (code TEXT PRIMARY KEY, label TEXT NOT NULL); INSERT INTO l SELECT DISTINCT code, label FROM t;",
        "count(DISTINCT code) = 1 AND count(DISTINCT label) = 2",
        "CREATE TABLE l (code TEXT PRIMARY KEY, label TEXT NOT NULL); INSERT INTO l SELECT code, min(label) FROM t GROUP BY code;",
    ),
];
