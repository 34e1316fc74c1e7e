//! Sets with all that may be behind an image. Each has the tables `t` and `c`.

use std::time::Duration;

use super::Set;

pub(super) const SETS: &[Set] = &[
    Set {
        what: "plain tables",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER);",
                "DROP TABLE t;",
                "",
            ],
            [
                "CREATE TABLE c (x TEXT, of REFERENCES t (id) ON DELETE CASCADE);",
                "DROP TABLE c;",
                "",
            ],
            [
                "CREATE INDEX by_of ON c (of); ALTER TABLE t ADD COLUMN n TEXT;",
                "DROP INDEX by_of; ALTER TABLE t DROP COLUMN n;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "views and triggers",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, amount INTEGER DEFAULT 7);
                 CREATE TABLE c (x TEXT UNIQUE, of INTEGER REFERENCES t, CHECK (length(x) > 1));
                 CREATE TABLE log (line TEXT, at TEXT DEFAULT 'now');",
                "DROP TABLE log; DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "CREATE VIEW v AS SELECT t.name, c.x FROM t JOIN c ON c.of = t.id;
                 CREATE TRIGGER logs AFTER INSERT ON c BEGIN INSERT INTO log (line) VALUES (NEW.x); END;
                 CREATE TRIGGER later AFTER UPDATE ON t BEGIN UPDATE log SET at = NEW.id; END;",
                "DROP TRIGGER later; DROP TRIGGER logs; DROP VIEW v;",
                "",
            ],
            [
                "DROP TRIGGER logs; CREATE TRIGGER logs AFTER INSERT ON c BEGIN INSERT INTO log (line) VALUES (NEW.of); END;",
                "DROP TRIGGER logs; CREATE TRIGGER logs AFTER INSERT ON c BEGIN INSERT INTO log (line) VALUES (NEW.x); END;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "given rows",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER);",
                "DROP TABLE t;",
                "INSERT INTO t (name, amount) VALUES ('one', 1), ('two', 20);",
            ],
            ["CREATE TABLE c (x, of REFERENCES t (id));", "DROP TABLE c;", ""],
        ],
        continues: true,
    },
    Set {
        what: "a table that takes no row",
        options: |_| (),
        scripts: &[[
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x, of);
             CREATE TABLE full (x); CREATE TRIGGER no BEFORE INSERT ON full BEGIN SELECT RAISE(ABORT, 'no'); END;",
            "DROP TABLE full; DROP TABLE c; DROP TABLE t;",
            "",
        ]],
        continues: false,
    },
    Set {
        what: "full-text indexes",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x, of);
                 CREATE VIRTUAL TABLE found USING fts5 (name, content = 't', content_rowid = 'id');",
                "DROP TABLE found; DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "CREATE TRIGGER finds AFTER INSERT ON t BEGIN INSERT INTO found (rowid, name) VALUES (NEW.id, NEW.name); END;
                 CREATE VIRTUAL TABLE own USING fts5 (x); INSERT INTO own VALUES ('a word');",
                "DROP TABLE own; DROP TRIGGER finds;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "rowids that are stored",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);",
                "DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "CREATE TABLE h (r); INSERT INTO h SELECT rowid FROM c;",
                "DROP TABLE h;",
                "",
            ],
            [
                "INSERT INTO c (x, of) VALUES ('a', 1), ('b', 2);",
                "DELETE FROM c WHERE x IN ('a', 'b');",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "conditions and assumptions",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x, of INTEGER);",
                "DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "-- migratory: assumes(t: amount > 10): the program checks\nUPDATE t SET amount = amount - 10 WHERE id > 0;",
                "UPDATE t SET amount = amount + 10 WHERE id > 0;",
                "",
            ],
            [
                "-- migratory: assumes(no_duplicates): the program checks\nCREATE UNIQUE INDEX by_of ON c (of);",
                "DROP INDEX by_of;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "foreign keys off, and warnings",
        options: |options| {
            options.foreign_keys = false;
            options.assumptions_warn = true;
            options.time_limit = Duration::from_secs(300);
        },
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER);",
                "DROP TABLE t;",
                "",
            ],
            [
                "CREATE TABLE c (x TEXT, of INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED);",
                "DROP TABLE c;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "empty tables only",
        options: |options| options.populated = false,
        scripts: &[[
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);",
            "DROP TABLE c; DROP TABLE t;",
            "",
        ]],
        continues: true,
    },
    Set {
        what: "a rebuild, a script that is not rehearsed, and a shipped one",
        options: |options| *options = options.clone().accept_through(1.into()),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);",
                "SELECT 1;",
                "",
            ],
            [
                "PRAGMA foreign_keys = OFF;
                 CREATE TABLE c_new (of INTEGER REFERENCES t, x TEXT); INSERT INTO c_new (x, of) SELECT x, NULL FROM c WHERE 0;
                 CREATE TABLE apart (y); PRAGMA foreign_keys = ON;",
                "DROP TABLE apart; DROP TABLE c_new;",
                "",
            ],
            [
                "-- migratory: no-rehearsal: calls a function of the program\nSELECT own_function();",
                "SELECT 1;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "a step in Rust",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);",
                "DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "-- migratory: code: fills it\nALTER TABLE t ADD COLUMN slug TEXT;",
                "-- migratory: code: empties it\nALTER TABLE t DROP COLUMN slug;",
                "",
            ],
        ],
        continues: true,
    },
    Set {
        what: "temporary objects",
        options: |_| (),
        scripts: &[[
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);
             CREATE TEMP TABLE IF NOT EXISTS kept (x);",
            "DROP TABLE c; DROP TABLE t;",
            "",
        ]],
        continues: false,
    },
    Set {
        what: "statistics",
        options: |_| (),
        scripts: &[[
            "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of); ANALYZE;",
            "DROP TABLE c; DROP TABLE t;",
            "",
        ]],
        continues: false,
    },
    Set {
        what: "random values",
        options: |_| (),
        scripts: &[
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER); CREATE TABLE c (x TEXT, of);
                 CREATE TABLE r (id INTEGER PRIMARY KEY, token INTEGER DEFAULT (random() % 3), key BLOB DEFAULT (randomblob(1)));",
                "DROP TABLE r; DROP TABLE c; DROP TABLE t;",
                "",
            ],
            [
                "CREATE TABLE s (id INTEGER PRIMARY KEY, name TEXT, lot INTEGER);
                 INSERT INTO s (name, lot) SELECT name, random() % 1000 FROM t ORDER BY random() LIMIT 3;",
                "DROP TABLE s;",
                "",
            ],
        ],
        continues: false,
    },
];
