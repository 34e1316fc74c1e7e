//! A row that dangled before a script is recognised after it, and excuses no other row.

use crate::support::{Database, runner};

/// Runs a script with foreign keys off on a database made with foreign keys off.
fn run(schema: &str, script: &str) -> migratory::Result<()> {
    let database = Database::with(&format!("PRAGMA foreign_keys = OFF; {schema}"));
    let script = format!("PRAGMA foreign_keys = OFF; {script}");
    runner(&[(&script, "")]).up(&mut database.open()).map(drop)
}

const PARENT: &str =
    "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE); INSERT INTO p VALUES (1, '1');";

/// Returns a rebuild of `c` into a table with these columns, filled by this query.
fn rebuild(columns: &str, select: &str) -> String {
    format!(
        "CREATE TABLE n ({columns}); INSERT INTO n {select}; DROP TABLE c; ALTER TABLE n RENAME TO c;"
    )
}

#[test]
fn a_row_that_dangled_before_is_recognised() {
    for (child, script) in [
        // Rebuilt unchanged, with other rowids, and with another column.
        ("c (x REFERENCES p)", rebuild("x REFERENCES p (id), y", "SELECT x, 1 FROM c ORDER BY x DESC")),
        // The column has another name.
        ("c (x REFERENCES p)", rebuild("y REFERENCES p", "SELECT x FROM c")),
        ("c (x REFERENCES p)", "ALTER TABLE c RENAME COLUMN x TO y;".to_owned()),
        // The parent has another name, and so does its column.
        ("c (x REFERENCES p)", "ALTER TABLE p RENAME TO q;".to_owned()),
        ("c (x REFERENCES p (code))", "ALTER TABLE p RENAME COLUMN code TO word;".to_owned()),
        (
            "c (x REFERENCES p)",
            "CREATE TABLE q (id INTEGER PRIMARY KEY); INSERT INTO q SELECT id FROM p; DROP TABLE p;".to_owned()
                + &rebuild("x REFERENCES q", "SELECT x FROM c"),
        ),
        // The table has another name, and then table, parent and column have.
        ("c (x REFERENCES p)", "ALTER TABLE c RENAME TO d;".to_owned()),
        (
            "c (x REFERENCES p)",
            "CREATE TABLE d (y REFERENCES q); INSERT INTO d SELECT x FROM c; DROP TABLE c; ALTER TABLE p RENAME TO q;"
                .to_owned(),
        ),
        // Two columns get other names at once.
        (
            "c (x REFERENCES p, z REFERENCES p)",
            rebuild("b REFERENCES p, a REFERENCES p", "SELECT z, x FROM c"),
        ),
        // The column or the parent's column has another type.
        ("c (x TEXT REFERENCES p)", rebuild("x INTEGER REFERENCES p", "SELECT x FROM c")),
        ("c (x INTEGER REFERENCES p)", rebuild("x TEXT REFERENCES p", "SELECT x FROM c")),
        ("c (x INTEGER REFERENCES p)", rebuild("x REAL REFERENCES p", "SELECT x FROM c")),
        ("c (x REAL REFERENCES p)", rebuild("x TEXT REFERENCES p", "SELECT x FROM c")),
        ("c (x BLOB REFERENCES p)", rebuild("x INTEGER REFERENCES p", "SELECT x FROM c")),
        ("c (x TEXT REFERENCES p)", rebuild("y INTEGER REFERENCES p", "SELECT x FROM c")),
        // The values of a column without a type are written differently.
        (
            "c (x REFERENCES p)",
            "UPDATE c SET x = CAST(x AS TEXT) WHERE typeof(x) = 'integer';".to_owned(),
        ),
        // The column now refers to another table or another column.
        ("c (x REFERENCES absent)", rebuild("x REFERENCES p", "SELECT x FROM c")),
        ("c (x REFERENCES p)", rebuild("x REFERENCES p (code)", "SELECT x FROM c")),
        // Some rows are gone, and some have a match now.
        ("c (x REFERENCES p)", "DELETE FROM c WHERE x = 7;".to_owned()),
        ("c (x REFERENCES p)", "INSERT INTO p (id) VALUES (8);".to_owned()),
        // Composite keys, a table without rowids, and one whose rowid has no name.
        (
            "c (x, z, i, PRIMARY KEY (x, z), FOREIGN KEY (x, z) REFERENCES absent (a, b)) WITHOUT ROWID",
            rebuild("i, x TEXT, y, FOREIGN KEY (x, y) REFERENCES absent (a, b)", "SELECT i, x, z FROM c"),
        ),
        // The columns of a key are in another order, also if they or the parent's columns have other names.
        (
            "c (x, z, FOREIGN KEY (x, z) REFERENCES absent (a, b))",
            rebuild("x, z, FOREIGN KEY (z, x) REFERENCES absent (b, a)", "SELECT x, z FROM c"),
        ),
        (
            "c (x, z, FOREIGN KEY (x, z) REFERENCES absent (a, b))",
            rebuild("v, w, FOREIGN KEY (w, v) REFERENCES absent (b, a)", "SELECT x, z FROM c"),
        ),
        (
            "c (x, z, FOREIGN KEY (x, z) REFERENCES absent (a, b))",
            rebuild("x, z, FOREIGN KEY (z, x) REFERENCES absent (d, c)", "SELECT x, z FROM c"),
        ),
        (
            "c (x REFERENCES p, rowid, _rowid_, oid)",
            rebuild("\"x y\" REFERENCES p, rowid, _rowid_, oid", "SELECT x, 1, 2, 3 FROM c"),
        ),
    ] {
        let (one, two) = ("(7), (8), (8), ('07'), ('word')", "(7, '9'), (8, '9'), (8, '10'), ('07', 1.5), ('word', 'x')");
        let rows = if child.contains('z') { format!("(x, z) VALUES {two}") } else { format!("(x) VALUES {one}") };
        let schema = format!("{PARENT} CREATE TABLE {child}; INSERT INTO c {rows};");
        run(&schema, &script).unwrap_or_else(|error| panic!("{child}: {script}: {error}"));
    }
}

/// Two tables or two columns are renamed at once, and the dangling rows show which is which.
#[test]
fn a_rename_is_recognised_by_the_rows_that_it_explains() {
    let tables = format!(
        "{PARENT} CREATE TABLE a (x REFERENCES p, y REFERENCES p); CREATE TABLE b (x REFERENCES p, y REFERENCES p);
         INSERT INTO a VALUES (7, 8), (7, NULL), (NULL, 9); INSERT INTO b VALUES (7, NULL);"
    );
    let script = "ALTER TABLE a RENAME TO d; ALTER TABLE b RENAME TO c;";
    run(&tables, script).expect("`a` is `d` now");
    run(&tables, &format!("{script} INSERT INTO c VALUES (7, NULL);"))
        .expect_err("a second 7 in `c`");
    run(&tables, &format!("{script} INSERT INTO d VALUES (NULL, 7);")).expect_err("a 7 in `y`");
    let columns = "ALTER TABLE a RENAME COLUMN x TO z; ALTER TABLE a RENAME COLUMN y TO v;
        CREATE TABLE n (v REFERENCES p, z REFERENCES p); INSERT INTO n SELECT v, z FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;";
    run(&tables, columns).expect("`x` is `z` now");
    run(&tables, &format!("{columns} UPDATE a SET v = 8 WHERE v = 9;")).expect_err("a second 8");
}

/// SQLite says that a key can't refer to a view, and doesn't read it.
#[test]
fn a_view_as_the_parent_of_a_key_is_not_read() {
    let schema = "CREATE VIEW p AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
         CREATE TABLE c (x REFERENCES p (i)); INSERT INTO c VALUES (0);";
    run(schema, "UPDATE c SET x = -1;").expect("its key could not be checked before");
    let broken = "CREATE VIEW p AS SELECT * FROM absent; CREATE TABLE c (x REFERENCES p);";
    run(broken, "INSERT INTO c VALUES (1);").expect("nor could this one");
}

#[test]
fn an_old_row_excuses_no_other() {
    for (child, script, named) in [
        // One row is fixed, and another one breaks.
        (
            "c (x REFERENCES p, i INTEGER PRIMARY KEY)",
            "DELETE FROM c WHERE x = 7; INSERT INTO c VALUES (9, 5);",
            "c row 5: x = 9 has no match in p",
        ),
        (
            "c (i PRIMARY KEY, x REFERENCES p) WITHOUT ROWID",
            "INSERT INTO p (id) VALUES (7); UPDATE c SET x = 9 WHERE x = 1;",
            "c row (1): x = 9 has no match in p",
        ),
        (
            "c (x REFERENCES p, rowid, _rowid_, oid)",
            "INSERT INTO p (id) VALUES (7); UPDATE c SET x = 9 WHERE x = 1;",
            "c: x = 9 has no match in p",
        ),
        // A second row has the same value.
        (
            "c (x REFERENCES p)",
            "UPDATE c SET x = 7 WHERE x = 1;",
            "c row 2: x = 7 has no match in p",
        ),
        (
            "c (x REFERENCES p)",
            "CREATE TABLE n (y REFERENCES p); INSERT INTO n SELECT x FROM c UNION ALL SELECT 7; DROP TABLE c; \
             ALTER TABLE n RENAME TO c;",
            "c row 3: y = 7 has no match in p",
        ),
        // Another column, table or parent has the same value.
        (
            "c (x REFERENCES p, y REFERENCES p)",
            "UPDATE c SET x = 1, y = 7;",
            "c row 1: y = 7 has no match in p",
        ),
        (
            "c (x REFERENCES p)",
            "CREATE TABLE d (x REFERENCES p); INSERT INTO d VALUES (7);",
            "d row 1: x = 7 has no match in p",
        ),
        (
            "c (x REFERENCES p)",
            "CREATE TABLE d (x REFERENCES p); INSERT INTO d VALUES (7); DELETE FROM c;",
            "d row 1: x = 7 has no match in p",
        ),
        (
            "c (x REFERENCES p, y)",
            "CREATE TABLE q (id PRIMARY KEY); CREATE TABLE n (x, y REFERENCES q); INSERT INTO n SELECT 1, 7 FROM c; \
             DROP TABLE c; ALTER TABLE n RENAME TO c;",
            "c row 1: y = 7 has no match in q",
        ),
        // A text with another value, although the column is still a TEXT.
        (
            "c (x TEXT REFERENCES p)",
            "UPDATE c SET x = '07' WHERE x = '7';",
            "c row 1: x = '07' has no match in p",
        ),
    ] {
        let tables = format!("{PARENT} CREATE TABLE {child};");
        let rows = if child.contains("WITHOUT ROWID") {
            "INSERT INTO c (i, x) VALUES (0, 7), (1, 1);"
        } else {
            "INSERT INTO c (x) VALUES (7), (1);"
        };
        let error = run(&(tables + rows), script).expect_err(script).to_string();
        assert!(error.contains(named), "{script}: {error}");
    }
}

/// Whatever the order of a key's columns, a value belongs to its column.
#[test]
fn reordered_key_columns_excuse_no_other_values() {
    let schema = "CREATE TABLE p (a, b, PRIMARY KEY (a, b)); CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p);
         INSERT INTO c VALUES (7, 8);";
    for key in
        ["(x, y) REFERENCES p (a, b)", "(y, x) REFERENCES p (b, a)", "(x, y) REFERENCES p (b, a)"]
    {
        let script = rebuild(&format!("x, y, FOREIGN KEY {key}"), "SELECT x, y FROM c");
        run(schema, &script).unwrap_or_else(|error| panic!("{key}: {error}"));
        run(schema, &format!("{script} UPDATE c SET x = y, y = x;")).expect_err(key);
    }
}

/// Both keys of the column change with the name of its table; each is recognised by the column that it refers to.
#[test]
fn each_key_of_a_column_excuses_only_its_own_rows() {
    let schema = "CREATE TABLE p (a UNIQUE, b UNIQUE); INSERT INTO p VALUES (1, 2);
         CREATE TABLE c (x REFERENCES p (a) REFERENCES p (b)); INSERT INTO c VALUES (1), (2);";
    for (script, named) in [
        ("ALTER TABLE c RENAME TO d;", None),
        (
            "ALTER TABLE c RENAME TO d; INSERT INTO d VALUES (2);",
            Some("d row 3: x = 2 has no match in p"),
        ),
        (
            "ALTER TABLE c RENAME TO d; INSERT INTO d VALUES (1);",
            Some("d row 3: x = 1 has no match in p"),
        ),
    ] {
        let outcome = run(schema, script).map_err(|error| error.to_string());
        match named {
            None => assert_eq!(outcome, Ok(()), "{script}"),
            Some(named) => assert!(outcome.expect_err(script).contains(named), "{script}"),
        }
    }
}

/// 2^53 + 1 is one more than the nearest number that a REAL column can hold.
#[test]
fn a_large_number_is_recognised_in_a_real_column() {
    for value in ["9007199254740993", "123456789012345678", "'-9223372036854775807'", "'1e30'"] {
        let schema =
            format!("{PARENT} CREATE TABLE c (x REFERENCES p); INSERT INTO c VALUES ({value});");
        run(&schema, &rebuild("x REAL REFERENCES p", "SELECT x FROM c"))
            .unwrap_or_else(|error| panic!("{value}: {error}"));
    }
}

#[test]
fn repairing_an_uncheckable_key_adds_no_violation() {
    let schema =
        "CREATE TABLE p (x); CREATE TABLE c (x REFERENCES p (x)); INSERT INTO c VALUES (7);";
    run(schema, "CREATE UNIQUE INDEX p_x ON p (x);").expect("7 had no match before either");
    let error = run(schema, "CREATE UNIQUE INDEX p_x ON p (x); INSERT INTO c VALUES (8);")
        .expect_err("8 is new");
    assert!(format!("{error:#}").contains("c row 2: x = 8 has no match in p"), "{error}");
    run(schema, "ALTER TABLE p RENAME TO q; ALTER TABLE c RENAME TO d;").expect("as bad as before");
}

#[test]
fn an_uncheckable_key_hides_no_violation() {
    let schema =
        "CREATE TABLE m (x); CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
         CREATE TABLE c (x REFERENCES m (x), y REFERENCES p); INSERT INTO c VALUES (NULL, 1);";
    let error = run(schema, "DELETE FROM p;").expect_err("y dangles");
    assert!(format!("{error:#}").contains("c row 1: y = 1 has no match in p"), "{error}");
}
