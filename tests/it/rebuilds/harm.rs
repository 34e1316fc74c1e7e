//! The harm that a script does to rows which a schema allows, determined by plain SQLite.

use std::collections::BTreeMap;

use migratory_faulty::Random;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::set::Set;

/// The number of rows offered to each table.
const ROWS: usize = 60;

/// The rows of a table by column, each value with its type.
type Tables = BTreeMap<String, (Vec<String>, Vec<Vec<String>>)>;

/// Describes how the second migration fails on random rows, or what it loses of them.
pub(crate) fn of(set: &Set, seed: u64) -> Option<String> {
    let (conn, before) = filled(set, seed);
    if let Err(error) = conn.execute_batch(&set.up) {
        return Some(format!("the up fails: {error}"));
    }
    if let Some(harm) = dangling(&conn).or_else(|| stale(&conn)) {
        return Some(harm);
    }
    if let Some(harm) = lost(&before, &tables(&conn), false) {
        return Some(format!("after the up: {harm}"));
    }
    if let Err(error) = conn.execute_batch(&set.down) {
        return Some(format!("the down fails: {error}"));
    }
    if let Some(harm) = lost(&before, &tables(&conn), true) {
        return Some(format!("after the down: {harm}"));
    }
    on_newer_rows(set, seed)
}

/// Describes how the down fails on rows that were inserted after the up.
fn on_newer_rows(set: &Set, seed: u64) -> Option<String> {
    let (conn, _) = filled(set, seed);
    conn.execute_batch(&set.up).unwrap();
    fill(&conn, &mut Random::new(seed + 1));
    match conn.execute_batch(&set.down) {
        Err(error) => Some(format!("the down fails on newer rows: {error}")),
        Ok(()) => dangling(&conn),
    }
}

/// Creates a database after the first migration, filled with rows, and returns them too.
fn filled(set: &Set, seed: u64) -> (Connection, Tables) {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON;").unwrap();
    conn.execute_batch(&set.schema).unwrap_or_else(|error| panic!("{error}\n{}", set.text()));
    fill(&conn, &mut Random::new(seed));
    let tables = tables(&conn);
    (conn, tables)
}

fn fill(conn: &Connection, random: &mut Random) {
    for table in names(conn) {
        let columns = columns(conn, &table);
        let keys = keys(conn, &table);
        let mut row: Vec<Value> = Vec::new();
        for _ in 0..ROWS {
            // One row in six is inserted twice, if the schema allows it.
            if row.is_empty() || !random.once_in(6) {
                row = columns
                    .iter()
                    .map(|(name, kind)| match keys.get(name) {
                        _ if name == "id" => id(random),
                        Some((parent, column)) => referred(conn, parent, column, random),
                        None => value(kind, random),
                    })
                    .collect();
            }
            let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
            let places = vec!["?"; row.len()].join(", ");
            let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
            // The schema decides which rows are valid.
            let _ = conn.execute(&sql, params_from_iter(&row));
        }
    }
}

/// Returns the application's own tables.
fn names(conn: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
               AND name NOT LIKE 'sqlite%' ORDER BY (SELECT rowid FROM sqlite_schema AS s WHERE s.name = pragma_table_list.name)";
    let mut statement = conn.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(|name| name.unwrap()).collect()
}

fn columns(conn: &Connection, table: &str) -> Vec<(String, String)> {
    let sql = format!("SELECT name, type FROM pragma_table_xinfo('{table}') WHERE hidden = 0");
    let mut statement = conn.prepare(&sql).unwrap();
    let columns = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    columns.map(|column| column.unwrap()).collect()
}

fn keys(conn: &Connection, table: &str) -> BTreeMap<String, (String, String)> {
    let sql = format!("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list('{table}')");
    let mut statement = conn.prepare(&sql).unwrap();
    let keys =
        statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    keys.map(|key| key.unwrap()).collect()
}

/// Returns an id, usually a small one.
fn id(random: &mut Random) -> Value {
    let id = if random.once_in(2) { random.below(8) } else { random.below(1_000) };
    Value::Integer(i64::try_from(id).unwrap())
}

/// Returns a key of the parent, or NULL.
fn referred(conn: &Connection, parent: &str, column: &str, random: &mut Random) -> Value {
    if random.once_in(4) {
        return Value::Null;
    }
    let sql = format!("SELECT {column} FROM {parent} LIMIT 1 OFFSET {}", random.below(20));
    conn.query_row(&sql, [], |row| row.get(0)).unwrap_or(Value::Null)
}

/// Returns a plausible value for a column of this type.
fn value(kind: &str, random: &mut Random) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let integers = [0, 1, 2, 3, 4, 5, 7, -1, 41, 100, 150, (1 << 53) + 1].map(Value::Integer);
    let texts = [
        "",
        "a",
        "A",
        "Bob",
        "bob",
        " x",
        "x",
        "x ",
        "007",
        "1e5",
        "2024-01-31",
        "31.01.2024",
        "{\"a\": 1}",
        "plain words",
        "12.50",
    ]
    .map(text);
    let reals = [19.99, 0.0, -0.5, 2.5].map(Value::Real);
    let mut pool: Vec<Value> = match kind {
        "INTEGER" | "INT" => [&integers[..], &[text("many"), Value::Real(2.5)]].concat(),
        "TEXT" => texts.to_vec(),
        "REAL" => [&reals[..], &[text("many")]].concat(),
        "BLOB" => {
            vec![Value::Blob(Vec::new()), Value::Blob(vec![1, 2]), Value::Blob(b"x".to_vec())]
        }
        "BOOLEAN" => [0, 1].map(Value::Integer).to_vec(),
        _ => [&integers[..], &texts, &reals].concat(),
    };
    pool.push(Value::Null);
    pool.swap_remove(random.below(pool.len()))
}

fn tables(conn: &Connection) -> Tables {
    let table = |name: String| {
        let columns: Vec<_> = columns(conn, &name).into_iter().map(|(column, _)| column).collect();
        let typed: Vec<_> =
            columns.iter().map(|it| format!("typeof({it}) || ':' || quote({it})")).collect();
        let mut statement =
            conn.prepare(&format!("SELECT {} FROM {name}", typed.join(", "))).unwrap();
        let count = columns.len();
        let rows = statement.query_map([], |row| (0..count).map(|at| row.get(at)).collect());
        let rows = rows.unwrap().map(|row| row.unwrap()).collect();
        (name, (columns, rows))
    };
    names(conn).into_iter().map(table).collect()
}

/// Describes a row that existed before and is missing after, compared by the columns that both have.
fn lost(before: &Tables, after: &Tables, is_back: bool) -> Option<String> {
    before.iter().find_map(|(name, (columns, rows))| {
        let Some((columns_now, rows_now)) = after.get(name) else {
            return is_back.then(|| format!("{name} is gone"));
        };
        let shared: Vec<(usize, usize)> = columns
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((at, columns_now.iter().position(|now| now == it)?)))
            .collect();
        let mut counts: BTreeMap<Vec<&str>, i64> = BTreeMap::new();
        for row in rows_now {
            *counts.entry(shared.iter().map(|(_, at)| row[*at].as_str()).collect()).or_default() +=
                1;
        }
        for row in rows {
            let count = counts.entry(shared.iter().map(|(at, _)| row[*at].as_str()).collect());
            *count.or_default() -= 1;
        }
        let changed = counts.iter().find(|(_, count)| **count != 0);
        let is_audit = name == "audit";
        changed
            .filter(|_| !is_audit)
            .map(|(row, count)| format!("{name}: {row:?} is there {count} times"))
    })
}

fn dangling(conn: &Connection) -> Option<String> {
    let mut statement = conn.prepare("PRAGMA foreign_key_check").unwrap();
    let mut rows = statement.query([]).unwrap();
    let row = rows.next().unwrap()?;
    Some(format!("a key of {} leads nowhere", row.get::<_, String>(0).unwrap()))
}

/// Describes a full-text index that doesn't match its content.
fn stale(conn: &Connection) -> Option<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts5%'";
    let name: String = conn.query_row(sql, [], |row| row.get(0)).ok()?;
    let check = format!("INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)");
    conn.execute_batch(&check).err().map(|error| error.to_string())
}
