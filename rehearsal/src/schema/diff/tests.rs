use rusqlite::Connection;

use super::super::Reader;
use super::*;

fn schema(sql: &str) -> Schema {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(sql).expect(sql);
    Reader::default().read(&conn).expect(sql)
}

fn described(before: &str, after: &str) -> String {
    rendered(&differences(&schema(before), &schema(after)))
}

fn check(cases: &[(&str, &str, &str)]) {
    for (before, after, expected) in cases {
        assert_eq!(described(before, after), *expected, "{before} | {after}");
    }
}

#[test]
fn spelling_alone_is_no_difference() {
    for (before, after) in [
        ("CREATE TABLE t (a)", "create table \"T\" ( -- note\n [A] )"),
        ("CREATE TABLE t (a varchar(9))", "CREATE TABLE t (a VARCHAR (9))"),
        ("CREATE TABLE t (a DEFAULT (1 + 2))", "CREATE TABLE t (a DEFAULT ((1+2)))"),
        ("CREATE TABLE t (a DEFAULT 5)", "CREATE TABLE t (a DEFAULT (5))"),
        (
            "CREATE TABLE t (a DEFAULT false, b DEFAULT 1)",
            "CREATE TABLE t (a DEFAULT 0, b DEFAULT TRUE)",
        ),
        ("CREATE TABLE t (a DEFAULT NULL, b NULL)", "CREATE TABLE t (a, b)"),
        ("CREATE TABLE t (a COLLATE nocase)", "CREATE TABLE t (a COLLATE \"NOCASE\")"),
        ("CREATE TABLE t (a COLLATE BINARY)", "CREATE TABLE t (a)"),
        ("CREATE TABLE t (a UNIQUE CHECK (a > 0))", "CREATE TABLE t (a, CHECK ((A>0)), UNIQUE(a))"),
        (
            "CREATE TABLE t (a, UNIQUE (a), CHECK (a))",
            "CREATE TABLE t (a, CHECK (a), UNIQUE (a ASC))",
        ),
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE t (id INTEGER NOT NULL, PRIMARY KEY (id AUTOINCREMENT))",
        ),
        (
            "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a REFERENCES p)",
            "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a, CONSTRAINT c FOREIGN KEY (a) \
             REFERENCES [P] (ID) ON DELETE NO ACTION NOT DEFERRABLE)",
        ),
        ("CREATE TABLE t (a, b TEXT)", "CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b TEXT"),
        ("CREATE TABLE t (a)", "CREATE TABLE u (a); ALTER TABLE u RENAME TO t"),
        (
            "CREATE TABLE t (a) STRICT, WITHOUT ROWID"
                .replace("(a)", "(a INT PRIMARY KEY)")
                .as_str(),
            "CREATE TABLE t (a INT PRIMARY KEY) without rowid,strict",
        ),
        (
            "CREATE TABLE t (a); CREATE UNIQUE INDEX i ON t (a) WHERE a > 0",
            "CREATE TABLE t (a); create unique index if not exists I on \"t\"([a] ASC) where (a>0)",
        ),
        ("CREATE VIEW v AS SELECT 1", "create view \"v\" as\n  select 1;"),
        (
            "CREATE VIRTUAL TABLE s USING fts5(a)",
            "CREATE VIRTUAL TABLE IF NOT EXISTS s USING FTS5 ( a )",
        ),
    ] {
        assert_eq!(described(before, after), "", "{before} | {after}");
        assert_eq!(described(after, before), "", "{after} | {before}");
    }
}

#[test]
fn objects_are_lost_or_left_behind() {
    let item = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT);";
    let index = "CREATE INDEX item_by_title ON item (title COLLATE NOCASE) WHERE title <> '';";
    let trigger = "CREATE TRIGGER item_gone AFTER DELETE ON item BEGIN SELECT 1; END;";
    let all = format!("{item}{index}{trigger} CREATE VIEW titles AS SELECT title FROM item;");
    let backup = format!("{item} CREATE TABLE item_backup (id, title);");
    check(&[
        (
            &all,
            &backup,
            "\
+ table item_backup (id, title)    left behind
- index item_by_title ON item (title COLLATE NOCASE) WHERE title <> ''    lost
- trigger item_gone ON item        lost
- view titles                      lost",
        ),
        (
            "",
            &all,
            "\
+ table item (id, title)    left behind
+ view titles               left behind",
        ),
        (
            &all,
            "CREATE VIEW item AS SELECT 1 AS id",
            "\
- table item (id, title)       lost
- index item_by_title ON item (title COLLATE NOCASE) WHERE title <> ''    lost
- trigger item_gone ON item    lost
- view titles                  lost
+ view item                    left behind",
        ),
        ("CREATE VIRTUAL TABLE s USING fts5(title, body)", "", "- table s (title, body)    lost"),
    ]);
}

#[test]
fn columns_are_compared_piece_by_piece() {
    check(&[
        (
            "CREATE TABLE t (a, b TEXT NOT NULL DEFAULT '' COLLATE NOCASE)",
            "CREATE TABLE t (a, c AS (a + 1))",
            "\
- column t.b TEXT NOT NULL DEFAULT '' COLLATE NOCASE    lost
+ column t.c AS (a + 1) VIRTUAL                         left behind",
        ),
        ("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a BLOB)", "~ t.a: the type TEXT became BLOB"),
        ("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a)", "~ t.a: the type TEXT is gone"),
        ("CREATE TABLE t (a NOT NULL)", "CREATE TABLE t (a)", "~ t.a: NOT NULL is gone"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a NOT NULL)", "~ t.a: NOT NULL is new"),
        (
            "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)",
            "CREATE TABLE t (a NOT NULL)",
            "~ t.a: NOT NULL ON CONFLICT IGNORE became NOT NULL",
        ),
        (
            "CREATE TABLE t (a DEFAULT 'x', b DEFAULT (1 + 2), c)",
            "CREATE TABLE t (a DEFAULT 'X', b, c DEFAULT -1)",
            "\
~ t.a: DEFAULT 'x' became DEFAULT 'X'
~ t.b: DEFAULT (1 + 2) is gone
~ t.c: DEFAULT -1 is new",
        ),
        (
            "CREATE TABLE t (a DEFAULT false, b DEFAULT 'true')",
            "CREATE TABLE t (a DEFAULT 1, b DEFAULT 1)",
            "\
~ t.a: DEFAULT false became DEFAULT 1
~ t.b: DEFAULT 'true' became DEFAULT 1",
        ),
        (
            "CREATE TABLE t (a COLLATE NOCASE)",
            "CREATE TABLE t (a)",
            "~ t.a: COLLATE NOCASE is gone",
        ),
        (
            "CREATE TABLE t (a, b AS (a) STORED)",
            "CREATE TABLE t (a, b AS (a))",
            "~ t.b: AS (a) STORED became AS (a) VIRTUAL",
        ),
        (
            "CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL)",
            "CREATE TABLE t (a TEXT PRIMARY KEY)",
            "~ t.a: NOT NULL is gone",
        ),
    ]);
}

#[test]
fn constraints_and_options_are_compared() {
    check(&[
        (
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY)",
            "~ t: AUTOINCREMENT is gone",
        ),
        (
            "CREATE TABLE t (a INTEGER PRIMARY KEY)",
            "CREATE TABLE t (a INTEGER)",
            "~ t: PRIMARY KEY (a) is gone",
        ),
        (
            "CREATE TABLE t (a, b, PRIMARY KEY (a, b))",
            "CREATE TABLE t (a, b, PRIMARY KEY (b, a))",
            "~ t: PRIMARY KEY (a, b) became PRIMARY KEY (b, a)",
        ),
        (
            "CREATE TABLE t (a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
            "CREATE TABLE t (a INT PRIMARY KEY)",
            "~ t: STRICT is gone\n~ t: WITHOUT ROWID is gone",
        ),
        (
            "CREATE TABLE t (a UNIQUE CHECK (a > 0), b)",
            "CREATE TABLE t (a CHECK (a > 1), b)",
            "~ t: UNIQUE (a) is gone\n~ t: CHECK (a > 0) became CHECK (a > 1)",
        ),
        (
            "CREATE TABLE t (a, UNIQUE (a COLLATE NOCASE))",
            "CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)",
            "~ t: UNIQUE (a COLLATE NOCASE) became UNIQUE (a) ON CONFLICT REPLACE",
        ),
        (
            "CREATE TABLE t (a, CHECK (a <> 'x') CHECK (a <> 'y'))",
            "CREATE TABLE t (a, CHECK (a <> 'y'))",
            "~ t: CHECK (a <> 'x') is gone",
        ),
        (
            "CREATE TABLE t (a REFERENCES p ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, b REFERENCES p)",
            "CREATE TABLE t (a REFERENCES t_old (a) ON UPDATE SET NULL, b REFERENCES p)",
            "~ t: FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED became \
             FOREIGN KEY (a) REFERENCES t_old (a) ON UPDATE SET NULL",
        ),
    ]);
}

#[test]
fn another_order_of_columns_is_a_difference_of_its_own() {
    let orders = [("CREATE TABLE t (a, b, c)", "CREATE TABLE t (a, c, b)")];
    for (before, after) in orders {
        let differences = differences(&schema(before), &schema(after));
        assert!(differences.iter().all(Difference::is_order_only));
        assert_eq!(
            rendered(&differences),
            "~ t: the order of the columns (a, b, c) became (a, c, b)"
        );
    }
    let mixed = differences(&schema(orders[0].0), &schema("CREATE TABLE t (c, b INT)"));
    assert_eq!(mixed.iter().filter(|each| each.is_order_only()).count(), 1);
    assert_eq!(mixed.len(), 3);
}

#[test]
fn indexes_triggers_views_and_virtual_tables_are_compared() {
    let table = "CREATE TABLE t (a, b); CREATE TABLE u (a, b);";
    for (before, after, expected) in [
        (
            "CREATE UNIQUE INDEX i ON t (a DESC)",
            "CREATE INDEX i ON t (a)",
            "~ index i: UNIQUE is gone\n~ index i: ON t (a DESC) became ON t (a)",
        ),
        (
            "CREATE INDEX i ON t (a)",
            "CREATE INDEX i ON u (a)",
            "~ index i: ON t (a) became ON u (a)",
        ),
        (
            "CREATE INDEX i ON t (a) WHERE b = 'x'",
            "CREATE INDEX i ON t (a) WHERE b = 'X'",
            "~ index i: WHERE b = 'x' became WHERE b = 'X'",
        ),
        (
            "CREATE INDEX i ON t (a) WHERE b",
            "CREATE INDEX i ON t (a)",
            "~ index i: WHERE b is gone",
        ),
        (
            "CREATE TRIGGER d AFTER DELETE ON t BEGIN UPDATE u SET a = a + 1; END",
            "CREATE TRIGGER d AFTER DELETE ON t BEGIN UPDATE u SET a = a + 2; END",
            "~ trigger d: `… = a + 1; END` became `… = a + 2; END`",
        ),
        (
            "CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0 AND b < 1",
            "CREATE VIEW v AS SELECT a FROM t WHERE a > 0 AND b < 1",
            "~ view v: `… AS SELECT a, b FROM t WHERE …` became `… AS SELECT a FROM t WHERE …`",
        ),
        (
            "CREATE VIRTUAL TABLE s USING fts5(a)",
            "CREATE VIRTUAL TABLE s USING fts5(a, prefix='2')",
            "~ s: `… fts5(a)` became `… fts5(a, prefix='2')`",
        ),
    ] {
        assert_eq!(
            described(&format!("{table}{before}"), &format!("{table}{after}")),
            expected,
            "{before}"
        );
    }
}

#[test]
fn a_long_list_is_cut() {
    let tables: Vec<_> = (10..35).map(|number| format!("CREATE TABLE t{number} (a)")).collect();
    let list = described(&tables.join(";"), "");
    assert_eq!(list.lines().count(), 21);
    assert!(list.ends_with("\nand 5 differences more"), "{list}");
}

#[test]
fn quotes_around_texts_are_no_difference_and_around_names_are() {
    let view = |text: &str| {
        format!("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t WHERE a = {text}")
    };
    let index =
        |text: &str| format!("CREATE TABLE t (a, b); CREATE INDEX i ON t (b) WHERE a = {text}");
    let table = |text: &str| format!("CREATE TABLE t (a, b CHECK (b <> {text} AND a))");
    for sql in [&view as &dyn Fn(&str) -> String, &index, &table] {
        for (text, same) in [("x", true), ("it''s", true), ("b", false), ("t", false)] {
            let (double, single) =
                (format!("\"{}\"", text.replace("''", "'")), format!("'{text}'"));
            assert_eq!(
                described(&sql(&double), &sql(&single)).is_empty(),
                same,
                "{}",
                sql(&double)
            );
            assert_eq!(
                described(&sql(&single), &sql(&double)).is_empty(),
                same,
                "{}",
                sql(&double)
            );
        }
        assert!(!described(&sql("\"x\""), &sql("'X'")).is_empty());
    }
    let default = ["\"a\"", "'a'"].map(|text| format!("CREATE TABLE t (a, b DEFAULT {text})"));
    assert_eq!(described(&default[0], &default[1]), "");
    let both = "CREATE TABLE t (a CHECK (a <> \"x\"), b CHECK (b <> 'y'))";
    assert!(described(both, "CREATE TABLE t (a, b CHECK (b <> \"y\"))").contains("CHECK"));
}
