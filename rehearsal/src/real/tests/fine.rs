//! Scripts that lose nothing, so that nothing is reported.

use super::{Case, described, rehearse};

/// Compares after the up, and after up and down, whether rows wait in memory or in a file.
fn both(first: &str, rows: &str, up: &str, down: &str) -> [String; 2] {
    let case = Case { first, rows, up, down };
    let result = |memory| rehearse(&case, memory).map(|it| described(&it.expect(up)));
    let [in_memory, in_file] = [result(1 << 20), result(0)];
    assert_eq!(in_memory, in_file, "{up}");
    in_memory
}

const ROWS: &str =
    "INSERT INTO t VALUES (1, 'a', 1.5), (2, NULL, -1), (5, '007', x'00'), (4, '', NULL);";

/// Writes a rebuild of `t (id, a, b)`.
fn rebuilt(columns: &str, query: &str) -> String {
    format!(
        "CREATE TABLE t_new ({columns}); INSERT INTO t_new {query}; DROP TABLE t; ALTER TABLE t_new RENAME TO t;"
    )
}

#[test]
fn migrations_that_keep_everything_are_not_reported() {
    let keyed = "id INTEGER PRIMARY KEY, a TEXT, b";
    for (up, down) in [
        ("ALTER TABLE t ADD COLUMN c;".to_owned(), "ALTER TABLE t DROP COLUMN c;".to_owned()),
        ("ALTER TABLE t RENAME TO u;".to_owned(), "ALTER TABLE u RENAME TO t;".to_owned()),
        (
            "ALTER TABLE t RENAME COLUMN a TO z; ALTER TABLE t ADD COLUMN a; ALTER TABLE t RENAME TO u;".to_owned(),
            "ALTER TABLE u RENAME TO t; ALTER TABLE t DROP COLUMN a; ALTER TABLE t RENAME COLUMN z TO a;".to_owned(),
        ),
        (rebuilt("id INTEGER PRIMARY KEY, a TEXT, b, c DEFAULT 7", "(id, a, b) SELECT id, a, b FROM t"), rebuilt(keyed, "SELECT id, a, b FROM t")),
        (rebuilt(keyed, "SELECT * FROM t ORDER BY id DESC"), rebuilt(keyed, "SELECT * FROM t ORDER BY a")),
        // The key is no longer an alias of the rowid, or there is no rowid, or no key.
        (rebuilt("id INT PRIMARY KEY, a TEXT, b", "SELECT * FROM t ORDER BY a"), rebuilt(keyed, "SELECT * FROM t")),
        (
            "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b) WITHOUT ROWID; INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;".to_owned(),
            rebuilt(keyed, "SELECT * FROM t"),
        ),
        (rebuilt("id, a, b", "SELECT * FROM t ORDER BY b"), rebuilt(keyed, "SELECT * FROM t")),
        (rebuilt("b, a, id TEXT", "SELECT b, a, id FROM t"), rebuilt(keyed, "SELECT id, a, b FROM t")),
        ("CREATE INDEX i ON t (a, b, id);".to_owned(), "DROP INDEX i;".to_owned()),
        (
            "ALTER TABLE t RENAME TO o; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b); INSERT INTO t SELECT * FROM o; DROP TABLE o;".to_owned(),
            "-- migratory: nothing-to-undo: it is the same table".to_owned(),
        ),
        ("INSERT INTO t VALUES (9, 'new', 1);".to_owned(), "DELETE FROM t WHERE id = 9;".to_owned()),
        ("-- migratory: no-transaction\nVACUUM;".to_owned(), "-- migratory: nothing-to-undo: it is the same".to_owned()),
        ("CREATE TABLE u AS SELECT * FROM t;".to_owned(), "DROP TABLE u;".to_owned()),
    ] {
        let [forth, back] = both(&format!("CREATE TABLE t ({keyed});"), ROWS, &up, &down);

        assert_eq!((&*forth, &*back), ("", ""), "{up} {down}");
    }
}

/// A copy may turn 7 into '7', if the down makes it 7 again.
#[test]
fn a_type_may_change_if_it_changes_back() {
    let first = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b REAL);";
    let rows = "INSERT INTO t VALUES (1, 7, 1.5), (2, -3, 2);";
    let up = rebuilt("id TEXT PRIMARY KEY, a TEXT, b TEXT", "SELECT * FROM t");
    let down = rebuilt("id INTEGER PRIMARY KEY, a INTEGER, b REAL", "SELECT * FROM t");
    assert_eq!(both(first, rows, &up, &down), ["", ""]);
    let down = rebuilt("id INTEGER PRIMARY KEY, a TEXT, b REAL", "SELECT * FROM t");
    let lost = "lost 2 a of t (id = 1 7>'7' | id = 2 -3>'-3')";
    assert_eq!(both(first, rows, &up, &down), ["", lost]);
}

/// A change that a script states is attributed to its file; no other change is.
#[test]
fn intended_changes_are_not_losses() {
    let first = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b);";
    let none = "-- migratory: nothing-to-undo: it is not asked for";
    let partial = rebuilt("id INTEGER PRIMARY KEY, a TEXT, b", "SELECT * FROM t WHERE id < 5");
    let meant = format!("-- migratory: allow(partial_copy): old rows go\n{partial}");
    let fill = rebuilt(
        "id INTEGER PRIMARY KEY, a TEXT NOT NULL, b",
        "SELECT id, coalesce(a, '-'), b FROM t",
    );
    for (up, expected) in [
        ("UPDATE t SET a = upper(a);", "up says 1 a of t (id = 1 'a'>'A')"),
        (
            "UPDATE t SET id = id + 10;",
            "up says 4 id of t (id = 1, a = 'a', b = 1.5 1>11 | id = 2, a = NULL, b = -1 2>12 | id = 4, a = '', b = NULL 4>14)",
        ),
        ("DELETE FROM t WHERE id < 3;", "up says 2 rows of t (id = 1 | id = 2)"),
        (&meant, "up says 1 rows of t (id = 5)"),
        (&fill, "improved 1 a of t (id = 2 NULL>'-')"),
        (
            "-- migratory: allow(drop_table): it is gone\nDROP TABLE t; CREATE TABLE u (x);",
            "up says 4 rows of t ()",
        ),
    ] {
        let case = Case { first, rows: ROWS, up, down: none };
        let [forth, _] = rehearse(&case, 0);
        assert_eq!(described(&forth.expect(up)), expected, "{up}");
    }
}

/// Keys that are NULL, repeated rows, and values that look alike.
#[test]
fn odd_values_are_compared_as_they_are() {
    let first = "CREATE TABLE t (k TEXT PRIMARY KEY, v); CREATE TABLE n (v);";
    let values = "1, 1.0, '1', x'31', '', x'', NULL, -0.0, 0.0, 9e999, -9e999, 9007199254740993, 0.1, 'a', 'A', '\u{fc}', '1e5'";
    let rows: Vec<_> = values
        .split(", ")
        .flat_map(|value| {
            [
                format!("INSERT INTO n VALUES ({value}), ({value});"),
                format!("INSERT INTO t VALUES (NULL, {value}), (typeof({value}) || quote({value}), {value}) ON CONFLICT DO NOTHING;"),
            ]
        })
        .collect();
    let rows = rows.concat();
    let rebuilt = |convert: &str, order: &str| {
        format!(
            "CREATE TABLE n2 (v); INSERT INTO n2 SELECT {convert} FROM n ORDER BY {order}; DROP TABLE n; ALTER TABLE n2 RENAME TO n; \
             CREATE TABLE t2 (k TEXT PRIMARY KEY, v); INSERT INTO t2 SELECT k, {convert} FROM t ORDER BY {order}; DROP TABLE t; \
             ALTER TABLE t2 RENAME TO t;"
        )
    };
    for order in ["1", "rowid DESC", "typeof(v), v DESC"] {
        assert_eq!(
            both(first, &rows, &rebuilt("v", order), &rebuilt("v", order)),
            ["", ""],
            "{order}"
        );
    }
    let text = rebuilt("CASE typeof(v) WHEN 'blob' THEN CAST(v AS TEXT) ELSE v END", "rowid");
    let [forth, back] = both(first, &rows, &text, &rebuilt("v", "rowid"));
    for said in [&forth, &back] {
        assert!(said.contains("lost 4 rows of n (v = x'31' | v = x'31' | v = x'')"), "{said}");
        assert!(said.contains("of t (k = 'blobX''31''' x'31'>'1'"), "{said}");
    }
    assert!(forth.contains("k = NULL x'31'>'1'"), "{forth}");
    let once = rebuilt("v", "1").replace("SELECT v FROM n", "SELECT DISTINCT v FROM n");
    let [forth, _] = both(first, &rows, &once, &rebuilt("v", "rowid"));
    assert!(forth.starts_with("lost ") && forth.contains("rows of n"), "{forth}");
}
