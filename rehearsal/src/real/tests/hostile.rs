//! Untrusted databases: nothing in them breaks a comparison, and nothing is passed over.

use std::fmt::Write as _;

use super::{Case, described, rehearse};

const NONE: &str = "-- migratory: nothing-to-undo: it is not asked for";

/// Compares after an up, and returns the result with the numbers of tables, rows and values
/// compared.
fn after(rows: &str, up: &str) -> (String, [u64; 3]) {
    let case =
        Case { first: "CREATE TABLE known (id INTEGER PRIMARY KEY, a);", rows, up, down: NONE };
    let [forth, _] = rehearse(&case, 1_000);
    let forth = forth.expect(up);
    (described(&forth), forth.totals())
}

/// Names that mean something to SQLite or to us, or that a terminal would obey.
#[test]
fn odd_names_hide_no_table() {
    let names = [
        "pragma_page_count",
        "pragma_table_xinfo",
        "sqlite",
        "rowid",
        "a\"b",
        "a'b",
        "a\nb",
        "[x]",
        "",
        " ",
        "\u{1b}[2J",
        "\u{202e}b",
        "select",
        "before",
        "waiting",
        "known2",
        "\u{fc}\u{df}",
        "a;b",
        "--",
        "main",
        "temp",
    ];
    let mut rows = String::from("INSERT INTO known VALUES (1, 2);");
    for name in names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        write!(
            rows,
            "CREATE TABLE {quoted} ({quoted}, x); INSERT INTO {quoted} VALUES (1, 2), (1, 2);"
        )
        .expect("text");
    }
    let count = u64::try_from(names.len()).expect("a number") + 1;
    let compared = [count, 2 * count - 1, 4 * count - 2];
    assert_eq!(after(&rows, "ALTER TABLE known ADD COLUMN b;"), (String::new(), compared));
}

/// The columns of a table may have all names of the rowid, and a table may have as many as SQLite
/// allows.
#[test]
fn rows_are_found_though_the_rowid_has_no_name() {
    let many: Vec<_> = (0..2_000).map(|nth| format!("c{nth}")).collect();
    let values: Vec<_> = (0..2_000).map(|nth: u32| nth.to_string()).collect();
    for (table, values) in [
        ("rowid, _rowid_, oid".to_owned(), "1, 2, 3".to_owned()),
        ("rowid, a".to_owned(), "1, 2".to_owned()),
        ("a INTEGER PRIMARY KEY, rowid".to_owned(), "NULL, 2".to_owned()),
        (many.join(", "), values.join(", ")),
    ] {
        let rows = format!(
            "CREATE TABLE t ({table}); INSERT INTO t VALUES ({values}); INSERT INTO t VALUES ({values});"
        );
        let width = u64::try_from(table.split(',').count()).expect("a number");
        let (none, compared) = after(&rows, "ALTER TABLE known ADD COLUMN b;");
        assert_eq!((&*none, compared), ("", [2, 2, 2 * width]));
    }
}

/// Triggers that change what no statement names, on tables that no migration knows.
#[test]
fn effects_of_triggers_are_reported() {
    let rows = "INSERT INTO known VALUES (1, 'x'), (2, 'y'); CREATE TABLE other (id TEXT PRIMARY KEY, v); INSERT INTO other VALUES ('k', 1), ('l', 2);
        CREATE TRIGGER one AFTER UPDATE ON known WHEN NEW.id = 1 BEGIN UPDATE other SET v = 9 WHERE id = 'k'; DELETE FROM other WHERE id = 'l'; END;";
    let (said, _) = after(rows, "UPDATE known SET a = a || '';");
    assert_eq!(said, "lost 1 rows of other (id = 'l'); lost 1 v of other (id = 'k' 1>9)");
}

#[test]
fn virtual_and_generated_tables_are_compared_or_reported() {
    let up = "ALTER TABLE known ADD COLUMN b;";
    for (rows, expected, compared) in [
        (
            "CREATE VIRTUAL TABLE f USING fts5 (a, b); INSERT INTO f VALUES ('x', 'y'), ('x', 'y');",
            "",
            [2, 2, 4],
        ),
        ("CREATE VIRTUAL TABLE f USING fts4 (a); INSERT INTO f VALUES ('x');", "", [2, 1, 1]),
        (
            "CREATE VIRTUAL TABLE r USING rtree (id, a, b); INSERT INTO r VALUES (1, 0.1, 0.2);",
            "",
            [2, 1, 3],
        ),
        (
            "CREATE VIRTUAL TABLE f USING fts5 (a, content = ''); INSERT INTO f (a) VALUES ('x');",
            "left f: it is an index over texts that are not kept",
            [1, 0, 0],
        ),
        (
            "CREATE VIRTUAL TABLE f USING fts5 (a, content = 'known', content_rowid = 'id');",
            "",
            [1, 0, 0],
        ),
        (
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING unheard (a)'); \
             PRAGMA writable_schema = OFF;",
            "left v: it can't be read: no such module: unheard",
            [1, 0, 0],
        ),
        (
            "CREATE TABLE g (a, b AS (a + 1), c AS (a + 2) STORED); INSERT INTO g VALUES (1);",
            "",
            [2, 1, 1],
        ),
        (
            "CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO s VALUES (7); UPDATE sqlite_sequence SET seq = 'x';",
            "",
            [2, 1, 1],
        ),
        (
            "CREATE TABLE w (a TEXT COLLATE NOCASE, b, PRIMARY KEY (b, a DESC)) WITHOUT ROWID; INSERT INTO w VALUES ('x', 1), ('y', 1);",
            "",
            [2, 2, 4],
        ),
    ] {
        assert_eq!(after(rows, up), (expected.to_owned(), compared), "{rows}");
    }
}

#[test]
fn a_table_without_columns_in_common_is_counted() {
    let up = "CREATE TABLE n (x); INSERT INTO n SELECT id FROM known LIMIT 1; DROP TABLE known; ALTER TABLE n RENAME TO known;";
    let (said, compared) = after("INSERT INTO known VALUES (1, 2), (2, 3);", up);
    assert_eq!(
        said,
        "lost 1 rows of known (); left known: no column is there before and after: only its rows were counted"
    );
    assert_eq!(compared, [1, 1, 0]);
}

/// A table whose rows come in another order: most of them wait in a file, and nothing differs.
#[test]
fn memory_is_bounded_whatever_the_order() {
    let rows = "CREATE TABLE t (a TEXT, b, c); WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 4000) \
        INSERT INTO t SELECT 'Title ' || i, i % 7, hex(i) FROM n; \
        INSERT INTO known SELECT rowid, a FROM t;";
    let first = "CREATE TABLE known (id INTEGER PRIMARY KEY, a); CREATE TABLE t (a TEXT, b, c);";
    let rows = rows.strip_prefix("CREATE TABLE t (a TEXT, b, c); ").expect("it");
    let up = "CREATE TABLE u (a TEXT, b, c); INSERT INTO u SELECT a, b, c FROM t WHERE a <> 'Title 77' ORDER BY rowid * 37 % 4001; \
        DROP TABLE t; ALTER TABLE u RENAME TO t;";
    let mut outcomes = [1 << 24, 10_000].map(|memory| {
        let [forth, _] = rehearse(&Case { first, rows, up, down: NONE }, memory);
        forth.expect(up)
    });
    let [large, small] = &outcomes;
    assert_eq!(described(large), "lost 1 rows of t (a = 'Title 77', b = 0, c = '3737')");
    assert!(large.most > 80_000 && small.most <= 20_000, "{} {}", large.most, small.most);
    for outcome in &mut outcomes {
        outcome.most = 0;
    }
    assert_eq!(format!("{:?}", outcomes[0]), format!("{:?}", outcomes[1]));
    // Rows that come in the same order do not wait at all.
    let [forth, _] =
        rehearse(&Case { first, rows, up: "ALTER TABLE t RENAME TO v;", down: NONE }, 1 << 24);
    let forth = forth.expect("it");
    assert_eq!((forth.most, forth.totals()), (0, [2, 8_000, 20_000]));
}
