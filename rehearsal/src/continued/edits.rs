//! Edits of the last migration of a set that has the tables `t` and `c`.

use super::Scripts;

/// Which images fit a set with an edited last migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Those that the set left before the edit.
    Earlier,
    /// Those that the edited set leaves: it says something about the rows of the whole set.
    Own,
    /// None: a script can tell a copy of a database from the original.
    None,
}

/// The scripts, and which images fit.
pub(super) const EDITS: &[(Scripts, Fit)] = &[
    (["CREATE TABLE other (x);", "DROP TABLE other;", ""], Fit::Earlier),
    (["CREATE TABLE other (x); SELECT nothing FROM t;", "DROP TABLE other;", ""], Fit::Earlier),
    (["CREATE TABLE other (x); INSERT INTO other SELECT name FROM t;", "DROP TABLE others;", ""], Fit::Earlier),
    (["CREATE TABLE other (x);", "DROP TABLE other; ALTER TABLE c ADD COLUMN left;", ""], Fit::Earlier),
    (["CREATE UNIQUE INDEX by_name ON t (name);", "DROP INDEX by_name;", ""], Fit::Earlier),
    (["UPDATE t SET name = upper(name), amount = amount / 2;", "UPDATE t SET amount = amount * 2;", ""], Fit::Earlier),
    (["UPDATE t SET name = NULL; DROP TABLE c;", "SELECT 1;", ""], Fit::Earlier),
    (
        [
            "CREATE TABLE t_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount INTEGER);
             INSERT INTO t_new SELECT * FROM t WHERE amount > 5 OR amount % 2; DROP TABLE t; ALTER TABLE t_new RENAME TO t;",
            "SELECT 1;",
            "",
        ],
        Fit::Earlier,
    ),
    (
        [
            "PRAGMA foreign_keys = OFF;
             DELETE FROM t WHERE id % 2; CREATE TABLE c_new (x TEXT NOT NULL, of INTEGER);
             INSERT INTO c_new SELECT x, of FROM c; DROP TABLE c; ALTER TABLE c_new RENAME TO c; PRAGMA foreign_keys = ON;",
            "ALTER TABLE c DROP COLUMN x;",
            "",
        ],
        Fit::Earlier,
    ),
    (["-- migratory: no-transaction\nVACUUM; CREATE INDEX by_x ON c (x); INSERT INTO t VALUES ('a', 1);", "DROP INDEX by_x;", ""], Fit::Earlier),
    (["ALTER TABLE t ADD COLUMN more TEXT NOT NULL DEFAULT ''; DELETE FROM t;", "ALTER TABLE t DROP COLUMN more;", ""], Fit::Earlier),
    (["INSERT INTO c (of, x) SELECT id, name FROM t; CREATE TABLE s AS SELECT rowid AS r FROM c;", "DROP TABLE s;", "INSERT INTO s VALUES (1), ('a');"], Fit::Earlier),
    (["-- migratory: assumes(t: amount > 0): the program checks\nUPDATE t SET name = name || 1 / (amount > 0);", "SELECT 1;", ""], Fit::Own),
    (["CREATE TABLE other (x); INSERT INTO other VALUES (changes()), (last_insert_rowid());", "DROP TABLE other;", ""], Fit::None),
];
