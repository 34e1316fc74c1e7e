//! Scripts that lose content of real rows: each loss is reported.

use super::{Case, described, rehearse};

/// Writes an ordinary rebuild of the table `t`, copied by a query.
fn rebuilt(columns: &str, into: &str, query: &str) -> String {
    format!(
        "CREATE TABLE t_new ({columns}); INSERT INTO t_new ({into}) {query}; DROP TABLE t; \
         ALTER TABLE t_new RENAME TO t;"
    )
}

/// Compares after the up, and after up and down.
fn both(first: &str, rows: &str, up: &str, down: &str) -> [String; 2] {
    let case = Case { first, rows, up, down };
    rehearse(&case, 1_000).map(|outcome| match outcome {
        Ok(comparison) => described(&comparison),
        Err(error) => format!("fails: {}", error.lines().next().unwrap_or_default()),
    })
}

#[test]
fn a_copy_that_loses_is_named_with_its_rows() {
    let plain = "id INTEGER PRIMARY KEY, a TEXT";
    let first = format!("CREATE TABLE t ({plain});");
    let rows = "INSERT INTO t VALUES (1, '02139'), (2, ''), (3, 'x'), (4, NULL);";
    let down = rebuilt(plain, "id, a", "SELECT id, a FROM t");
    for (columns, into, query, expected) in [
        (
            "id INTEGER PRIMARY KEY, a INTEGER",
            "id, a",
            "SELECT id, a FROM t",
            "lost 1 a of t (id = 1 '02139'>2139)",
        ),
        (plain, "id, a", "SELECT id, a FROM t WHERE a <> ''", "lost 2 rows of t (id = 2 | id = 4)"),
        (plain, "id, a", "SELECT id, a FROM t LIMIT 2", "lost 2 rows of t (id = 3 | id = 4)"),
        (plain, "id, a", "SELECT id, a FROM t LIMIT 9 OFFSET 1", "lost 1 rows of t (id = 1)"),
        (
            plain,
            "id",
            "SELECT id FROM t",
            "lost 3 a of t (id = 1 '02139'>NULL | id = 2 ''>NULL | id = 3 'x'>NULL)",
        ),
        (
            plain,
            "id, a",
            "SELECT id, 'x' FROM t",
            "lost 2 a of t (id = 1 '02139'>'x' | id = 2 ''>'x'); improved 1 a of t (id = 4 NULL>'x')",
        ),
        (plain, "id, a", "SELECT id, nullif(a, '') FROM t", "up says 1 a of t (id = 2 ''>NULL)"),
        (plain, "id, a", "SELECT id + 10, a FROM t", "lost 4 rows of t (id = 1 | id = 2 | id = 3)"),
        (
            plain,
            "id, a",
            "SELECT 5 - id, a FROM t",
            "lost 3 a of t (id = 1 '02139'>NULL | id = 2 ''>'x' | id = 3 'x'>''); improved 1 a of t (id = 4 NULL>'02139')",
        ),
        (
            "id INTEGER PRIMARY KEY, a TEXT CHECK (a <> '')",
            "id, a",
            "SELECT id, a FROM t WHERE a <> '' OR a IS NULL",
            "lost 1 rows of t (id = 2)",
        ),
        (
            "id INTEGER PRIMARY KEY, a BLOB",
            "id, a",
            "SELECT id, CAST(a AS BLOB) FROM t",
            "lost 3 a of t (id = 1 '02139'>x'3032313339' | id = 2 ''>x'' | id = 3 'x'>x'78')",
        ),
    ] {
        let [up, _] = both(&first, rows, &rebuilt(columns, into, query), &down);
        assert_eq!(up, expected, "{query}");
    }
}

/// The up copies everything; the down does not.
#[test]
fn a_down_that_loses_is_reported() {
    let plain = "id INTEGER PRIMARY KEY, a";
    let first = format!("CREATE TABLE t ({plain});");
    let rows = "INSERT INTO t VALUES (1, 7), (2, 7.5), (3, '7'), (4, x'07');";
    let up = "ALTER TABLE t ADD COLUMN b;";
    for (down, expected) in [
        ("ALTER TABLE t DROP COLUMN b;".to_owned(), ""),
        (rebuilt(plain, "id, a", "SELECT id, a FROM t"), ""),
        (
            format!("DROP TABLE t; CREATE TABLE t ({plain});"),
            "lost 4 rows of t (id = 1 | id = 2 | id = 3)",
        ),
        (rebuilt(plain, "id, a", "SELECT id, a FROM t WHERE a > 7"), "lost 1 rows of t (id = 1)"),
        (
            rebuilt(plain, "id, a", "SELECT id, CAST(a AS TEXT) FROM t"),
            "lost 3 a of t (id = 1 7>'7' | id = 2 7.5>'7.5' | id = 4 x'07'>'\\u{7}')",
        ),
        (
            rebuilt(plain, "id, a", "SELECT id, a FROM t UNION ALL SELECT 9, 9"),
            "down says 1 more of t (id = 9)",
        ),
        (
            "ALTER TABLE t DROP COLUMN b; DELETE FROM t WHERE id = 3;".to_owned(),
            "down says 1 rows of t (id = 3)",
        ),
        (
            "ALTER TABLE t DROP COLUMN b; UPDATE t SET a = 1;".to_owned(),
            "down says 4 a of t (id = 1 7>1 | id = 2 7.5>1 | id = 3 '7'>1)",
        ),
    ] {
        let [forth, back] = both(&first, rows, up, &down);
        assert_eq!((&*forth, &*back), ("", expected), "{down}");
    }
}

/// No statement mentions what other tables, triggers and conflicts do to rows.
#[test]
fn unstated_consequences_are_reported() {
    let first = "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);";
    let rows = "INSERT INTO p VALUES (1, 'a'), (2, 'A'); INSERT INTO c VALUES (1, 1), (2, 2);";
    for (up, expected) in [
        (
            "UPDATE OR REPLACE p SET a = lower(a);",
            "lost 1 rows of c (id = 1); lost 1 rows of p (id = 1); up says 1 a of p (id = 2 'A'>'a')",
        ),
        (
            "REPLACE INTO p VALUES (1, 'b');",
            "lost 1 rows of c (id = 1); lost 1 a of p (id = 1 'a'>'b')",
        ),
        (
            "DELETE FROM p WHERE id = 1;",
            "up says 1 rows of c (id = 1); up says 1 rows of p (id = 1)",
        ),
        (
            "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT UNIQUE); INSERT INTO n SELECT * FROM p; DROP TABLE p; \
             ALTER TABLE n RENAME TO p;",
            "lost 2 rows of c (id = 1 | id = 2)",
        ),
        (
            "CREATE TRIGGER g BEFORE INSERT ON c WHEN NEW.p = 2 BEGIN SELECT RAISE(IGNORE); END; \
             CREATE TABLE k AS SELECT * FROM c; DROP TABLE c; \
             CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE); \
             CREATE TRIGGER g BEFORE INSERT ON c WHEN NEW.p = 2 BEGIN SELECT RAISE(IGNORE); END; \
             INSERT INTO c SELECT * FROM k; DROP TABLE k;",
            "lost 1 rows of c (id = 2)",
        ),
    ] {
        let [forth, _] =
            both(first, rows, up, "-- migratory: nothing-to-undo: it is not asked for");
        assert_eq!(forth, expected, "{up}");
    }
}

#[test]
fn joins_repeat_and_drop_rows() {
    let first = "CREATE TABLE t (p INTEGER, a TEXT); CREATE TABLE o (p INTEGER, n INTEGER);";
    let rows = "INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, 'y'), (3, NULL); INSERT INTO o VALUES (1, 10), (2, 20), (2, 21);";
    let up = |join: &str| {
        rebuilt(
            "p INTEGER, a TEXT, n",
            "p, a, n",
            &format!("SELECT t.p, a, n FROM t {join} o ON o.p = t.p"),
        )
    };
    let down = rebuilt("p INTEGER, a TEXT", "p, a", "SELECT p, a FROM t");
    for (join, expected) in [
        ("LEFT JOIN", "lost 1 again of t (p = 2, a = 'y')"),
        ("JOIN", "lost 1 rows of t (p = 3, a = NULL); lost 1 again of t (p = 2, a = 'y')"),
    ] {
        let [forth, back] = both(first, rows, &up(join), &down);
        assert_eq!((&*forth, &*back), (expected, expected), "{join}");
    }
}

/// A table that is dropped while other tables hold its rows, and created again from those.
#[test]
fn a_partition_with_a_hole_is_reported() {
    let first = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);";
    let rows = "INSERT INTO t VALUES (1, 10), (2, 0), (3, -10);";
    let up = |hole: &str| {
        format!(
            "CREATE TABLE m (id INTEGER PRIMARY KEY, a); CREATE TABLE l (id INTEGER PRIMARY KEY, a); \
             INSERT INTO m SELECT id, a FROM t WHERE a >{hole} 0; INSERT INTO l SELECT id, a FROM t WHERE a < 0; DROP TABLE t;"
        )
    };
    let down = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL); \
        INSERT INTO t SELECT * FROM m UNION ALL SELECT * FROM l; DROP TABLE m; DROP TABLE l;";
    let empty =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL); DROP TABLE m; DROP TABLE l;";
    for (up, down, expected) in [
        (up(""), down, "lost 1 rows of t (id = 2)"),
        (up("="), down, ""),
        (up("="), empty, "up says 3 rows of t (id = 1 | id = 2 | id = 3)"),
    ] {
        let [forth, back] = both(first, rows, &up, down);
        assert_eq!((&*forth, &*back), ("up says 3 rows of t ()", expected), "{up} {down}");
    }
}

/// The values of a dropped column are gone, as the script says. If the down fills it, each value
/// must be right.
#[test]
fn a_column_that_is_dropped_and_filled_again_is_compared() {
    let first = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);";
    let rows = "INSERT INTO t VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Cy');";
    for (up, down, expected) in [
        (
            "ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT;",
            "up says 3 a of t (id = 1 'Ada'>NULL | id = 2 'Bob'>NULL | id = 3 'Cy'>NULL)",
        ),
        (
            "CREATE TABLE k AS SELECT id, upper(a) AS a FROM t; ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = (SELECT a FROM k WHERE k.id = t.id); DROP TABLE k;",
            "lost 3 a of t (id = 1 'Ada'>'ADA' | id = 2 'Bob'>'BOB' | id = 3 'Cy'>'CY')",
        ),
        (
            "CREATE TABLE k AS SELECT id, a FROM t WHERE id < 3; ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = (SELECT a FROM k WHERE k.id = t.id); DROP TABLE k;",
            "lost 1 a of t (id = 3 'Cy'>NULL)",
        ),
        (
            "CREATE TABLE k AS SELECT id, a FROM t; ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = (SELECT a FROM k WHERE k.id = t.id); DROP TABLE k;",
            "",
        ),
        // The author lets the values go, and the down makes up others.
        (
            "-- migratory: allow(drop_column): nobody reads it\nALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = 'person ' || id;",
            "up says 3 a of t (id = 1 'Ada'>'person 1' | id = 2 'Bob'>'person 2' | id = 3 'Cy'>'person 3')",
        ),
        (
            "-- migratory: allow(values_move: t.a): in capitals\nCREATE TABLE k AS SELECT id, upper(a) AS a FROM t; ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = (SELECT a FROM k WHERE k.id = t.id); DROP TABLE k;",
            "up says 3 a of t (id = 1 'Ada'>'ADA' | id = 2 'Bob'>'BOB' | id = 3 'Cy'>'CY')",
        ),
        // An up that updates a column before it drops it says so itself.
        (
            "UPDATE t SET a = upper(a); CREATE TABLE k AS SELECT id, a FROM t; ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a TEXT; UPDATE t SET a = (SELECT a FROM k WHERE k.id = t.id); DROP TABLE k;",
            "up says 3 a of t (id = 1 'Ada'>'ADA' | id = 2 'Bob'>'BOB' | id = 3 'Cy'>'CY')",
        ),
        (
            "CREATE TABLE k AS SELECT id, a FROM t WHERE id < 3; ALTER TABLE t DROP COLUMN a;",
            "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO n SELECT t.id, k.a FROM t LEFT JOIN k ON k.id = t.id; \
             DROP TABLE t; ALTER TABLE n RENAME TO t; DROP TABLE k;",
            "lost 1 a of t (id = 3 'Cy'>NULL)",
        ),
    ] {
        let [forth, back] = both(first, rows, up, down);
        assert_eq!((&*forth, &*back), ("", expected), "{up} {down}");
    }
}

#[test]
fn counters_that_forget_ids_are_reported() {
    let columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, a";
    let first = format!("CREATE TABLE t ({columns});");
    let rows = "INSERT INTO t VALUES (1, 'a'), (9, 'b'); DELETE FROM t WHERE id = 9;";
    let up = rebuilt(columns, "id, a", "SELECT id, a FROM t");
    let expected = "lost 1 counter of t (sqlite_sequence of t 9>1)";
    assert_eq!(both(&first, rows, &up, &up), [expected, expected]);
    let carried = up.replace(
        "DROP",
        "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 't') WHERE name = 't_new'; DROP",
    );
    assert_eq!(both(&first, rows, &carried, &carried), ["", ""]);
    let meant = format!("-- migratory: allow(lossy_rebuild): ids may come again\n{up}");
    assert_eq!(
        both(&first, rows, &meant, &carried)[0],
        "up says 1 counter of t (sqlite_sequence of t 9>1)"
    );
}

/// A copy that names what becomes of a value accounts only for that value.
#[test]
fn a_mapping_covers_only_the_values_it_names() {
    let plain = "id INTEGER PRIMARY KEY, a";
    let first = format!("CREATE TABLE t ({plain});");
    let rows = "INSERT INTO t VALUES (1, 0), (2, 7), (3, 'x'), (4, 'y');";
    for (query, expected) in [
        ("SELECT id, nullif(a, 0) FROM t", "up says 1 a of t (id = 1 0>NULL)"),
        (
            "SELECT id, CASE a WHEN 'x' THEN 'y' ELSE a END FROM t",
            "up says 1 a of t (id = 3 'x'>'y')",
        ),
        ("SELECT id, 'y' FROM t", "lost 3 a of t (id = 1 0>'y' | id = 2 7>'y' | id = 3 'x'>'y')"),
        (
            "SELECT id, NULL FROM t WHERE 0 = 0",
            "lost 3 a of t (id = 2 7>NULL | id = 3 'x'>NULL | id = 4 'y'>NULL); lost 1 a of t (id = 1 0>NULL)",
        ),
        (
            "SELECT id, CASE WHEN a = 'x' THEN NULL WHEN a = 7 THEN 8 ELSE a END FROM t",
            "up says 2 a of t (id = 2 7>8 | id = 3 'x'>NULL)",
        ),
    ] {
        let [up, _] = both(
            &first,
            rows,
            &rebuilt(plain, "id, a", query),
            &rebuilt(plain, "id, a", "SELECT id, a FROM t"),
        );
        assert_eq!(up, expected, "{query}");
    }
}
