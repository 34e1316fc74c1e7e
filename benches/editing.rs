//! Rehearses a set again and again in one process, as an editor does that expands the macro after
//! each edit.
//!
//! `cargo bench --profile dev --bench editing -- <package> <edits> <seconds>` rehearses
//! `<package>/migrations`, and then as often after an edit of the newest up, but no longer than
//! that many seconds. An edit changes the first `DEFAULT '..'`. Each rehearsal prints a line: its
//! nanoseconds, and the resident bytes of the process afterwards.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use migratory_analysis::Options;
use migratory_rehearsal::check;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [package, edits, seconds] = words.as_slice() else {
        return Err("usage: <package> <edits> <seconds>".into());
    };
    let (edits, limit) = (edits.parse::<u32>()?, Duration::from_secs(seconds.parse()?));
    let package = Path::new(package);
    rehearse(package)?;
    let started = Instant::now();
    for nth in 1..=edits {
        if started.elapsed() > limit {
            break;
        }
        edit(&newest(&package.join("migrations"))?, nth)?;
        rehearse(package)?;
    }
    Ok(())
}

/// Rehearses the set with the file that remembers what passed, as the macro does.
fn rehearse(package: &Path) -> Outcome {
    let mut options = Options::default();
    options.memo = Some(package.join("rehearsed"));
    options.time_limit = Duration::from_secs(1200);
    let started = Instant::now();
    let checked = check(package, "migrations", &options);
    let took = started.elapsed().as_nanos();
    checked.map_err(|findings| findings.to_string())?;
    println!("{took} {}", resident()?);
    Ok(())
}

/// Returns the up with the highest name.
fn newest(folder: &Path) -> Outcome<PathBuf> {
    let mut newest = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_str().is_some_and(|path| path.ends_with(".up.sql")) {
            newest = newest.max(Some(path));
        }
    }
    Ok(newest.ok_or("a folder without migrations")?)
}

fn edit(file: &Path, nth: u32) -> Outcome {
    let text = fs::read_to_string(file)?;
    let (before, rest) = text.split_once("DEFAULT '").ok_or("an up without a default")?;
    let (_, after) = rest.split_once('\'').ok_or("a default without an end")?;
    Ok(fs::write(file, format!("{before}DEFAULT '{nth}'{after}"))?)
}

/// Returns the resident memory of this process in bytes, as reported by Linux.
fn resident() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).ok_or("no VmRSS")?;
    Ok(kib.parse::<u64>()? * 1024)
}
