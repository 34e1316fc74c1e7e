//! Small sets with the expected codes, in `tests/cases/`: losses that must be reported, sound sets that must not be,
//! and sets that try to harm the machine that builds them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migratory_analysis::{Options, Severity};
use migratory_rehearsal::check;

/// Checks each set of a file, and compares the codes of its errors with those in its heading.
fn judge(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = fs::read_to_string(path).unwrap();
    let cases: Vec<_> = text.split("\n=== ").skip(1).collect();
    assert!(cases.len() > 3, "{file}: no sets");
    let mut wrong = Vec::new();
    for case in cases {
        let (heading, body) = case.split_once('\n').unwrap();
        let (name, codes) = heading.split_once(": ").unwrap();
        let expected: BTreeSet<_> = codes.split(' ').filter(|code| *code != "none").collect();
        let found = errors(body);
        if found.iter().map(String::as_str).collect::<BTreeSet<_>>() != expected {
            wrong.push(format!("{name}: {found:?}, and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{file}\n{}", wrong.join("\n"));
}

/// Returns the codes of the errors in a set.
fn errors(case: &str) -> BTreeSet<String> {
    let package = tempfile::tempdir().unwrap();
    let folder = package.path().join("migrations");
    fs::create_dir(&folder).unwrap();
    let mut options = Options::default();
    for part in format!("\n{case}").split("\n--- ").skip(1) {
        let (heading, sql) = part.split_once('\n').unwrap_or((part, ""));
        match heading.split_once(' ').unwrap() {
            ("options", "up_only") => options.up_only = true,
            ("options", given) => {
                let version = given.strip_prefix("accept_through = ").expect("an option");
                options = options.accept_through(version.parse::<i64>().unwrap().into());
            }
            (direction, version) => {
                fs::write(folder.join(format!("{version}_m.{direction}.sql")), sql).unwrap();
            }
        }
    }
    match check(package.path(), "migrations", &options) {
        Ok(_) => BTreeSet::new(),
        Err(findings) => {
            let errors = findings.iter().filter(|it| it.severity == Severity::Error);
            errors.map(|it| it.code.number().to_owned()).collect()
        }
    }
}

#[test]
fn sets_that_lose_rows_are_refused_for_the_loss() {
    judge("losses.txt");
}

#[test]
fn sound_sets_get_no_false_alarm() {
    judge("false_alarms.txt");
}

/// The last set limits the memory of the whole process; the sets of other tests must still pass.
#[test]
fn hostile_sets_are_refused() {
    judge("hostile.txt");
}
