//! What messages suggest is tried: each statement runs on the schema at hand, each exception removes its finding,
//! and a set with the suggested text is accepted.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

#[allow(unused_imports, reason = "rusqlite 0.32 needs no trait for `Batch::next`")]
use fallible_iterator::FallibleIterator as _;
use migratory_analysis::{Code, Diagnostic, Findings, Options};
use migratory_core::sql::lexer::{self, Kind};
use migratory_rehearsal::check;
use rusqlite::{Batch, Connection};
use tempfile::TempDir;

use crate::refusals;
use crate::traps::case::Case;

mod facts;
mod rebuilt;

/// The first words of statements.
const VERBS: [&str; 8] =
    ["CREATE ", "INSERT ", "UPDATE ", "DELETE ", "DROP ", "ALTER ", "PRAGMA ", "SELECT "];

/// The beginnings of the helps that say what to write instead of the shown statement.
const REPLACING: [&str; 5] = [
    "update only the rows",
    "or keep the old value",
    "copy every row: ",
    "name the columns on both sides: ",
    "merge or delete the rows that collide",
];

/// A set that is refused.
struct Set {
    /// The folder of the package, and the name of the set's folder in it.
    package: PathBuf,
    folder: &'static str,
    options: Options,
    /// The temporary package, if the set was written for this test.
    _written: Option<TempDir>,
}

impl Set {
    fn findings(&self) -> Option<Findings> {
        check(&self.package, self.folder, &self.options).err()
    }

    /// Returns the files of the set by name.
    fn files(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.package.join(self.folder)).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let text = fs::read_to_string(entry.path()).ok()?;
                Some((entry.file_name().into_string().ok()?, text))
            })
            .collect();
        files.sort();
        files
    }

    /// Returns the findings with another text in one file.
    fn findings_with(&self, file: &str, text: &str) -> Option<Findings> {
        self.findings_of(|name, old| if name == file { text.to_owned() } else { old.to_owned() })
    }

    fn findings_of(&self, change: impl Fn(&str, &str) -> String) -> Option<Findings> {
        let package = tempfile::tempdir().unwrap();
        let folder = package.path().join(self.folder);
        fs::create_dir(&folder).unwrap();
        for (name, old) in self.files() {
            fs::write(folder.join(&name), change(&name, &old)).unwrap();
        }
        check(package.path(), self.folder, &self.options).err()
    }

    fn text(&self, file: &str) -> String {
        let files = self.files();
        files.into_iter().find(|(name, _)| name == file).map(|(_, text)| text).unwrap_or_default()
    }
}

fn sets() -> Vec<Set> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let inside = |path: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let traps = Case::all().into_iter().map(|case| {
        let folder = tempfile::tempdir().unwrap();
        case.write(folder.path());
        let package = folder.path().to_owned();
        Set { package, folder: "bad", options: Options::default(), _written: Some(folder) }
    });
    let rehearsed = inside(&tests.join("rehearsed")).into_iter().map(|package| {
        let options = refusals::options(&package);
        Set { package, folder: "migrations", options, _written: None }
    });
    // A finding that takes long would take as long for each help.
    traps.chain(rehearsed.filter(|set| !set.package.ends_with("endless"))).collect()
}

/// Visits each finding of each set, with the name of its file.
fn each(mut take: impl FnMut(&Set, &Findings, &Diagnostic, &str)) {
    for set in sets() {
        let Some(findings) = set.findings() else { continue };
        for finding in &findings {
            let label = finding.labels.first().map(|label| label.file.as_str());
            let file = label.and_then(|file| file.rsplit('/').next()).unwrap_or_default();
            take(&set, &findings, finding, file);
        }
    }
}

fn ticked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns whether the file still has this finding.
fn is_still_reported(findings: Option<&Findings>, finding: &Diagnostic) -> bool {
    let place = |it: &Diagnostic| it.labels.first().map(|label| label.file.clone());
    findings.into_iter().flatten().any(|other| {
        (other.code, &other.message, place(other))
            == (finding.code, &finding.message, place(finding))
    })
}

#[test]
fn every_suggested_exception_removes_its_finding() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    each(|set, _, finding, file| {
        for help in &finding.help {
            let directives = ticked(help).filter(|text| {
                text.starts_with("-- migratory: allow(")
                    || text.starts_with("-- migratory: assumes(")
            });
            for directive in directives {
                let line = directive.replace("<reason>", "it is a test");
                let files = concerned(finding, file, help);
                let after = set.findings_of(|name, text| {
                    let is_it = files.iter().any(|file| file == name);
                    if is_it { format!("{line}\n{text}") } else { text.to_owned() }
                });
                tried += 1;
                if is_still_reported(after.as_ref(), finding) {
                    wrong.push(format!(
                        "{}: {directive}\n{}",
                        set.package.display(),
                        after.unwrap()
                    ));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 60, "{tried}");
}

/// Returns the files that a finding about several is about: those that it shows and those that its notes name.
fn concerned(finding: &Diagnostic, file: &str, help: &str) -> Vec<String> {
    if help.contains("at the top of the up") {
        return vec![file.replace(".down.", ".up.")];
    }
    if finding.code != Code::HighWater {
        return vec![file.to_owned()];
    }
    let shown = finding.labels.iter().map(|label| label.file.as_str());
    let files = shown.chain(finding.notes.iter().flat_map(|note| ticked(note)));
    files.filter_map(|path| path.rsplit('/').next()).map(str::to_owned).collect()
}

#[test]
fn every_suggested_statement_runs() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    each(|set, _, finding, file| {
        // A description of the existing object is no suggestion.
        let offers = finding.help.iter().filter(|help| !help.starts_with("it is `"));
        for help in offers {
            // Two dots are a placeholder for what a person has to write.
            let is_statement = |sql: &&str| VERBS.iter().any(|verb| sql.starts_with(verb));
            let statements: Vec<_> = ticked(help).filter(is_statement).collect();
            if statements.is_empty() || statements.iter().any(|sql| sql.contains("..")) {
                continue;
            }
            tried += 1;
            let sql = format!("{};", statements.join(";"));
            if let Err(errors) = runs(set, file, &sql) {
                let place = set.package.display();
                wrong.push(format!("{place} {}: {sql}\n  {errors}", finding.code));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 35, "{tried}");
}

/// Returns whether the statement runs before the script, or after one of its statements.
fn runs(set: &Set, file: &str, sql: &str) -> Result<(), String> {
    let conn = Connection::open_in_memory().unwrap();
    let version = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    let files = set.files();
    let before = files.iter().filter(|(name, _)| !name.contains(".down."));
    for (name, text) in before {
        let is_own_up = version(name) == version(file) && file.contains(".down.");
        if version(name) < version(file) || is_own_up {
            conn.execute_batch(text).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    let mut errors = Vec::new();
    let mut attempt = || {
        conn.execute_batch("SAVEPOINT attempt").unwrap();
        let ran = conn.execute_batch(sql);
        conn.execute_batch("ROLLBACK TO attempt; RELEASE attempt").unwrap();
        ran.map_err(|error| errors.push(error.to_string())).is_ok()
    };
    if attempt() {
        return Ok(());
    }
    let text = set.text(file);
    let mut batch = Batch::new(&conn, &text);
    while let Ok(Some(mut statement)) = batch.next() {
        let ran = statement.query([]).and_then(|mut rows| {
            while rows.next()?.is_some() {}
            Ok(())
        });
        if attempt() {
            return Ok(());
        }
        if ran.is_err() {
            break;
        }
    }
    errors.dedup();
    Err(errors.join("\n  "))
}

#[test]
fn every_suggested_replacement_passes() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    each(|set, _, finding, file| {
        let offers =
            finding.help.iter().filter(|help| REPLACING.iter().any(|it| help.starts_with(it)));
        for sql in offers.filter_map(|help| ticked(help).last()) {
            let text = set.text(file);
            let place = finding.labels[0].range.clone().unwrap();
            let range = statement_at(&text, place.start);
            let mut whole = text.clone();
            whole.replace_range(range, sql.trim_end_matches(';'));
            let after = set.findings_with(file, &whole);
            tried += 1;
            if is_still_reported(after.as_ref(), finding) {
                wrong.push(format!("{}: {sql}\n{}", set.package.display(), after.unwrap()));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 8, "{tried}");
}

/// Returns the statement at this byte, without its semicolon. Triggers, which contain semicolons, don't occur here.
fn statement_at(text: &str, at: usize) -> Range<usize> {
    let mut start = 0;
    let mut end = text.len();
    for token in lexer::tokens(text) {
        if token.kind == Kind::Semicolon && token.end() <= at {
            start = token.end();
        } else if token.kind == Kind::Semicolon && token.start >= at {
            end = token.start;
            break;
        }
    }
    let first = lexer::tokens(&text[start..end]).find(|token| !token.is_blank());
    start + first.map_or(0, |token| token.start)..end
}

#[test]
fn adding_what_a_rebuild_lacks_removes_its_finding() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    each(|set, _, finding, file| {
        if finding.code != Code::LossyRebuild {
            return;
        }
        let whole = rebuilt::with_help(&set.text(file), finding);
        let after = set.findings_with(file, &whole);
        tried += 1;
        let mut others = after.iter().flatten();
        if others.any(|other| other.code == Code::LossyRebuild || other.code == Code::UpFails) {
            wrong.push(format!("{}\n{whole}\n{}", set.package.display(), after.unwrap()));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 15, "{tried}");
}
