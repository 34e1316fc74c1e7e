//! Migrations that a random set is made of, with `{k}` for a number of their own.

/// An up, a down and rows; without a down if that is empty.
pub(super) type Piece = [&'static str; 3];

/// Makes the tables that the others use.
pub(super) const FIRST: Piece = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER NOT NULL DEFAULT 3);
     CREATE TABLE c (x TEXT, of INTEGER REFERENCES t (id) ON DELETE CASCADE);
     CREATE TABLE log (line TEXT);",
    "DROP TABLE log; DROP TABLE c; DROP TABLE t;",
    "",
];

/// Those without a finding, if they come alone after the first.
pub(super) const SOUND: &[Piece] = &[
    ["CREATE TABLE x{k} (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO x{k} (v) VALUES ('a'), ('b'); DELETE FROM x{k} WHERE v = 'b';", "DROP TABLE x{k};", ""],
    ["ALTER TABLE t ADD COLUMN a{k} INTEGER NOT NULL DEFAULT {k};", "ALTER TABLE t DROP COLUMN a{k};", ""],
    ["ALTER TABLE c ADD COLUMN a{k} TEXT;", "ALTER TABLE c DROP COLUMN a{k};", ""],
    ["CREATE TABLE x{k} (k TEXT NOT NULL, n INTEGER NOT NULL, of REFERENCES t (id), PRIMARY KEY (k, n)) WITHOUT ROWID;", "DROP TABLE x{k};", ""],
    ["UPDATE t SET amount = 1000;", "UPDATE t SET amount = 0;", ""],
    ["UPDATE t SET amount = amount + 1;", "UPDATE t SET amount = amount - 1;", ""],
    ["UPDATE t SET name = 'zzz' WHERE name IS NOT NULL;", "UPDATE t SET name = lower(name);", ""],
    ["CREATE TRIGGER g{k} AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.name || '{k}'); END;", "DROP TRIGGER g{k};", ""],
    ["CREATE TRIGGER g{k} AFTER UPDATE OF amount ON t WHEN NEW.amount > 5 BEGIN UPDATE log SET line = line || OLD.amount; END;", "DROP TRIGGER g{k};", ""],
    ["CREATE VIRTUAL TABLE f{k} USING fts5 (name, content = 't', content_rowid = 'id'); INSERT INTO f{k} (f{k}) VALUES ('rebuild');", "DROP TABLE f{k};", ""],
    ["CREATE VIRTUAL TABLE f{k} USING fts5 (body); INSERT INTO f{k} VALUES ('one'), ('two');", "DROP TABLE f{k};", ""],
    ["CREATE VIRTUAL TABLE r{k} USING rtree (id, a, b); INSERT INTO r{k} VALUES (1, 0.0, 1.0);", "DROP TABLE r{k};", ""],
    ["CREATE TABLE x{k} (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, d GENERATED ALWAYS AS (a || 'x')); CREATE INDEX i{k} ON x{k} (d);", "DROP TABLE x{k};", ""],
    ["-- migratory: no-transaction\nVACUUM;\nCREATE TABLE x{k} (a);\nINSERT INTO x{k} VALUES (1);\n", "DROP TABLE x{k};", ""],
    ["-- migratory: no-transaction\nCREATE TABLE x{k} (a UNIQUE);\nPRAGMA journal_mode = WAL;\nINSERT INTO x{k} VALUES ({k});", "-- migratory: no-transaction\nDROP TABLE x{k};", ""],
    ["PRAGMA user_version = {k}; PRAGMA application_id = {k}; CREATE TABLE x{k} (a);", "DROP TABLE x{k};", ""],
    ["CREATE TEMP TABLE m{k} (a); INSERT INTO m{k} SELECT amount FROM t; CREATE TABLE x{k} AS SELECT * FROM m{k}; DROP TABLE m{k};", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (id INTEGER PRIMARY KEY, v); INSERT INTO x{k} VALUES (9223372036854775806, 'a');", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (id INTEGER PRIMARY KEY, v); INSERT INTO x{k} VALUES (-9223372036854775807, 'a'), (0, 'b');", "DROP TABLE x{k};", ""],
    ["-- migratory: assumes(t: amount > 0): the program checks\nCREATE TABLE x{k} (a CHECK (a > 0)); INSERT INTO x{k} SELECT amount FROM t;", "DROP TABLE x{k};", ""],
    ["-- migratory: assumes(t: name IS NOT NULL): the program checks\nCREATE TABLE x{k} (a TEXT NOT NULL); INSERT INTO x{k} SELECT name FROM t;", "DROP TABLE x{k};", ""],
    ["CREATE VIEW v{k} AS SELECT t.id, c.x FROM t LEFT JOIN c ON c.of = t.id;", "DROP VIEW v{k};", ""],
    ["CREATE TABLE x{k} (a TEXT COLLATE NOCASE UNIQUE, b TEXT DEFAULT 'q'); INSERT INTO x{k} (a) VALUES ('s');", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a TEXT COLLATE OWN); CREATE INDEX i{k} ON x{k} (a);", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a); INSERT INTO x{k} SELECT own(name) FROM t;", "DROP TABLE x{k};", ""],
    ["PRAGMA foreign_keys = OFF;\nCREATE TABLE c{k} (x TEXT, of INTEGER REFERENCES t (id) ON DELETE CASCADE);\nINSERT INTO c{k} (rowid, x, of) SELECT rowid, x, of FROM c;\nCREATE TABLE y{k} (a);\nPRAGMA foreign_keys = ON;", "DROP TABLE y{k}; DROP TABLE c{k};", ""],
    ["CREATE TABLE x{k} (a TEXT); INSERT INTO x{k} VALUES ('{long}');", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (id INTEGER PRIMARY KEY, a TEXT, of REFERENCES t (id)); INSERT INTO x{k} (a, of) SELECT name, id FROM t;", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a); INSERT INTO x{k} SELECT rowid FROM c;", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a DEFAULT (random()), b DEFAULT (strftime('%s', 'now'))); INSERT INTO x{k} (b) VALUES (1);", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a); INSERT INTO x{k} SELECT random() FROM t; INSERT INTO x{k} SELECT julianday('now') FROM c;", "DROP TABLE x{k};", ""],
    ["CREATE INDEX i{k} ON t (name, amount) WHERE amount > {k};", "DROP INDEX i{k};", ""],
    ["CREATE INDEX i{k} ON t (upper(name));", "DROP INDEX i{k};", ""],
    ["-- migratory: code: fills it\nALTER TABLE t ADD COLUMN s{k} TEXT;", "-- migratory: code: empties it\nALTER TABLE t DROP COLUMN s{k};", ""],
    ["-- migratory: no-rehearsal: calls a function of the program\nSELECT own_function({k});", "-- migratory: no-rehearsal: calls a function of the program\nSELECT own_function({k});", ""],
    ["CREATE TABLE x{k} (a REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED);", "DROP TABLE x{k};", ""],
    ["CREATE TABLE x{k} (a, b);", "DROP TABLE x{k};", "INSERT INTO x{k} VALUES (1, 'given'); INSERT INTO t (name, amount) VALUES ('given', 77);"],
    ["-- migratory: irreversible: gone\nDELETE FROM log WHERE line LIKE 'x%';", "", ""],
    ["CREATE TABLE x{k} (id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO x{k} (v) VALUES (1); UPDATE sqlite_sequence SET seq = 100 WHERE name = 'x{k}';", "DROP TABLE x{k};", ""],
    ["INSERT INTO t (name, amount) VALUES ('seeded {k}', {k}); INSERT INTO c (x, of) SELECT 'seeded {k}', id FROM t WHERE name = 'seeded {k}';", "DELETE FROM c WHERE x = 'seeded {k}'; DELETE FROM t WHERE name = 'seeded {k}';", ""],
    ["INSERT INTO log SELECT group_concat(name) FROM t; INSERT INTO log SELECT count(*) FROM c;", "DELETE FROM log;", ""],
];

/// Those with one, some of them only after others, and those that no image can be behind.
pub(super) const FAULTY: &[Piece] = &[
    [
        "CREATE TABLE x{k} (a NOT NULL CHECK (a + 1 <> 1001)); INSERT INTO x{k} SELECT amount FROM t;",
        "DROP TABLE x{k};",
        "",
    ],
    [
        "CREATE TABLE x{k} (a NOT NULL CHECK (a > 0)); INSERT INTO x{k} SELECT amount FROM t;",
        "DROP TABLE x{k};",
        "",
    ],
    [
        "CREATE TABLE x{k} (a TEXT NOT NULL); INSERT INTO x{k} SELECT name FROM t;",
        "DROP TABLE x{k};",
        "",
    ],
    [
        "CREATE TABLE x{k} (a TEXT UNIQUE CHECK (upper(a) <> 'ZZZ')); INSERT INTO x{k} SELECT name FROM t;",
        "DROP TABLE x{k};",
        "",
    ],
    ["CREATE UNIQUE INDEX i{k} ON t (name);", "DROP INDEX i{k};", ""],
    ["CREATE UNIQUE INDEX i{k} ON t (amount);", "DROP INDEX i{k};", ""],
    ["CREATE UNIQUE INDEX i{k} ON log (line);", "DROP INDEX i{k};", ""],
    ["SELECT nothing FROM t;", "SELECT 1;", ""],
    ["CREATE TABLE x{k} (a);", "DROP TABLE nothing;", ""],
    ["DELETE FROM t WHERE amount + 1 = 1001;", "UPDATE t SET amount = 4;", ""],
    [
        "UPDATE t SET name = upper(name), amount = 100 / (amount - 1000);",
        "UPDATE t SET amount = amount * 2;",
        "",
    ],
    [
        "PRAGMA foreign_keys = OFF;\nCREATE TABLE n{k} (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER NOT NULL DEFAULT 3);\nINSERT INTO n{k} SELECT id, name, amount FROM t WHERE amount + 1 <> 1001;\nDROP TABLE t;\nALTER TABLE n{k} RENAME TO t;\nPRAGMA foreign_keys = ON;",
        "UPDATE t SET amount = amount;",
        "",
    ],
    [
        "CREATE TABLE x{k} (a); INSERT INTO x{k} VALUES (changes()), (last_insert_rowid()), (total_changes());",
        "DROP TABLE x{k};",
        "",
    ],
    ["CREATE TEMP TABLE m{k} (a); CREATE TABLE x{k} (a);", "DROP TABLE x{k};", ""],
    ["ANALYZE;", "ANALYZE;", ""],
    ["PRAGMA auto_vacuum = FULL; CREATE TABLE x{k} (a);", "DROP TABLE x{k};", ""],
    ["PRAGMA encoding = 'UTF-16'; CREATE TABLE x{k} (a);", "DROP TABLE x{k};", ""],
    [
        "CREATE TABLE x{k} (id INTEGER PRIMARY KEY, v); INSERT INTO x{k} VALUES (9223372036854775807, 'a'); INSERT INTO x{k} (v) VALUES ('b');",
        "DROP TABLE x{k};",
        "",
    ],
    ["ALTER TABLE t DROP COLUMN name;", "ALTER TABLE t ADD COLUMN name TEXT;", ""],
    ["ALTER TABLE c RENAME COLUMN x TO x{k};", "ALTER TABLE c RENAME COLUMN x{k} TO x;", ""],
    [
        "-- migratory: allow(drop_table): unused\nDROP TABLE log;",
        "CREATE TABLE log (line TEXT);",
        "",
    ],
    ["ATTACH ':memory:' AS o; CREATE TABLE x{k} (a);", "DROP TABLE x{k};", ""],
    ["INSERT INTO c (x, of) SELECT name, id + 1 FROM t;", "DELETE FROM c;", ""],
    [
        "CREATE TABLE x{k} (a); INSERT INTO x{k} SELECT line + 1 FROM log; CREATE UNIQUE INDEX i{k} ON x{k} (a);",
        "DROP TABLE x{k};",
        "",
    ],
    [
        "PRAGMA recursive_triggers = ON; DELETE FROM c WHERE of > 3;",
        "PRAGMA foreign_keys = ON;",
        "",
    ],
    [
        "CREATE TABLE x{k} (p, q); INSERT INTO x{k} VALUES ((SELECT count(*) FROM pragma_table_info('t')), sqlite_version());",
        "DROP TABLE x{k};",
        "",
    ],
];
