//! The traps that SQLite sets: each case in `tests/traps` is refused at the lines that it names, and the corrected set is
//! taken. And a set of fifty ordinary migrations is taken too: a false alarm is as bad as a miss.

use std::path::Path;

use migratory_analysis::{Checked, Code, Findings, Options};
use migratory_rehearsal::check;

use self::case::Case;

pub(crate) mod case;

#[test]
fn every_trap_is_refused_where_it_is_set() {
    let mut missed = Vec::new();
    for case in Case::all() {
        let findings = match run(&case, "bad") {
            Err(findings) => findings,
            Ok(checked) if is_warned(&case) => checked.warnings().clone(),
            Ok(_) => {
                missed.push(format!("{}: no finding", case.name()));
                continue;
            }
        };
        for expected in places(&case) {
            if !is_found(&findings, &expected) {
                missed.push(format!("{}: nothing at {expected}\n{findings}", case.name()));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn every_corrected_set_is_taken() {
    let alarm = |case: &Case| Some(format!("{}\n{}", case.name(), run(case, "good").err()?));
    let alarms: Vec<_> = Case::all().iter().filter_map(alarm).collect();
    assert!(alarms.is_empty(), "{} false alarms\n{}", alarms.len(), alarms.join("\n"));
}

/// What can't be filled or tried is worth a warning only where it is so.
#[test]
fn every_corrected_set_is_filled_and_tried() {
    let left = [Code::Unfilled, Code::Untried];
    let alarms: Vec<_> = Case::all()
        .iter()
        .filter_map(|case| {
            let checked = run(case, "good").ok()?;
            let is_left = checked.warnings().iter().any(|it| left.contains(&it.code));
            is_left.then(|| format!("{}\n{}", case.name(), checked.warnings()))
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
    for case in Case::all() {
        let message = match run(&case, "bad") {
            Err(findings) => findings.to_string(),
            Ok(checked) => checked.warnings().to_string(),
        };
        if std::env::var_os("BLESS").is_some() {
            case.bless(&message);
        } else if case.expected() != message {
            differing.push(case.name());
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
    Case::all().into_iter().map(|case| match run(&case, "bad") {
        Err(findings) => findings,
        Ok(checked) => checked.warnings().clone(),
    })
}

/// Whether the trap is a warning and no error.
fn is_warned(case: &Case) -> bool {
    case.places().any(|line| line.contains("  warning: "))
}

fn run(case: &Case, folder: &str) -> Result<Checked, Findings> {
    let package = tempfile::tempdir().expect("a folder");
    case.write(package.path());
    check(package.path(), folder, &Options::default())
}

/// The places that are to be refused, as `0002_x.up.sql:3`. What is only a consequence of another need not be told.
fn places(case: &Case) -> Vec<String> {
    let lines = case.places().filter(|line| !line.contains("  consequence:"));
    let places: Vec<_> = lines.filter_map(first_word).collect();
    assert!(!places.is_empty(), "{}", case.name());
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
