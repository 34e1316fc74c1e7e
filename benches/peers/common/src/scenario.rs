//! The scenarios of a program.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::{Library, Outcome, count, memory};

/// The first query of the application.
const FIRST_QUERY: &str = "SELECT count(*) FROM t1";
const WAL: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";

/// Runs a scenario and returns its output, one item per line.
pub(crate) fn run<L: Library>(words: &[String]) -> Outcome<Vec<String>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [scenario, file, rest @ ..] = words.as_slice() else {
        return Err("usage: <scenario> <file> ..".into());
    };
    let file = Path::new(file);
    match (*scenario, rest) {
        ("version", []) => version::<L>(file),
        ("nothing", [samples, batch]) => nothing::<L>(file, samples.parse()?, batch.parse()?),
        ("start", [samples]) => start::<L>(file, samples.parse()?),
        ("fresh", [samples, journal]) => fresh::<L>(file, samples.parse()?, journal, L::migrate),
        ("grouped", [samples, journal]) => fresh::<L>(file, samples.parse()?, journal, L::grouped),
        ("verify", [samples]) => verify::<L>(file, samples.parse()?),
        ("baseline", [samples, script]) => {
            baseline::<L>(file, samples.parse()?, &fs::read_to_string(script)?)
        }
        ("prepare", []) => prepare::<L>(file, ""),
        ("prepare", [script]) => prepare::<L>(file, &fs::read_to_string(script)?),
        ("rebuild", []) => rebuild::<L>(file),
        ("number", [sql]) => number::<L>(file, sql),
        ("memory", []) => peak::<L>(file, L::start),
        ("memory-fresh", []) => peak::<L>(file, L::migrate),
        ("count", []) => allocations::<L>(file),
        _ => Err("no such scenario".into()),
    }
}

fn version<L: Library>(file: &Path) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    let version = L::text(&mut conn, "SELECT sqlite_version()")?;
    L::close(conn)?;
    Ok(vec![version])
}

/// Times a call on an open connection, in batches, and returns the time of one call.
fn nothing<L: Library>(file: &Path, samples: u32, batch: u32) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    L::migrate(&mut conn)?;
    for _ in 0..batch {
        L::nothing(&mut conn)?;
    }
    let mut lines = Vec::new();
    for _ in 0..samples {
        let started = Instant::now();
        for _ in 0..batch {
            L::nothing(&mut conn)?;
        }
        lines.push((started.elapsed() / batch).as_nanos().to_string());
    }
    L::close(conn)?;
    Ok(lines)
}

/// Times a start with nothing to do: open, migrate, and the application's first query.
fn start<L: Library>(file: &Path, samples: usize) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    L::migrate(&mut conn)?;
    L::close(conn)?;
    let mut lines = Vec::new();
    for _ in 0..samples {
        let started = Instant::now();
        let mut conn = L::open(file)?;
        L::start(&mut conn)?;
        L::number(&mut conn, FIRST_QUERY)?;
        lines.push(started.elapsed().as_nanos().to_string());
        L::close(conn)?;
    }
    Ok(lines)
}

/// Times all migrations on a new file.
fn fresh<L: Library>(
    file: &Path,
    samples: usize,
    journal: &str,
    migrate: fn(&mut L::Connection) -> Outcome,
) -> Outcome<Vec<String>> {
    let mut lines = Vec::new();
    for _ in 0..samples {
        remove(file)?;
        let started = Instant::now();
        let mut conn = L::open(file)?;
        if journal == "wal" {
            L::script(&mut conn, WAL)?;
        }
        migrate(&mut conn)?;
        lines.push(started.elapsed().as_nanos().to_string());
        L::number(&mut conn, FIRST_QUERY)?;
        L::close(conn)?;
    }
    Ok(lines)
}

/// Times a comparison of the schema, each on a new connection that is open already.
fn verify<L: Library>(file: &Path, samples: usize) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    L::migrate(&mut conn)?;
    L::close(conn)?;
    let mut lines = Vec::new();
    for _ in 0..samples {
        let mut conn = L::open(file)?;
        L::number(&mut conn, FIRST_QUERY)?;
        let started = Instant::now();
        L::verify(&mut conn)?;
        lines.push(started.elapsed().as_nanos().to_string());
        L::close(conn)?;
    }
    Ok(lines)
}

/// Times the adoption of a database that a script has made, without a history.
fn baseline<L: Library>(file: &Path, samples: usize, script: &str) -> Outcome<Vec<String>> {
    let mut lines = Vec::new();
    for _ in 0..samples {
        remove(file)?;
        let mut conn = L::open(file)?;
        L::script(&mut conn, &format!("BEGIN;\n{script}COMMIT;"))?;
        let started = Instant::now();
        L::baseline(&mut conn)?;
        lines.push(started.elapsed().as_nanos().to_string());
        L::close(conn)?;
    }
    Ok(lines)
}

/// Removes a database and SQLite's side files.
fn remove(file: &Path) -> Outcome {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let path = PathBuf::from(name);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Migrates and runs a script, without output.
fn prepare<L: Library>(file: &Path, script: &str) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    L::migrate(&mut conn)?;
    if !script.is_empty() {
        L::script(&mut conn, script)?;
    }
    L::close(conn)?;
    Ok(Vec::new())
}

fn rebuild<L: Library>(file: &Path) -> Outcome<Vec<String>> {
    let started = Instant::now();
    let mut conn = L::open(file)?;
    L::rebuild(&mut conn)?;
    let took = started.elapsed().as_nanos().to_string();
    L::close(conn)?;
    Ok(vec![took])
}

fn number<L: Library>(file: &Path, sql: &str) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    let number = L::number(&mut conn, sql)?;
    L::close(conn)?;
    Ok(vec![number.to_string()])
}

/// Migrates, and returns the peak memory of the process in bytes.
fn peak<L: Library>(
    file: &Path,
    migrate: fn(&mut L::Connection) -> Outcome,
) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    migrate(&mut conn)?;
    let peak = memory::peak()?;
    L::close(conn)?;
    Ok(vec![peak.to_string()])
}

/// Counts the allocations of a call with nothing to do, and their bytes, without SQLite's own.
fn allocations<L: Library>(file: &Path) -> Outcome<Vec<String>> {
    let mut conn = L::open(file)?;
    L::migrate(&mut conn)?;
    L::nothing(&mut conn)?;
    let (times, bytes) = count::during(|| L::nothing(&mut conn))?;
    L::close(conn)?;
    Ok(vec![times.to_string(), bytes.to_string()])
}
