//! With any content in the history, or in a table of its name, a run succeeds or fails with an error, and leaves a
//! sound database.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_fuzz::bounded::{Fuel, confine, connection};
use migratory_fuzz::script::{BASE, SQL};
use migratory_fuzz::set::migrations;
use migratory_runtime::{
    Grouping, MigrationSet, NewerDatabase, Origin, Repair, Runner, Target, Version,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    applied: u8,
    table: Option<Vec<Column>>,
    edits: Vec<Edit<'a>>,
    newer: u8,
    per_migration: bool,
    calls: Vec<Call>,
}

/// A column of a handmade table: its name, if not the usual one, and its type.
#[derive(Arbitrary, Debug)]
struct Column {
    is_missing: bool,
    kind: u8,
}

#[derive(Arbitrary, Debug)]
enum Edit<'a> {
    Set { column: u8, version: u8, cell: Cell<'a> },
    Copy { from: u8, version: i64 },
    Insert(Vec<Cell<'a>>),
    Delete(u8),
    Stamp(i32),
}

#[derive(Arbitrary, Debug)]
enum Cell<'a> {
    Null,
    Integer(i64),
    Small(u8),
    Real(f64),
    Text(&'a str),
    Known(u8),
    Script(u8),
    Checksum(u8),
    Blob(&'a [u8]),
    /// Text that isn't UTF-8.
    Malformed(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
enum Call {
    Up,
    Status,
    Plan(i64),
    Verify,
    To(i64),
    Down(u8),
    Redo,
    Baseline(u8),
    Adopt(u8),
    Repair(u8, u8),
}

const COLUMNS: [&str; 14] = [
    "version",
    "name",
    "checksum",
    "chain",
    "schema_hash",
    "down",
    "applied_at",
    "duration_ms",
    "state",
    "stamp",
    "compatible_with",
    "down_code",
    "remark",
    "progress",
];
const TYPES: [&str; 10] = [
    "",
    "INTEGER",
    "TEXT",
    "BLOB",
    "REAL",
    "NUMERIC",
    "INTEGER PRIMARY KEY",
    "UNIQUE",
    "TEXT COLLATE NOCASE",
    "NOT NULL DEFAULT 'x'",
];
const KNOWN: [&str; 9] = [
    "applied",
    "applying",
    "reverting",
    "",
    "step",
    "0",
    "1",
    "DROP TABLE g;",
    // The progress of a script of which nothing is done yet.
    "byte 0 after e3b0c44298fc1c14, run 0",
];
const SCRIPTS: [(&str, &str); 4] = [
    BASE,
    ("CREATE TABLE g (h);", "DROP TABLE g;"),
    (
        "PRAGMA foreign_keys = OFF; DROP TABLE d;",
        "PRAGMA foreign_keys = OFF; CREATE TABLE d (a, e);",
    ),
    (
        "-- migratory: no-transaction\nVACUUM; CREATE TABLE j (k);",
        "-- migratory: no-transaction\nDROP TABLE j;",
    ),
];

fuzz_target!(|input: Input<'_>| {
    let migrations = migrations(&SCRIPTS);
    let whole = MigrationSet::new(&migrations);
    let part = MigrationSet::new(&migrations[..usize::from(input.applied) % (SCRIPTS.len() + 1)]);
    let (mut conn, fuel) = connection();
    Runner::new(&part).up(&mut conn).expect("a schema that can be made");
    if let Some(columns) = &input.table {
        make(&conn, columns);
    }
    for edit in input.edits.iter().take(20) {
        // Values that the table refuses are omitted.
        let _ = tamper(&conn, edit);
    }
    // With a writable schema, a script could break the database by itself.
    confine(&mut conn, &["writable_schema"]);
    let newer = [NewerDatabase::Refuse, NewerDatabase::RollBack, NewerDatabase::Tolerate];
    let runner = Runner::new(&whole)
        .newer_database(newer[usize::from(input.newer) % newer.len()])
        .grouping(if input.per_migration { Grouping::PerMigration } else { Grouping::PerRun });
    for call in [Call::Status, Call::Verify]
        .iter()
        .chain(input.calls.iter().take(6))
        .chain([&Call::Up, &Call::Status])
    {
        ask(&mut conn, &fuel, &runner, call);
        assert!(conn.is_autocommit(), "{call:?} left a transaction open");
    }
    fuel.refill();
    let sound: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("an answer of SQLite's");
    assert!(is_sound(&sound), "{sound}");
});

/// A script may disable CHECK with `PRAGMA ignore_check_constraints`.
fn is_sound(answer: &str) -> bool {
    answer == "ok" || answer.starts_with("CHECK constraint") || answer.starts_with("NULL value")
}

fn make(conn: &Connection, columns: &[Column]) {
    let column = |(name, column): (&&str, &Column)| {
        let kind = TYPES[usize::from(column.kind) % TYPES.len()];
        (!column.is_missing).then(|| format!("{name} {kind}"))
    };
    let columns: Vec<_> = COLUMNS.iter().zip(columns).filter_map(column).collect();
    let table = format!("CREATE TABLE migratory_history ({})", columns.join(", "));
    let _ = conn.execute_batch("ALTER TABLE migratory_history RENAME TO history_before");
    let _ = conn.execute_batch(&table);
    let filled = "INSERT INTO migratory_history SELECT * FROM history_before";
    let _ = conn.execute_batch(filled);
    let _ = conn.execute_batch("DROP TABLE IF EXISTS history_before");
}

fn tamper(conn: &Connection, edit: &Edit<'_>) -> rusqlite::Result<usize> {
    match edit {
        Edit::Set { column, version, cell } => {
            let column = COLUMNS[usize::from(*column) % COLUMNS.len()];
            let (place, value) = value(cell);
            let sql = format!("UPDATE migratory_history SET {column} = {place} WHERE version = ?2");
            conn.execute(&sql, (value, i64::from(*version % 6)))
        }
        Edit::Copy { from, version } => {
            let rest = COLUMNS[1..].join(", ");
            let sql = format!(
                "INSERT INTO migratory_history SELECT ?1, {rest} FROM migratory_history WHERE version = ?2"
            );
            conn.execute(&sql, (version, i64::from(*from % 6)))
        }
        Edit::Insert(cells) => {
            let (places, values): (Vec<_>, Vec<_>) = cells.iter().take(13).map(value).unzip();
            let names = COLUMNS[..places.len()].join(", ");
            let places = places.join(", ").replace("?1", "?");
            let sql = format!("INSERT INTO migratory_history ({names}) VALUES ({places})");
            conn.execute(&sql, params_from_iter(values))
        }
        Edit::Delete(version) => {
            let sql = "DELETE FROM migratory_history WHERE version = ?1";
            conn.execute(sql, [i64::from(*version % 6)])
        }
        Edit::Stamp(stamp) => conn.pragma_update(None, "user_version", stamp).map(|()| 0),
    }
}

/// Returns the value, and its expression in a statement.
fn value(cell: &Cell<'_>) -> (&'static str, Value) {
    let known = |texts: &[&str], at: u8| texts[usize::from(at) % texts.len()].to_owned().into();
    match cell {
        Cell::Null => ("?1", Value::Null),
        Cell::Integer(number) => ("?1", (*number).into()),
        Cell::Small(number) => ("?1", i64::from(*number % 6).into()),
        Cell::Real(number) => ("?1", (*number).into()),
        Cell::Text(text) => ("?1", (*text).to_owned().into()),
        Cell::Known(at) => ("?1", known(&KNOWN, *at)),
        Cell::Script(at) => ("?1", known(&SQL, *at)),
        Cell::Checksum(byte) => ("?1", format!("{byte:02x}").repeat(32).into()),
        Cell::Blob(bytes) => ("?1", bytes.to_vec().into()),
        Cell::Malformed(bytes) => ("CAST(?1 AS TEXT)", bytes.to_vec().into()),
    }
}

fn ask(conn: &mut Connection, fuel: &Fuel, runner: &Runner<'_>, call: &Call) {
    fuel.refill();
    let small = |number: u8| Version::new(i64::from(number % 6));
    let told = match call {
        Call::Up => runner.up(conn).map(|report| report.to_string()),
        Call::Status => runner.status(conn).map(|status| status.to_string()),
        Call::Plan(version) => {
            runner.plan(conn, Version::new(*version)).map(|plan| plan.to_string())
        }
        Call::Verify => runner.verify(conn).map(|drift| drift.to_string()),
        Call::To(0) => runner.to(conn, Target::Empty).map(|report| report.to_string()),
        Call::To(version) => {
            runner.to(conn, Version::new(*version)).map(|report| report.to_string())
        }
        Call::Down(count) => {
            runner.down(conn, usize::from(*count)).map(|report| report.to_string())
        }
        Call::Redo => runner.redo(conn).map(|report| report.to_string()),
        Call::Baseline(version) => {
            runner.baseline(conn, small(*version)).map(|taken| taken.to_string())
        }
        Call::Adopt(at) => {
            let origin = Origin::ALL[usize::from(*at) % Origin::ALL.len()];
            runner.adopt(conn, origin).map(|taken| taken.to_string())
        }
        Call::Repair(how, version) => {
            let repair = [Repair::Edited, Repair::Done, Repair::Undone][usize::from(how % 3)];
            runner.repair(conn, repair(small(*version))).map(|()| String::new())
        }
    };
    drop(told.map_err(|error| error.to_string()));
}
