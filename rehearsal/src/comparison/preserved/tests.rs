//! What copies do to rows and values, case by case.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::*;
use crate::rows::shown_value;
use crate::schema::Reader;

fn contents(sql: &str) -> Contents {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(sql).expect(sql);
    let schema = Reader::default().read(&conn).expect(sql);
    let scope: BTreeSet<_> = schema.tables.keys().cloned().collect();
    Contents::read(&conn, &schema, &scope).expect(sql)
}

/// Describes what is lost between two tables named `t`.
fn lost(before: &str, after: &str, is_other: bool, updated: &str) -> String {
    let successor = Successor::test("t", is_other);
    let succession = Succession::test("t", successor);
    let said = Intentions {
        deletes: &|_| updated == "deleted",
        updates: &|_, column| *column == *updated,
        merges: &|_| updated == "merged",
        maps: &|_, _, _| Mapped::No,
    };
    let (before, after) = (contents(before), contents(after));
    let losses = losses(&before, &after, &succession, &said);
    let told = |loss: &Loss| match &loss.what {
        What::Rows { rows, gone, total } => format!("gone {gone} of {total}: {}", rows[0]),
        What::Value { column, row, new, from } => {
            let from = from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
            let new = shown_value(new);
            format!("{column} {new}{from}: {row}")
        }
        What::Multiplied { rows } => format!("again {}: {}", rows.len(), rows[0]),
    };
    losses.iter().map(told).collect::<Vec<_>>().join("; ")
}

#[test]
fn equal_rows_may_be_merged_into_a_unique_table() {
    let before =
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, 'x'), (2, 'x');";
    let kept = "CREATE TABLE t (a, b, UNIQUE (a, b)); INSERT INTO t VALUES (1, 'x'), (2, 'x');";
    let fewer = "CREATE TABLE t (a, b, UNIQUE (a, b)); INSERT INTO t VALUES (1, 'x');";
    assert_eq!(lost(before, kept, true, "merged"), "");
    assert_eq!(lost(before, kept, true, ""), "gone 2 of 4: a = 1, b = 'x'");
    assert_eq!(lost(before, fewer, true, "merged"), "gone 2 of 4: a = 2, b = 'x'");
}

#[test]
fn changed_values_are_found() {
    for (column, before, after, expected) in [
        ("TEXT", "'02139'", "2139", "a 2139: id = 1, a = '02139'"),
        ("TEXT", "'7'", "7", ""),
        ("TEXT", "'+7'", "7", "a 7: id = 1, a = '+7'"),
        ("INTEGER", "7", "'7'", ""),
        (
            "INTEGER",
            "9007199254740993",
            "9007199254740992.0",
            "a 9007199254740992.0: id = 1, a = 9007199254740993",
        ),
        ("REAL", "19.99", "19", "a 19: id = 1, a = 19.99"),
        ("REAL", "19.99", "'19.99'", ""),
        ("REAL", "7.0", "7", ""),
        ("TEXT", "'12.50'", "12.5", "a 12.5: id = 1, a = '12.50'"),
        ("TEXT", "'x'", "NULL", "a NULL: id = 1, a = 'x'"),
        ("TEXT", "NULL", "'x'", ""),
        ("TEXT", "'x'", "x'78'", "a a blob of 1 bytes: id = 1, a = 'x'"),
    ] {
        let before = format!(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, {before})"
        );
        let after = format!(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, {after})"
        );
        assert_eq!(lost(&before, &after, true, ""), expected, "{column} {before} {after}");
        assert_eq!(lost(&before, &after, true, "a"), "", "an UPDATE says so: {after}");
    }
}

#[test]
fn missing_and_repeated_rows_are_found() {
    let keyed = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES";
    let plain = "CREATE TABLE t (a, b, c); INSERT INTO t VALUES";
    for (before, after, is_other, said, expected) in [
        (
            format!("{keyed} (1, 2, 3), (2, 3, 4)"),
            format!("{keyed} (1, 2, 3)"),
            true,
            "",
            "gone 1 of 2: id = 2, a = 3, b = 4",
        ),
        (
            format!("{keyed} (1, 2, 3), (2, 3, 4)"),
            format!("{keyed} (1, 2, 3)"),
            true,
            "deleted",
            "",
        ),
        (
            format!("{keyed} (1, 2, 3), (2, 3, 4)"),
            format!("{keyed} (1, 2, 3), (3, 9, 9)"),
            true,
            "",
            "gone 1 of 2: id = 2, a = 3, b = 4",
        ),
        (
            format!("{keyed} (1, 2, 3)"),
            format!("{keyed} (2, 2, 3)"),
            true,
            "",
            "id 2: id = 1, a = 2, b = 3",
        ),
        (format!("{keyed} (1, 2, 3)"), format!("{keyed} (1, 2, 3), (5, 6, 7)"), true, "", ""),
        (
            format!("{plain} (1, 2, 3), (1, 2, 3)"),
            format!("{plain} (1, 2, 3)"),
            true,
            "",
            "gone 1 of 2: a = 1, b = 2, c = 3",
        ),
        (
            format!("{plain} (1, 2, 3)"),
            format!("{plain} (1, 2, 3), (1, 2, 3)"),
            true,
            "",
            "again 1: a = 1, b = 2, c = 3",
        ),
        (format!("{plain} (1, 2, 3)"), format!("{plain} (1, 2, 3), (1, 2, 3)"), false, "", ""),
        (
            format!("{plain} (1, 2, '03')"),
            format!("{plain} (1, 2, 3)"),
            true,
            "",
            "c 3: a = 1, b = 2, c = '03'",
        ),
        (
            format!("{keyed} (1, 2, 3), (2, 4, 5)"),
            format!("{keyed} (1, 3, 3), (2, 5, 5)"),
            true,
            "",
            "a 3 from b: id = 1, a = 2, b = 3",
        ),
        (
            format!("{keyed} (1, 2, 2), (2, 4, 4)"),
            format!("{keyed} (1, 2, 2), (2, 4, 4)"),
            true,
            "",
            "",
        ),
        (
            format!("{keyed} (1, 2, 3)"),
            "CREATE TABLE t (x); INSERT INTO t VALUES (9)".to_owned(),
            true,
            "",
            "",
        ),
        (
            format!("{keyed} (1, 2, 3)"),
            "CREATE TABLE t (x)".to_owned(),
            true,
            "",
            "gone 1 of 1: id = 1, a = 2, b = 3",
        ),
    ] {
        assert_eq!(lost(&before, &after, is_other, said), expected, "{before} | {after}");
    }
}

#[test]
fn values_that_are_not_copied_must_stay_exactly_the_same() {
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES";
    let before = format!("{table} (1, '7')");
    assert_eq!(lost(&before, &format!("{table} (1, 7)"), false, ""), "a 7: id = 1, a = '7'");
    assert_eq!(lost(&before, &format!("{table} (1, 7)"), false, "a"), "");
}

#[test]
fn many_rows_are_compared_in_time() {
    let rows = |from: i64| {
        format!(
            "CREATE TABLE t (a TEXT, b INT); WITH RECURSIVE c (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM c \
         WHERE i < 50000) INSERT INTO t SELECT 'x' || i, i FROM c"
        )
    };
    assert_eq!(lost(&rows(1), &rows(2), true, ""), "gone 1 of 50000: a = 'x1', b = 1");
}

#[test]
fn losses_are_alike_in_one_table_and_column_whatever_the_rows() {
    let loss = |table: &str, what| Loss { table: table.into(), is_copied: true, what };
    let gone = |table, gone| loss(table, What::Rows { rows: Vec::new(), gone, total: 9 });
    let again = |table| loss(table, What::Multiplied { rows: Vec::new() });
    let value = |table, column: &str, new| {
        let (row, new) = (String::new(), Value::Integer(new));
        loss(table, What::Value { column: column.into(), row, new, from: None })
    };
    let losses = [
        [gone("a", 1), gone("A", 2)],
        [again("a"), again("a")],
        [value("a", "x", 1), value("a", "X", 2)],
        [value("a", "y", 1), value("a", "y", 2)],
        [gone("b", 1), gone("b", 2)],
        [value("b", "x", 1), value("b", "x", 2)],
    ];
    for (at, [one, _]) in losses.iter().enumerate() {
        for (of, [_, other]) in losses.iter().enumerate() {
            assert_eq!(one.is_alike(other), at == of, "{one:?} {other:?}");
        }
    }
    assert!(value("a", "x", 1).is_beside(&value("a", "y", 1)));
    assert!(!value("a", "x", 1).is_beside(&value("b", "x", 1)));
    assert!(!value("a", "x", 1).is_beside(&gone("a", 1)));
    let in_place = Loss { is_copied: false, ..value("a", "y", 1) };
    assert!(!value("a", "x", 1).is_beside(&in_place));
}
