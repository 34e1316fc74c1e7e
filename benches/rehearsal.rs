//! The cost of the rehearsal while a crate compiles, for sets of 10, 100 and 1,000 pairs.
//!
//! Run it with `cargo bench --bench rehearsal` for an optimised build, or with
//! `cargo bench --profile dev --bench rehearsal` for the build of `cargo check`. A fifth of the
//! migrations are ALTERs, and every table has rows. Sizes of sets may follow: `-- 10 100`.
//!
//! The column `bare` is SQLite alone: each migration up, down and up on one database with empty
//! tables. The rehearsal does that on two databases in parallel. ALTER TABLE makes the cost grow
//! faster than the set, because SQLite rereads all definitions for it.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use migratory_analysis::Options;
use migratory_rehearsal::check;
use rusqlite::Connection;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
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
        let started = Instant::now();
        let checked = check(package, "migrations", &options);
        let took = started.elapsed();
        assert!(checked.is_ok(), "{:?}", checked.err().map(|findings| findings.to_string()));
        took
    };
    (0..3).map(run).min().unwrap_or_default()
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
