//! Values that a trigger of the table tests and the script doesn't mention.

use super::Kind;

pub(super) const KINDS: [Kind; 3] = [
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, st TEXT NOT NULL);
         CREATE TRIGGER g BEFORE UPDATE ON t WHEN OLD.st = 'final' BEGIN SELECT RAISE(ABORT, 'it is final'); END;",
        code: "M0510",
        wrong: "UPDATE t SET a = upper(a);",
        shows: "min(st) = 'final'",
        right: "UPDATE t SET a = upper(a) WHERE st <> 'final';",
        stated: "assumes(t: st <> 'final')",
    },
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, n INTEGER NOT NULL);
         CREATE TRIGGER g AFTER UPDATE ON t BEGIN SELECT CASE WHEN NEW.n = 77 THEN RAISE(ABORT, 'it is taken') END; END;",
        code: "M0510",
        wrong: "UPDATE t SET a = 0;",
        shows: "min(n) = 77",
        right: "UPDATE t SET a = 0 WHERE n <> 77;",
        stated: "assumes(t: n <> 77)",
    },
    Kind {
        tables: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, st TEXT NOT NULL);
         CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'it is kept') FROM t WHERE id = OLD.id AND st = 'kept'; END;",
        code: "M0510",
        wrong: "DELETE FROM t WHERE a = '';",
        shows: "min(st) = 'kept'",
        right: "DELETE FROM t WHERE a = '' AND st <> 'kept';",
        stated: "assumes(t: st <> 'kept')",
    },
];
