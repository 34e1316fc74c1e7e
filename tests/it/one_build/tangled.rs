//! Several defects of one file in the same tables: the first build finds each of them once.

use migratory_analysis::Options;

use crate::support::findings;

/// A file and its findings.
struct Case {
    name: &'static str,
    before: &'static str,
    up: &'static str,
    found: &'static [&'static str],
}

const T: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL, note TEXT);";

const CASES: &[Case] = &[
    Case {
        name: "a copy that forgets a column and filters rows that all have",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, pos, note) SELECT id, pos, note FROM t WHERE id % 2 = 0;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0506", "M0507"],
    },
    Case {
        name: "a copy that forgets a column and filters rows that some have",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, pos, note) SELECT id, pos, note FROM t WHERE pos > 0;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0506", "M0507"],
    },
    Case {
        name: "a copy that forgets a column and converts another",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL, note INTEGER);
             INSERT INTO n (id, pos, note) SELECT id, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0507", "M0507"],
    },
    Case {
        name: "a copy that converts and filters",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t WHERE pos > 0;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0506", "M0507"],
    },
    Case {
        name: "a copy that converts two columns",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER, pos INTEGER NOT NULL, note INTEGER);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0507"],
    },
    Case {
        name: "a parent and a child whose copies both lose something",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id), name TEXT);",
        up: "PRAGMA foreign_keys = OFF;
             CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER);
             INSERT INTO n (id, name) SELECT id, name FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;
             CREATE TABLE m (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id), name TEXT);
             INSERT INTO m (id, t, name) SELECT id, t, name FROM c WHERE name <> '';
             DROP TABLE c; ALTER TABLE m RENAME TO c;
             PRAGMA foreign_keys = ON;",
        found: &["M0506", "M0507"],
    },
    Case {
        name: "a copy that a NULL breaks, and that filters",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t WHERE pos > 0;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0506", "M0510"],
    },
    Case {
        name: "a copy that a CHECK refuses, and that converts",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER, pos INTEGER NOT NULL CHECK (pos >= 0), note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0507", "M0510"],
    },
    Case {
        name: "a copy that a NULL breaks, and an index that duplicates break",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t; CREATE UNIQUE INDEX u ON t (note);",
        found: &["M0510", "M0510"],
    },
    Case {
        name: "two indexes that duplicates break",
        before: T,
        up: "CREATE UNIQUE INDEX u ON t (name); CREATE UNIQUE INDEX v ON t (note);",
        found: &["M0510", "M0510"],
    },
    Case {
        name: "an index that duplicates break, and a copy that converts",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name INTEGER, pos INTEGER NOT NULL, note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t; CREATE UNIQUE INDEX u ON t (note);",
        found: &["M0507", "M0510"],
    },
    Case {
        name: "two new required columns without a value",
        before: T,
        up: "ALTER TABLE t ADD COLUMN kind TEXT NOT NULL; ALTER TABLE t ADD COLUMN place TEXT NOT NULL;",
        found: &["M0505", "M0505"],
    },
    Case {
        name: "a new required column, and an index that duplicates break",
        before: T,
        up: "ALTER TABLE t ADD COLUMN kind TEXT NOT NULL; CREATE UNIQUE INDEX u ON t (name);",
        found: &["M0505", "M0510"],
    },
    Case {
        name: "an index on a column that can't be added follows from it",
        before: T,
        up: "ALTER TABLE t ADD COLUMN kind TEXT NOT NULL; CREATE UNIQUE INDEX u ON t (kind);",
        found: &["M0505"],
    },
    Case {
        name: "a CHECK and a NOT NULL of one copy",
        before: T,
        up: "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, pos INTEGER NOT NULL CHECK (pos >= 0), note TEXT);
             INSERT INTO n (id, name, pos, note) SELECT id, name, pos, note FROM t;
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0510", "M0510"],
    },
    Case {
        name: "numbers incremented by one, and a copy that filters",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL UNIQUE);",
        up: "UPDATE t SET pos = pos + 1;
             CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL UNIQUE);
             INSERT INTO n (id, name, pos) SELECT id, name, pos FROM t WHERE name <> '';
             DROP TABLE t; ALTER TABLE n RENAME TO t;",
        found: &["M0506", "M0510"],
    },
    Case {
        name: "a seed that collides with rows, and a seed of its child",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
             CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id));",
        up: "INSERT INTO t (id, name) VALUES (1, 'first'); INSERT INTO c (t) VALUES (1);",
        found: &["M0510"],
    },
    Case {
        name: "a replaced parent, and a child that loses rows",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id) ON DELETE CASCADE, name TEXT);",
        up: "INSERT OR REPLACE INTO t (id, name) VALUES (1, 'one');
             CREATE TABLE m (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id) ON DELETE CASCADE, name INTEGER);
             INSERT INTO m (id, t, name) SELECT id, t, name FROM c;
             DROP TABLE c; ALTER TABLE m RENAME TO c;",
        found: &["M0507", "M0610"],
    },
];

#[test]
fn every_defect_of_a_table_is_found_once() {
    let mut wrong = Vec::new();
    for Case { name, before, up, found: expected } in CASES {
        let up = format!("-- migratory: irreversible: for a test\n{up}");
        let options = Options::default().up_only(true);
        let findings = findings(&[("1_a.up", before), ("2_b.up", &up)], &options);
        let mut found: Vec<_> = findings.iter().map(|each| each.code.number()).collect();
        found.sort_unstable();
        if found != *expected {
            wrong.push(format!("{name}: {found:?}, and not {expected:?}\n{findings}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
