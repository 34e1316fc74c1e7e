//! What the migrations assume is tested on the copy.

use expect_test::expect;

use super::{Package, rebuilt};

const ADD: &str = "ALTER TABLE person ADD COLUMN note TEXT;";
const TAKE: &str = "ALTER TABLE person DROP COLUMN note;";

#[test]
fn a_false_assumption_is_named_with_its_rows() {
    let up = format!(
        "-- migratory: assumes(person: length(zip) = 5): the form asks for five digits\n\
         -- migratory: assumes(visit: what <> 'went'): nobody writes that\n{ADD}"
    );
    let package = Package::new(&up, TAKE);
    expect![[r"
        table   rows before  rows after
        person            3           3
        visit             3           3

        false: migrations/0002_change.up.sql states `assumes(person: length(zip) = 5)`, and 2 rows do not meet it: id = 2; id = 3
        false: migrations/0002_change.up.sql states `assumes(visit: what <> 'went')`, and 1 row does not meet it: rowid = 3
        up, down and up again: the copy is sound and was restored exactly; 2 tables, 6 rows and 15 values compared
        the migrations assume something that is false for this database
        help: before the statements that rely on the assumption, change or delete these rows; then remove the assumption
    "]].assert_eq(&package.rehearse(3));
    expect![[r#"[{"assumption":"assumes(person: length(zip) = 5)","file":"migrations/0002_change.up.sql","rows":2,"rows_shown":["id = 2","id = 3"]},{"assumption":"assumes(visit: what <> 'went')","file":"migrations/0002_change.up.sql","rows":1,"rows_shown":["rowid = 3"]}]"#]].assert_eq(&package.json()["false_assumptions"].to_string());
}

#[test]
fn a_true_assumption_is_not_mentioned() {
    let up = format!("-- migratory: assumes(person: name <> ''): the form asks for it\n{ADD}");
    let seen = Package::new(&up, TAKE).rehearse(0);
    assert!(seen.contains("was restored exactly"), "{seen}");
}

#[test]
fn a_dangling_key_is_named() {
    let up = format!("-- migratory: assumes(no_orphans): the program checks\n{ADD}");
    let package = Package::new(&up, TAKE);
    package
        .open()
        .execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO visit VALUES (8, 'came');")
        .unwrap();
    expect![[r"
        table   rows before  rows after
        person            3           3
        visit             4           4

        false: migrations/0002_change.up.sql states `assumes(no_orphans)`, and 1 row does not meet it: a row of visit with rowid 4 refers to no row of person
        up, down and up again: the copy is sound and was restored exactly; 2 tables, 7 rows and 17 values compared
        the migrations assume something that is false for this database
        help: before the statements that rely on the assumption, change or delete these rows; then remove the assumption
    "]].assert_eq(&package.rehearse(3));
}

/// The assumption explains why the script fails.
#[test]
fn a_false_assumption_is_named_beside_the_failure() {
    let up = rebuilt(
        "id INTEGER PRIMARY KEY, name TEXT NOT NULL, zip TEXT CHECK (length(zip) = 5)",
        "SELECT id, name, zip FROM person",
    );
    let stated = "-- migratory: assumes(person: length(zip) = 5): the form asks for five digits";
    let down = rebuilt(
        "id INTEGER PRIMARY KEY, name TEXT NOT NULL, zip TEXT",
        "SELECT id, name, zip FROM person",
    );
    let package = Package::new(&format!("{stated}\n{up}"), &down);
    expect![[r"
        error: migrations/0002_change.up.sql:2:123: CHECK constraint failed: length(zip) = 5
              INSERT INTO p SELECT id, name, zip FROM person;
          its transaction was rolled back: nothing of it remains
        help: migrations/0002_change.up.sql states `assumes(person: length(zip) = 5)`, and 2 rows do not meet it: id = 2; id = 3"]].assert_eq(&package.rehearse(1));
}
