//! The cost of a start compared with bare rusqlite, in machine-independent units: instructions and
//! allocations.
//!
//! `cargo bench -p migratory-runtime --bench instructions` counts instructions with callgrind,
//! prints the ratios, and fails if one exceeds its limit. As part of `cargo test`, it counts only
//! allocations.
//!
//! Each path runs in two processes, in one of them twice as often. The difference is the result,
//! without setup and cleanup. `instructions <path> <times>` runs one path alone, for profiling:
//! `valgrind --tool=callgrind target/release/deps/instructions-* fresh_up 1`.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::alloc::System;
use std::error::Error;
use std::process::ExitCode;

use migratory_runtime::{
    Checksum, Down, Migration, MigrationSet, Mode, Result, Runner, Script, Version,
};
use rusqlite::Connection;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use callgrind::instructions;

mod callgrind;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The number of migrations of a fresh database.
const FRESH: i64 = 200;

type Path = fn(u64) -> std::result::Result<(), Box<dyn Error>>;

/// The measured paths: name, number of repetitions, and function.
const PATHS: [(&str, u64, Path); 5] = [
    ("bare_read", 500, bare_read),
    ("nothing_to_do_10", 500, |times| nothing_to_do(10, times)),
    ("nothing_to_do_1000", 500, |times| nothing_to_do(1000, times)),
    ("bare_fresh", 2, bare_fresh),
    ("fresh_up", 2, fresh_up),
];

/// The ratios of two paths, and their limits. A fresh database costs more than bare SQL because of
/// its schema's fingerprint and a history row for each migration.
const LIMITS: [(&str, &str, f64); 3] = [
    ("nothing_to_do_10", "bare_read", 2.20),
    ("nothing_to_do_1000", "nothing_to_do_10", 1.01),
    ("fresh_up", "bare_fresh", 1.19),
];

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let path = words.first().and_then(|word| PATHS.iter().find(|(name, ..)| name == word));
    let outcome = match path {
        Some((_, times, path)) => {
            path(words.get(1).and_then(|word| word.parse().ok()).unwrap_or(*times)).map(|()| true)
        }
        None if words.iter().any(|word| word == "--bench") => {
            allocations().and_then(|sound| Ok(ratios()? && sound))
        }
        None => allocations(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Counts the instructions of each path, and compares the ratios with their limits.
fn ratios() -> std::result::Result<bool, Box<dyn Error>> {
    let mut counted = Vec::new();
    for (name, times, _) in PATHS {
        let count = |times: u64| instructions(&[name, &times.to_string()]);
        let [once, twice] = [count(times)?, count(times * 2)?];
        let each = twice.saturating_sub(once) / times;
        println!("{name:<20} {each:>12} instructions");
        counted.push((name, each));
    }
    let of = |name| counted.iter().find(|(known, _)| *known == name).map_or(0, |(_, each)| *each);
    let mut sound = true;
    for (path, bare, limit) in LIMITS {
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
        let ratio = of(path) as f64 / of(bare) as f64;
        let fits = ratio <= limit;
        let verdict = if fits { "" } else { ": OVER THE LIMIT" };
        println!("{path} / {bare}: {ratio:.3}, at most {limit:.2}{verdict}");
        sound &= fits;
    }
    Ok(sound)
}

/// A start with nothing to do allocates as much as two bare reads, and no more.
fn allocations() -> std::result::Result<bool, Box<dyn Error>> {
    let all = Region::new(ALLOCATOR);
    let migrations = migrations(1000);
    let set = MigrationSet::new(&migrations);
    let mut conn = applied(&set)?;
    assert!(all.change().allocations > 1000, "what is allocated is counted");
    let bare = Region::new(ALLOCATOR);
    read(&conn, "PRAGMA main.user_version")?;
    read(&conn, "PRAGMA main.schema_version")?;
    let bare = bare.change();
    let ours = Region::new(ALLOCATOR);
    Runner::new(&set).up(&mut conn)?;
    let ours = ours.change();
    println!(
        "allocations of a start with nothing to do: {} ({} bytes); of two bare reads: {} ({} bytes)",
        ours.allocations, ours.bytes_allocated, bare.allocations, bare.bytes_allocated
    );
    let is_small = old_violations()?;
    Ok(is_small
        && ours.allocations <= bare.allocations
        && ours.bytes_allocated <= bare.bytes_allocated)
}

/// Rows that dangled before a script are recognised by hashes: 8 bytes per row before the script
/// and after it, and as much again while they are collected.
fn old_violations() -> std::result::Result<bool, Box<dyn Error>> {
    const LIMIT: usize = 40;
    let bytes = |count: usize| -> std::result::Result<usize, Box<dyn Error>> {
        let mut conn = Connection::open_in_memory()?;
        conn.execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x REFERENCES p, y);
             WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT {count}) INSERT INTO c (x) SELECT i FROM n;"
        ))?;
        let sql = "PRAGMA foreign_keys = OFF; UPDATE c SET y = 1 WHERE x = 1;";
        let up = Script::new("migrations/1_a.up.sql", sql, Mode::ForeignKeysOff);
        let checksum = Checksum::of_script(sql);
        let migration = Migration::new(Version::new(1), "a", up, Down::UpOnly, checksum, checksum);
        let run = Region::new(ALLOCATOR);
        Runner::new(&MigrationSet::new(&[migration])).up(&mut conn)?;
        Ok(run.change().bytes_allocated + usize::try_from(run.change().bytes_reallocated.max(0))?)
    };
    let (few, many) = (1 << 10, 1 << 16);
    let each = bytes(many)?.saturating_sub(bytes(few)?) / (many - few);
    println!("bytes for a row that dangled before: {each}, at most {LIMIT}");
    Ok(each <= LIMIT)
}

fn bare_read(times: u64) -> std::result::Result<(), Box<dyn Error>> {
    let conn = applied(&MigrationSet::new(&migrations(10)))?;
    for _ in 0..times {
        read(&conn, "PRAGMA main.user_version")?;
    }
    Ok(())
}

fn read(conn: &Connection, pragma: &str) -> rusqlite::Result<i32> {
    conn.query_row(pragma, [], |row| row.get(0))
}

fn nothing_to_do(count: i64, times: u64) -> std::result::Result<(), Box<dyn Error>> {
    let migrations = migrations(count);
    let set = MigrationSet::new(&migrations);
    let mut conn = applied(&set)?;
    for _ in 0..times {
        assert!(Runner::new(&set).up(&mut conn)?.is_empty());
    }
    Ok(())
}

fn bare_fresh(times: u64) -> std::result::Result<(), Box<dyn Error>> {
    let migrations = migrations(FRESH);
    for _ in 0..times {
        let mut conn = Connection::open_in_memory()?;
        let transaction = conn.transaction()?;
        for migration in &migrations {
            transaction.execute_batch(migration.up().sql())?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn fresh_up(times: u64) -> std::result::Result<(), Box<dyn Error>> {
    let migrations = migrations(FRESH);
    let set = MigrationSet::new(&migrations);
    for _ in 0..times {
        applied(&set)?;
    }
    Ok(())
}

/// Creates an in-memory database with the whole set applied.
fn applied(set: &MigrationSet<'_>) -> Result<Connection> {
    let mut conn = Connection::open_in_memory()?;
    Runner::new(set).up(&mut conn)?;
    Ok(conn)
}

/// Creates this many migrations, each with a table and an index; they live as long as the process.
fn migrations(count: i64) -> Vec<Migration<'static>> {
    let mut chain = None;
    let mut migration = |number| {
        let up = format!(
            "CREATE TABLE t{number} (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NULL UNIQUE,\n    \
             kind TEXT NOT NULL CHECK (kind IN ('a', 'b')),\n    amount REAL,\n    \
             created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n) STRICT;\n\n\
             CREATE INDEX t{number}_kind ON t{number} (kind, created_at);\n"
        );
        let (version, checksum) = (Version::new(number), Checksum::of_script(&up));
        let linked = Checksum::chained(chain, version, checksum);
        chain = Some(linked);
        let down = script(number, "down", format!("DROP TABLE t{number};\n"));
        let up = script(number, "up", up);
        Migration::new(version, "create_table", up, Down::Script(down), checksum, linked)
    };
    (1..=count).map(&mut migration).collect()
}

fn script(number: i64, direction: &str, sql: String) -> Script<'static> {
    let file = format!("migrations/{number:04}_create_table.{direction}.sql");
    Script::new(file.leak(), sql.leak(), Mode::Transaction)
}
