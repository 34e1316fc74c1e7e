//! The traps that SQLite sets: each variant in `tests/traps` is refused at the line that `where.txt`
//! names, and the corrected set beside it is taken. And a set of fifty ordinary migrations is taken too:
//! a false alarm is as bad as a miss.

use std::fs;
use std::path::{Path, PathBuf};

use migratory_analysis::{Checked, Code, Findings, Options};
use migratory_rehearsal::check;

#[test]
fn every_trap_is_refused_where_it_is_set() {
    let mut missed = Vec::new();
    for variant in variants() {
        let findings = match run(&variant, "bad") {
            Err(findings) => findings,
            Ok(checked) if is_warned(&variant) => checked.warnings().clone(),
            Ok(_) => {
                missed.push(format!("{}: no finding", variant.display()));
                continue;
            }
        };
        for expected in places(&variant) {
            if !is_found(&findings, &expected) {
                missed.push(format!("{}: nothing at {expected}\n{findings}", variant.display()));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn every_corrected_set_is_taken() {
    let alarms: Vec<_> = variants()
        .iter()
        .filter_map(|variant| {
            Some(format!("{}\n{}", variant.display(), run(variant, "good").err()?))
        })
        .collect();
    assert!(alarms.is_empty(), "{} false alarms\n{}", alarms.len(), alarms.join("\n"));
}

/// What can't be filled or tried is worth a warning only where it is so.
#[test]
fn every_corrected_set_is_filled_and_tried() {
    let left = [Code::Unfilled, Code::Untried];
    let alarms: Vec<_> = variants()
        .iter()
        .filter_map(|variant| {
            let checked = run(variant, "good").ok()?;
            let is_left = checked.warnings().iter().any(|it| left.contains(&it.code));
            is_left.then(|| format!("{}\n{}", variant.display(), checked.warnings()))
        })
        .collect();
    assert!(alarms.is_empty(), "{} warnings\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn every_message_is_as_it_was_read() {
    // An older SQLite, at the other end of the range, has other words for a few of them.
    if rusqlite::version_number() < 3_054_000 {
        return;
    }
    let mut differing = Vec::new();
    for variant in variants() {
        let told = match run(&variant, "bad") {
            Err(findings) => findings.to_string(),
            Ok(checked) => checked.warnings().to_string(),
        };
        let file = variant.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, told).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != told {
            differing.push(file);
        }
    }
    assert!(differing.is_empty(), "run `just bless`, and read what it writes: {differing:?}");
}

#[test]
fn ordinary_migrations_are_taken_without_a_word() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ordinary");
    let checked = check(&package, "migrations", &Options::default())
        .unwrap_or_else(|findings| panic!("{findings}"));
    assert!(checked.warnings().is_empty(), "{}", checked.warnings());
    assert!(checked.set().len() >= 50);
    let rehearsal = checked.rehearsal().expect("a rehearsal");
    assert!(rehearsal.gaps.is_empty() && rehearsal.untried.is_empty(), "{rehearsal:#?}");
}

/// What is said of all sets that hold a trap.
pub(crate) fn refused() -> impl Iterator<Item = Findings> {
    variants().into_iter().map(|variant| match run(&variant, "bad") {
        Err(findings) => findings,
        Ok(checked) => checked.warnings().clone(),
    })
}

/// Whether the trap is a warning and no error, which `where.txt` says.
fn is_warned(variant: &Path) -> bool {
    fs::read_to_string(variant.join("where.txt")).unwrap().contains("  warning: ")
}

fn variants() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps");
    let mut variants: Vec<_> = folders(&root).iter().flat_map(|trap| folders(trap)).collect();
    variants.sort();
    assert!(variants.len() >= 48);
    variants
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

fn run(variant: &Path, folder: &str) -> Result<Checked, Findings> {
    check(variant, folder, &Options::default())
}

/// The places that a variant's `where.txt` names, as `0002_x.up.sql:3`. What is only a consequence of
/// another need not be told.
fn places(variant: &Path) -> Vec<String> {
    let text = fs::read_to_string(variant.join("where.txt")).unwrap();
    let places: Vec<_> = text
        .lines()
        .filter(|line| !line.contains("  consequence:"))
        .filter_map(first_word)
        .collect();
    assert!(!places.is_empty(), "{}", variant.display());
    places
}

fn first_word(line: &str) -> Option<String> {
    line.split_whitespace().next().map(str::to_owned)
}

/// Whether there is a finding at this place; one about a file as a whole is at every line of it.
fn is_found(findings: &Findings, place: &str) -> bool {
    let (file, line) = place.rsplit_once(':').unwrap();
    let mut labels = findings.iter().flat_map(|each| &each.labels);
    labels.any(|label| {
        let text = findings.text(&label.file).unwrap_or_default();
        let at = |start: usize| (text[..start].matches('\n').count() + 1).to_string();
        let is_there = label.range.as_ref().is_none_or(|range| at(range.start) == line);
        label.file.trim_start_matches("bad/") == file && is_there
    })
}
