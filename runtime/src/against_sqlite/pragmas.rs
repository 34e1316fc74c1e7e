//! The effect of a pragma.

use migratory_core::sql::pragmas::{Pragma, pragmas};
use rusqlite::Connection;

/// No multiples of 256, which older versions of SQLite read as off.
const VALUES: [&str; 39] = [
    "on",
    "OFF",
    "yes",
    "No",
    "TRUE",
    "false",
    "'on'",
    "\"yes\"",
    "[true]",
    "`off`",
    "0",
    "1",
    "2",
    "255",
    "257",
    "-1",
    "+1",
    "- 1",
    "+ 0",
    "-0",
    "1.5",
    "0.5",
    "1e3",
    "0e3",
    "0x0",
    "0x1",
    "0X7fffffff",
    "0x80000000",
    "2147483647",
    "2147483648",
    "99999999999",
    "'1x'",
    "'x1'",
    "''",
    "full",
    "extra",
    "default",
    "on_",
    "delete",
];

/// Returns whether foreign keys are on after a statement, given the setting before it.
fn are_on(conn: &Connection, before: bool, sql: &str) -> bool {
    conn.pragma_update(None, "foreign_keys", before).expect("a setting");
    conn.execute_batch(sql).expect(sql);
    conn.pragma_query_value(None, "foreign_keys", |row| row.get(0)).expect("a setting")
}

#[test]
fn a_setting_is_read_as_sqlite_reads_it() {
    let conn = Connection::open_in_memory().expect("a database");
    for value in VALUES {
        for sql in [
            format!("PRAGMA foreign_keys = {value}"),
            format!("; pragma main.\"foreign_keys\"({value});"),
            format!("EXPLAIN PRAGMA foreign_keys = {value}"),
            format!("explain /* x */ query plan pragma 'FOREIGN_KEYS'={value}"),
        ] {
            let ours = Pragma::parse(&sql).expect(&sql);
            assert!(ours.is("foreign_keys"), "{sql}");
            for before in [false, true] {
                assert_eq!(ours.boolean(), Some(are_on(&conn, before, &sql)), "{sql}");
            }
        }
    }
}

#[test]
fn other_statements_set_nothing() {
    let conn = Connection::open_in_memory().expect("a database");
    for sql in [
        "PRAGMA foreign_keys",
        "SELECT 0 AS pragma; SELECT 'PRAGMA foreign_keys = OFF'",
        "CREATE TABLE a (pragma foreign_keys); DROP TABLE a",
        "-- PRAGMA foreign_keys = OFF\n; /* PRAGMA foreign_keys = OFF; */",
        "SELECT * FROM pragma_foreign_keys",
    ] {
        assert!(pragmas(sql).all(|pragma| pragma.boolean().is_none()), "{sql}");
        assert!(are_on(&conn, true, sql) && !are_on(&conn, false, sql), "{sql}");
    }
}
