//! What columns and keys of a rebuilt table may lose, each with what restores it.

use crate::rules::harness::{lint, lint_ok};

/// Returns a rebuild of a table with one column that loses something, and others that do not.
fn rebuilt(old: &str, new: &str) -> (String, String) {
    let before = format!(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY); \
         CREATE TABLE t ({old});"
    );
    let up = format!(
        "PRAGMA foreign_keys = OFF; CREATE TABLE n ({new}); INSERT INTO n (a) SELECT a FROM t; \
         DROP TABLE t; ALTER TABLE n RENAME TO t; PRAGMA foreign_keys = ON;"
    );
    (before, up)
}

/// The old declaration, the new one, what is lost, and what the new one should have been.
const FORGOTTEN: [[&str; 4]; 16] = [
    ["a DEFAULT 'x'", "a, b", "`DEFAULT 'x'` of `a`", "a DEFAULT 'x', b"],
    [
        "a INT NOT NULL DEFAULT (1 + 1)",
        "a TEXT NOT NULL",
        "`DEFAULT (1 + 1)` of `a`",
        "a INT NOT NULL DEFAULT (1 + 1)",
    ],
    [
        "a REFERENCES p ON DELETE CASCADE",
        "a REFERENCES p",
        "`ON DELETE CASCADE` of `a`",
        "a REFERENCES p ON DELETE CASCADE",
    ],
    [
        "a REFERENCES p (id) ON UPDATE SET NULL",
        "a, FOREIGN KEY (a) REFERENCES p (id)",
        "`ON UPDATE SET NULL` of `a`",
        "a, FOREIGN KEY (a) REFERENCES p (id) ON UPDATE SET NULL",
    ],
    [
        "a REFERENCES p DEFERRABLE INITIALLY DEFERRED",
        "a REFERENCES p DEFERRABLE",
        "`DEFERRABLE INITIALLY DEFERRED` of `a`",
        "a REFERENCES p DEFERRABLE INITIALLY DEFERRED",
    ],
    [
        "a, b REFERENCES p ON DELETE CASCADE, c REFERENCES p ON DELETE CASCADE",
        "a, b REFERENCES p ON DELETE NO ACTION, c REFERENCES p",
        "`ON DELETE CASCADE` of `c`",
        "a, b REFERENCES p ON DELETE NO ACTION, c REFERENCES p ON DELETE CASCADE",
    ],
    [
        "a, b AS (a || '!')",
        "a, b",
        "`GENERATED ALWAYS AS (a || '!')` of `b`",
        "a, b GENERATED ALWAYS AS (a || '!')",
    ],
    [
        "a, b AS (a || '!') STORED",
        "a, b AS (a || '!')",
        "`STORED` of `b`",
        "a, b AS (a || '!') STORED",
    ],
    [
        "a, b INT AS (a) STORED",
        "a, b INT",
        "`GENERATED ALWAYS AS (a) STORED` of `b`",
        "a, b INT GENERATED ALWAYS AS (a) STORED",
    ],
    [
        "a INTEGER PRIMARY KEY",
        "a INT PRIMARY KEY",
        "`INTEGER PRIMARY KEY` of `a`",
        "a INTEGER PRIMARY KEY",
    ],
    [
        "a INTEGER PRIMARY KEY",
        "a INTEGER PRIMARY KEY DESC",
        "`INTEGER PRIMARY KEY` of `a`",
        "a INTEGER PRIMARY KEY",
    ],
    [
        "a INTEGER, PRIMARY KEY (a)",
        "a BIGINT, PRIMARY KEY (a)",
        "`INTEGER PRIMARY KEY` of `a`",
        "a INTEGER PRIMARY KEY",
    ],
    [
        "a UNIQUE ON CONFLICT IGNORE",
        "a UNIQUE",
        "`UNIQUE (a) ON CONFLICT IGNORE`",
        "a, UNIQUE (a) ON CONFLICT IGNORE",
    ],
    [
        "a TEXT PRIMARY KEY ON CONFLICT REPLACE",
        "a TEXT, PRIMARY KEY (a)",
        "`PRIMARY KEY (a) ON CONFLICT REPLACE`",
        "a TEXT PRIMARY KEY ON CONFLICT REPLACE",
    ],
    [
        "a NOT NULL ON CONFLICT IGNORE",
        "a NOT NULL",
        "`NOT NULL ON CONFLICT IGNORE` of `a`",
        "a NOT NULL ON CONFLICT IGNORE",
    ],
    [
        "a CHECK (a > 0), b CHECK (b <> '')",
        "a CHECK (a > 1), b",
        "`CHECK (b <> '')`",
        "a CHECK (a > 1), b, CHECK (b <> '')",
    ],
];

#[test]
fn a_missing_clause_is_reported_with_what_to_add() {
    for [old, new, what, whole] in FORGOTTEN {
        let (before, up) = rebuilt(old, new);
        let found = lint(&before, &up);
        let messages: Vec<_> = found.iter().map(|each| each.message.as_str()).collect();
        let lacks = format!("the rebuilt table `t` loses {what}");
        assert_eq!(messages, [lacks], "{old} | {new}");
        // The suggested text is what the new table should have had.
        let added = found[0].help[0].rsplit('`').nth(1).unwrap_or_default();
        assert!(whole.contains(added), "{added} | {whole}");
        let (before, up) = rebuilt(old, whole);
        lint_ok(&before, &up);
    }
}

#[test]
fn a_changed_clause_is_not_a_loss() {
    for (old, new) in [
        ("a DEFAULT 'x'", "a DEFAULT 'y'"),
        ("a DEFAULT NULL", "a"),
        ("a DEFAULT 1", "a DEFAULT NULL"),
        ("a, b DEFAULT 1", "a, b AS (a)"),
        ("a NOT NULL", "a"),
        ("a NOT NULL DEFAULT '', b", "a, b NOT NULL"),
        ("a NOT NULL DEFAULT 0", "a NOT NULL"),
        ("a REFERENCES p ON DELETE CASCADE", "a REFERENCES p ON DELETE SET NULL"),
        ("a REFERENCES p ON DELETE CASCADE", "a REFERENCES p ON DELETE NO ACTION"),
        ("a REFERENCES p ON UPDATE CASCADE", "a REFERENCES q"),
        (
            "a REFERENCES p DEFERRABLE INITIALLY DEFERRED",
            "a REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED",
        ),
        (
            "a REFERENCES p DEFERRABLE INITIALLY DEFERRED",
            "a REFERENCES p DEFERRABLE INITIALLY IMMEDIATE",
        ),
        ("a, b AS (a) STORED", "a, b AS (a) VIRTUAL"),
        ("a, b AS (a)", "a, b AS (a) STORED"),
        ("a, b AS (a)", "a, b AS (a + 1)"),
        ("a INTEGER PRIMARY KEY", "a TEXT PRIMARY KEY"),
        ("a INTEGER PRIMARY KEY", "a INTEGER, b, PRIMARY KEY (a, b)"),
        ("a INTEGER PRIMARY KEY", "a INTEGER, PRIMARY KEY (a DESC)"),
        ("a INTEGER PRIMARY KEY DESC", "a INT PRIMARY KEY"),
        ("a UNIQUE ON CONFLICT IGNORE", "a UNIQUE ON CONFLICT ABORT"),
        ("a CHECK (a > 0) CHECK (a < 9)", "a CHECK (a BETWEEN 1 AND 8)"),
    ] {
        let (before, up) = rebuilt(old, new);
        lint_ok(&before, &up);
    }
    let (before, up) = rebuilt("a INTEGER PRIMARY KEY", "a INTEGER PRIMARY KEY");
    let up = up.replace("PRIMARY KEY)", "PRIMARY KEY) WITHOUT ROWID");
    lint_ok(&before, &up);
}
