//! SQLite's traps: each case in `tests/traps` is refused at the lines that it names, and the corrected set is
//! accepted. A set of fifty ordinary migrations is accepted too: a false alarm is as bad as a miss.

use std::path::Path;

use migratory_analysis::{Checked, Code, Findings, Options};
use migratory_rehearsal::check;

use self::case::Case;

pub(crate) mod case;

#[test]
fn every_trap_is_refused_at_its_lines() {
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
fn every_corrected_set_is_accepted() {
    let alarm = |case: &Case| Some(format!("{}\n{}", case.name(), run(case, "good").err()?));
    let alarms: Vec<_> = Case::all().iter().filter_map(alarm).collect();
    assert!(alarms.is_empty(), "{} false alarms\n{}", alarms.len(), alarms.join("\n"));
}

/// The rehearsal may warn about missing rows or an untried script only where that is true.
#[test]
fn every_corrected_set_gets_rows_and_is_tried_on_them() {
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
fn every_message_is_the_reviewed_one() {
    // An older SQLite, at the other end of the range, words a few messages differently.
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
fn ordinary_migrations_have_no_finding() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ordinary");
    let checked = check(&package, "migrations", &Options::default())
        .unwrap_or_else(|findings| panic!("{findings}"));
    assert!(checked.warnings().is_empty(), "{}", checked.warnings());
    assert!(checked.set().len() >= 50);
    let rehearsal = checked.rehearsal().expect("a rehearsal");
    assert!(rehearsal.gaps.is_empty() && rehearsal.untried.is_empty(), "{rehearsal:#?}");
}

/// Returns the findings of all sets with a trap.
pub(crate) fn refused() -> impl Iterator<Item = Findings> {
    Case::all().into_iter().map(|case| match run(&case, "bad") {
        Err(findings) => findings,
        Ok(checked) => checked.warnings().clone(),
    })
}

/// Returns whether the trap is a warning, not an error.
fn is_warned(case: &Case) -> bool {
    case.places().any(|line| line.contains("  warning: "))
}

fn run(case: &Case, folder: &str) -> Result<Checked, Findings> {
    let package = tempfile::tempdir().expect("a folder");
    case.write(package.path());
    check(package.path(), folder, &Options::default())
}

/// Returns the places that must be refused, such as `0002_x.up.sql:3`. Mere consequences need not be reported.
fn places(case: &Case) -> Vec<String> {
    let lines = case.places().filter(|line| !line.contains("  consequence:"));
    let places: Vec<_> = lines.filter_map(first_word).collect();
    assert!(!places.is_empty(), "{}", case.name());
    places
}

fn first_word(line: &str) -> Option<String> {
    line.split_whitespace().next().map(str::to_owned)
}

/// Returns whether there is a finding at this place; one about a whole file is at each of its lines.
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
