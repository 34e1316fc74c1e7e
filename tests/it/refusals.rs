//! Checks every folder in `tests/fixtures`, and rehearses every one in `tests/rehearsed` too. The output must be
//! that in `expected.txt`: the findings as a build prints them, or a summary of the accepted set.
//!
//! `options.txt` next to it may have options, one per line. To add a case, create its folder and run
//! `BLESS=1 cargo test --test it`; then read what it writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use migratory_analysis::{
    Checked, CheckedDown, CheckedMigration, Code, Findings, Options, UntriedReason,
};
use migratory_rehearsal::check;

#[test]
fn every_fixture_has_its_expected_output() {
    let mut differing = Vec::new();
    for case in cases() {
        let expected = case.join("expected.txt");
        let actual = output_of(&case);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &actual).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
            differing.push(difference(&expected, &actual));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\nif all of this is right, write it down: BLESS=1 cargo test --test it\n",
        differing.join("\n")
    );
}

#[test]
fn exactly_the_fixtures_named_ok_are_accepted() {
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy();
        assert_eq!(run(&case).is_ok(), name.starts_with("ok_"), "{name}");
    }
}

#[test]
fn checking_a_folder_twice_gives_the_same_bytes() {
    // A finding about the time limit states the elapsed time.
    for case in cases().iter().filter(|case| !case.ends_with("endless")) {
        let mut options = options(case);
        // Another limit is another rehearsal, so no remembered result is used.
        options.time_limit += Duration::from_secs(1);
        let again = summary_or_findings(check(case, "migrations", &options));
        assert_eq!(output_of(case), again, "{}", case.display());
    }
}

#[test]
fn colour_changes_nothing_else() {
    for case in cases() {
        let Err(findings) = run(&case) else { continue };
        let coloured = migratory_analysis::render::coloured(&findings);
        assert_eq!(without_colour(&coloured), findings.to_string(), "{}", case.display());
    }
}

#[test]
fn nothing_is_reported_twice() {
    for case in cases() {
        let Err(findings) = run(&case) else { continue };
        let mut seen = BTreeSet::new();
        for each in &findings {
            let place = each.labels.first().map(|label| (&label.file, label.range.clone()));
            let place = place.map(|(file, range)| (file, range.map(|range| range.start)));
            assert!(seen.insert((each.code, place)), "{}: {}", case.display(), each.message);
        }
    }
}

#[test]
fn every_code_has_a_fixture() {
    let mut missing: BTreeSet<_> = Code::ALL.iter().copied().collect();
    let found = cases().into_iter().map(|case| match run(&case) {
        Ok(checked) => checked.warnings().clone(),
        Err(findings) => findings,
    });
    for each in found.chain(crate::traps::refused()).flat_map(|findings| codes(&findings)) {
        missing.remove(&each);
    }
    // A checkout can't contain these: they are in `odd`, and the last one next to its code.
    let elsewhere = [
        Code::FolderPath,
        Code::Unreadable,
        Code::Link,
        Code::CaseCollision,
        Code::NameEncoding,
        Code::StampCollision,
        Code::Utf16,
    ];
    assert_eq!(missing, BTreeSet::from(elsewhere));
}

fn codes(findings: &Findings) -> Vec<Code> {
    findings.iter().map(|each| each.code).collect()
}

fn cases() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = ["fixtures", "rehearsed"].map(|name| fs::read_dir(tests.join(name)).unwrap());
    let entries = folders.into_iter().flatten();
    let mut cases: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 90);
    cases
}

fn run(case: &Path) -> Result<Checked, Findings> {
    check(case, "migrations", &options(case))
}

fn output_of(case: &Path) -> String {
    summary_or_findings(run(case))
}

fn summary_or_findings(checked: Result<Checked, Findings>) -> String {
    match checked {
        Ok(checked) => summary(&checked),
        Err(findings) => findings.to_string(),
    }
}

pub(crate) fn options(case: &Path) -> Options {
    let text = fs::read_to_string(case.join("options.txt")).unwrap_or_default();
    let mut options = Options::default();
    options.rehearsal = case.parent().is_some_and(|folder| folder.ends_with("rehearsed"));
    for line in text.lines() {
        match line.split_once(" = ").unwrap_or((line, "")) {
            ("up_only", "") => options.up_only = true,
            ("accept_through", version) => {
                options.accept_through = Some(version.parse::<i64>().unwrap().into());
            }
            ("time_limit", seconds) => {
                options.time_limit = Duration::from_secs(seconds.parse().unwrap());
            }
            ("foreign_keys", "off") => options.foreign_keys = false,
            ("assumptions", "warn") => options.assumptions_warn = true,
            ("function", name) => options.functions.push((name.to_owned(), 1)),
            ("collation", name) => options.collations.push(name.to_owned()),
            _ => panic!("{}: {line}", case.display()),
        }
    }
    options
}

fn summary(checked: &Checked) -> String {
    let mut text = String::new();
    if !checked.warnings().is_empty() {
        writeln!(text, "{}", checked.warnings()).unwrap();
    }
    let untried = checked.rehearsal().map_or(&[][..], |rehearsal| &rehearsal.untried);
    for each in untried.iter().filter(|it| it.reason == UntriedReason::Step) {
        writeln!(text, "not tried on rows: {}", each.file).unwrap();
    }
    for migration in checked.set() {
        writeln!(text, "{}", line(migration)).unwrap();
        for line in &migration.doc {
            writeln!(text, "    {line}").unwrap();
        }
    }
    text
}

fn line(migration: &CheckedMigration) -> String {
    let down = match &migration.down {
        CheckedDown::Script(script) if script.statements.is_empty() && !script.has_code() => {
            "nothing to undo".to_owned()
        }
        CheckedDown::Script(script) if script.has_code() => {
            format!("{} ({:?}, with code)", script.file, script.mode)
        }
        CheckedDown::Script(script) => format!("{} ({:?})", script.file, script.mode),
        CheckedDown::Irreversible(reason) => format!("irreversible: {reason}"),
        CheckedDown::UpOnly => "up only".to_owned(),
        other => format!("{other:?}"),
    };
    let up = &migration.up;
    let mut line = format!(
        "{} = {}: {} ({:?}), {down}",
        migration.constant, migration.version, up.file, up.mode
    );
    for directive in &up.directives {
        write!(line, " [{:?}: {}]", directive.kind, directive.reason).unwrap();
    }
    line
}

/// Returns the two texts one after the other, with marks at the lines that only one of them has.
fn difference(expected: &Path, actual: &str) -> String {
    let before = fs::read_to_string(expected).unwrap_or_default();
    let marked = |mark: char, text: &str, other: &str| {
        let line = |line: &str| {
            let mark = if other.lines().any(|each| each == line) { ' ' } else { mark };
            format!("{mark} {line}\n")
        };
        text.lines().map(line).collect::<String>()
    };
    format!(
        "{} differs\nexpected:\n{}actual:\n{}",
        expected.display(),
        marked('-', &before, actual),
        marked('+', actual, &before)
    )
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
