//! The content of a database and the settings of its connection, to compare before and after.

use rusqlite::Connection;
use rusqlite::types::Value;

/// Dumps the schema, every row, and the header's numbers that belong to the application.
pub fn dump(conn: &Connection) -> Vec<String> {
    let mut dump = Vec::new();
    for schema in ["main", "temp"] {
        let objects =
            format!("SELECT type, name, tbl_name, sql FROM {schema}.sqlite_schema ORDER BY 1, 2");
        dump.extend(rows(conn, &objects));
        let tables = format!(
            "SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY 1"
        );
        for table in names(conn, &tables) {
            let name = table.replace('"', "\"\"");
            dump.push(table);
            dump.extend(rows(conn, &format!("SELECT * FROM {schema}.\"{name}\" ORDER BY 1, 2")));
        }
    }
    for pragma in ["user_version", "application_id"] {
        dump.extend(rows(conn, &format!("PRAGMA {pragma}")));
    }
    dump
}

/// The pragmas of a connection.
const PRAGMAS: [&str; 32] = [
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "foreign_keys",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
];

/// Returns the pragmas of the connection.
pub fn settings(conn: &Connection) -> Vec<String> {
    let pragma = |name: &&str| format!("{name}: {:?}", rows(conn, &format!("PRAGMA {name}")));
    PRAGMAS.iter().map(pragma).collect()
}

/// Returns the lines before and after that differ.
pub fn differences<'d>(before: &'d [String], after: &'d [String]) -> Vec<[&'d str; 2]> {
    let line = |lines: &'d [String], at: usize| lines.get(at).map_or("", String::as_str);
    let pairs = (0..before.len().max(after.len())).map(|at| [line(before, at), line(after, at)]);
    pairs.filter(|[before, after]| before != after).collect()
}

fn names(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).expect("a statement");
    let names = statement.query_map([], |row| row.get(0)).expect("names");
    names.map(|name| name.expect("a name")).collect()
}

/// Returns the rows, or the error.
fn rows(conn: &Connection, sql: &str) -> Vec<String> {
    let found = conn.prepare(sql).and_then(|mut statement| {
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|at| row.get::<_, Value>(at)).collect::<Result<Vec<_>, _>>()
        };
        let rows = statement.query_map([], row)?;
        rows.map(|row| row.map(|row| format!("{row:?}"))).collect::<Result<Vec<_>, _>>()
    });
    found.unwrap_or_else(|error| vec![error.to_string()])
}
