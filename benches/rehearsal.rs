//! The cost of the rehearsal while a crate compiles, for sets of 10, 100 and 1,000 pairs.
//!
//! Run it with `cargo bench --bench rehearsal` for an optimised build, or with
//! `cargo bench --profile dev --bench rehearsal` for the build of `cargo check`. A fifth of the
//! migrations are ALTERs, and every table has rows. Sizes of sets may follow: `-- 10 100`.
//!
//! `-- count` prints no times: it counts instructions with callgrind, and fails if a rehearsal of 100
//! pairs takes more of them, relative to SQLite alone, than its limit.
//!
//! The column `bare` is SQLite alone: each migration up, down and up on one database with empty
//! tables. The rehearsal does that on two databases in parallel. ALTER TABLE makes the cost grow
//! faster than the set, because SQLite rereads all definitions for it.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use migratory_analysis::Options;
use migratory_rehearsal::check;
use rusqlite::Connection;

use callgrind::instructions;

#[path = "../runtime/benches/callgrind/mod.rs"]
mod callgrind;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How many pairs are counted, and how many times as many instructions as SQLite alone they may take.
const COUNTED: usize = 100;
const LIMIT: f64 = 5.0;

fn main() -> Outcome<ExitCode> {
    let words: Vec<String> = std::env::args().collect();
    let is_within = match words.get(1).map(String::as_str) {
        Some("count") => count()?,
        Some(what @ ("nothing" | "bare" | "all")) => run(what).map(|()| true)?,
        _ => times(&words).map(|()| true)?,
    };
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compares the instructions of a rehearsal with those of SQLite alone. Returns whether they are within
/// the limit.
fn count() -> Outcome<bool> {
    let [nothing, bare, all] =
        [instructions(&["nothing"])?, instructions(&["bare"])?, instructions(&["all"])?];
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let ratio = all.saturating_sub(nothing) as f64 / bare.saturating_sub(nothing) as f64;
    let verdict = if ratio <= LIMIT { "" } else { ": OVER THE LIMIT" };
    println!(
        "rehearsal of {COUNTED} pairs / SQLite alone: {ratio:.2}, at most {LIMIT:.2}{verdict}"
    );
    Ok(ratio <= LIMIT)
}

/// Writes the set, and does what is counted with it.
fn run(what: &str) -> Outcome {
    let folder = tempfile::tempdir()?;
    write_set(&folder.path().join("migrations"), COUNTED)?;
    match what {
        "bare" => drop(bare(COUNTED)?),
        "all" => drop(rehearse(folder.path(), &Options::default())),
        _ => {}
    }
    Ok(())
}

/// Prints the times for sets of these sizes.
fn times(words: &[String]) -> Outcome {
    let asked: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10, 100, 1000] } else { asked };
    println!(
        "{:>6}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}",
        "pairs", "bare", "reading", "empty", "all", "a pair"
    );
    for size in sizes {
        let folder = tempfile::tempdir()?;
        write_set(&folder.path().join("migrations"), size)?;
        let reading = measure(folder.path(), |options| options.rehearsal = false);
        let empty = measure(folder.path(), |options| options.populated = false);
        let all = measure(folder.path(), |_| ());
        println!(
            "{size:>6}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}",
            ms(bare(size)?),
            ms(reading),
            ms(empty),
            ms(all),
            ms(all / u32::try_from(size)?),
        );
    }
    Ok(())
}

fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

/// Returns the shortest of three runs. Each has a different time limit, so that none is remembered
/// from the one before.
fn measure(package: &Path, set: impl Fn(&mut Options)) -> Duration {
    let run = |nth: u64| {
        let mut options = Options::default();
        options.time_limit = Duration::from_secs(600 + nth);
        set(&mut options);
        rehearse(package, &options)
    };
    (0..3).map(run).min().unwrap_or_default()
}

/// Returns what a rehearsal takes.
fn rehearse(package: &Path, options: &Options) -> Duration {
    let started = Instant::now();
    let checked = check(package, "migrations", options);
    let took = started.elapsed();
    assert!(checked.is_ok(), "{:?}", checked.err().map(|findings| findings.to_string()));
    took
}

/// SQLite alone: each migration up, down and up.
fn bare(size: usize) -> rusqlite::Result<Duration> {
    let conn = Connection::open_in_memory()?;
    let started = Instant::now();
    for (_, up, down) in (1..=size).map(pair) {
        for script in [&up, &down, &up] {
            conn.execute_batch(&format!("BEGIN IMMEDIATE; {script} COMMIT;"))?;
        }
    }
    Ok(started.elapsed())
}

/// Writes pairs, in turn: a table with a parent, an index, a view, a trigger, a column.
fn write_set(folder: &Path, size: usize) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for number in 1..=size {
        let (name, up, down) = pair(number);
        let stem = format!("{number:04}_{name}");
        fs::write(folder.join(format!("{stem}.up.sql")), up)?;
        fs::write(folder.join(format!("{stem}.down.sql")), down)?;
    }
    Ok(())
}

fn pair(number: usize) -> (&'static str, String, String) {
    let table = (number - 1) / 5 * 5 + 1;
    let mut up = String::new();
    let down = match number % 5 {
        1 => {
            let parent = table.saturating_sub(5);
            let key = if parent > 0 {
                format!("REFERENCES t{parent} (id) ON DELETE CASCADE")
            } else {
                String::new()
            };
            let _ = write!(
                up,
                "CREATE TABLE t{table} (\n    id INTEGER PRIMARY KEY,\n    parent_id INTEGER {key},\n    \
                 name TEXT NOT NULL UNIQUE,\n    kind TEXT NOT NULL CHECK (kind IN ('a', 'b')),\n    \
                 amount REAL,\n    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n"
            );
            format!("DROP TABLE t{table};\n")
        }
        2 => {
            let _ = writeln!(up, "CREATE INDEX t{table}_kind ON t{table} (kind, name);");
            format!("DROP INDEX t{table}_kind;\n")
        }
        3 => {
            let _ = writeln!(
                up,
                "CREATE VIEW v{table} AS SELECT id, name FROM t{table} WHERE amount > 0;"
            );
            format!("DROP VIEW v{table};\n")
        }
        4 => {
            let _ =
                writeln!(up, "UPDATE t{table} SET amount = coalesce(amount, 0) WHERE kind = 'a';");
            format!("UPDATE t{table} SET amount = NULL WHERE amount = 0;\n")
        }
        _ => {
            let _ = writeln!(up, "ALTER TABLE t{table} ADD COLUMN note TEXT NOT NULL DEFAULT '';");
            format!("ALTER TABLE t{table} DROP COLUMN note;\n")
        }
    };
    let name = ["add_note", "create_table", "add_index", "add_view", "fill_amount"][number % 5];
    (name, up, down)
}
