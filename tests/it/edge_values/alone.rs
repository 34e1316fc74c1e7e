//! NULL in one column, and values in all others.

use super::{Kind, kind};

const TWO: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);";

pub(super) const KINDS: [Kind; 5] = [
    // The rebuild requires b.
    kind(
        TWO,
        "M0510",
        "UPDATE t SET b = 'x' WHERE a IS NULL;
         CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL);
         INSERT INTO n SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
        "a IS NOT NULL AND b IS NULL",
        "UPDATE t SET b = 'x' WHERE b IS NULL;
         CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL);
         INSERT INTO n SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
    ),
    kind(
        TWO,
        "M0510",
        "DELETE FROM t WHERE a IS NULL;
         CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL);
         INSERT INTO n SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
        "a IS NOT NULL AND b IS NULL",
        "DELETE FROM t WHERE a IS NULL OR b IS NULL;
         CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL);
         INSERT INTO n SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
    ),
    kind(
        TWO,
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT NOT NULL); INSERT INTO n SELECT id, b FROM t WHERE a IS NOT NULL;",
        "a IS NOT NULL AND b IS NULL",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT NOT NULL); INSERT INTO n SELECT id, b FROM t WHERE b IS NOT NULL;",
    ),
    kind(
        TWO,
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT NOT NULL); INSERT INTO n SELECT id, CASE WHEN a NOTNULL THEN b ELSE '-' END FROM t;",
        "a IS NOT NULL AND b IS NULL",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, b TEXT NOT NULL); INSERT INTO n SELECT id, CASE WHEN b NOTNULL THEN b ELSE '-' END FROM t;",
    ),
    // Only the copy names c.
    kind(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT);",
        "M0510",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, c TEXT NOT NULL); INSERT INTO n SELECT id, c FROM t WHERE coalesce(a, b) IS NOT NULL;",
        "coalesce(a, b) IS NOT NULL AND c IS NULL",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, c TEXT NOT NULL); INSERT INTO n SELECT id, coalesce(c, '') FROM t WHERE coalesce(a, b) IS NOT NULL;",
    ),
];
