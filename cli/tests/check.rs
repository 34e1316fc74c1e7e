//! `cargo migratory check`, as a process.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use expect_test::{expect, expect_file};
use migratory_analysis::Code;
use serde_json::Value;
use tempfile::TempDir;

const ITEMS: (&str, &str) =
    ("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n", "DROP TABLE item;\n");
const NOTES: (&str, &str) = ("CREATE TABLE note (line TEXT);\n", "DROP TABLE note;\n");
/// Findings with and without a place, after multibyte characters.
const WRONG: (&str, &str) = ("-- größe\nSELECT 'ä',\n    ?1;\nBEGIN;\nCOMMIT;\n", "-- nothing\n");

/// A folder name with characters that the formats have to escape.
const NAME: &str = "my app, 50%";

/// A package with these migrations, in a folder with that name.
fn package(call: &str, pairs: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let package = root.path().join(NAME);
    fs::create_dir_all(package.join("src")).unwrap();
    fs::create_dir_all(package.join("migrations")).unwrap();
    fs::write(package.join("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    fs::write(package.join("src/lib.rs"), call).unwrap();
    for (number, pair) in (1..).zip(pairs) {
        write_pair(&package, number, pair);
    }
    root
}

fn write_pair(package: &Path, number: usize, (up, down): &(&str, &str)) {
    for (text, direction) in [(up, "up"), (down, "down")] {
        fs::write(package.join(format!("migrations/{number:04}_step.{direction}.sql")), text)
            .unwrap();
    }
}

fn command(package: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
    command.args(["migratory", "check"]).args(arguments).current_dir(package.path());
    command.args(["--manifest-path", &format!("{NAME}/Cargo.toml")]);
    for name in ["GITHUB_WORKSPACE", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(name);
    }
    command
}

fn run(package: &TempDir, arguments: &[&str]) -> Output {
    command(package, arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(package: &TempDir, format: &str) -> Value {
    serde_json::from_str(&text(&run(package, &["--format", format]))).unwrap()
}

const CALL: &str = "migratory::embed_migrations!();";

#[test]
fn a_set_without_errors_is_one_line() {
    let package = package(CALL, &[ITEMS, NOTES]);
    for format in ["human", "github"] {
        let output = run(&package, &["--format", format]);
        assert_eq!(text(&output), "2 migrations, rehearsed: no findings\n");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn what_the_rehearsal_could_not_try_is_a_warning() {
    let once = "-- migratory: assumes(no_duplicates): there is one item at most\n\
                CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL);\n\
                INSERT INTO setting (name) SELECT 'has an item' FROM item;\n";
    let package = package(CALL, &[ITEMS, (once, "DROP TABLE setting;\n")]);
    expect![[r#"
        1 finding in the migrations of `migrations/`

        warning[M0516]: this file could not be tried on rows: UNIQUE constraint failed: setting.name
         --> migrations/0002_step.up.sql
          = note: it fails in this way on generated rows, and states itself that such rows do not occur
          = help: write rows as users have them to `migrations/rehearsal/0001.sql`: the rehearsal tries the file on these

        2 migrations, rehearsed: 1 warning
    "#]]
    .assert_eq(&text(&run(&package, &[])));
}

#[test]
fn findings_are_shown_and_set_the_exit_code() {
    let package = package(CALL, &[ITEMS, WRONG]);
    let output = run(&package, &[]);
    assert_eq!(output.status.code(), Some(3));
    expect![[r#"
        3 findings in the migrations of `migrations/`

        error[M0307]: `?1` is a parameter
         --> migrations/0002_step.up.sql:3:5
          |
        3 |     ?1;
          |     ^^
          |
          = note: a migration has no values to bind: SQLite would use NULL
          = help: write the value itself; quote strings with `'` and names with `"`

        error[M0306]: the file opens a transaction itself: `BEGIN` and `COMMIT`
         --> migrations/0002_step.up.sql:4:1
          |
        4 | BEGIN;
          | ^^^^^^
        5 | COMMIT;
          | -------
          |
          = note: the runner runs the file and writes its history row in one transaction: once the file ends that, a later failure can't be rolled back
          = help: delete these statements: the runner opens and commits the transaction

        error[M0305]: the file has no statement
         --> migrations/0002_step.down.sql
          = note: an empty down succeeds without undoing anything: the next up would fail
          = help: write what undoes the up; if there is nothing to undo, write `-- migratory: nothing-to-undo: <reason>`
          = help: or, if a step in Rust undoes the up, write `-- migratory: code`
    "#]].assert_eq(&text(&output));
}

#[test]
fn colors_follow_the_environment() {
    let package = package(CALL, &[WRONG]);
    let coloured = |name: &str| {
        let output = command(&package, &[]).env(name, "1").output().unwrap();
        text(&output).contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR_FORCE"));
    assert!(!coloured("NO_COLOR"));
}

#[test]
fn a_warning_is_shown_and_is_no_error() {
    let off = ("PRAGMA foreign_keys = OFF;\nCREATE TABLE note (line TEXT);\n", NOTES.1);
    let package = package(CALL, &[ITEMS, off]);
    let output = run(&package, &[]);
    assert_eq!(output.status.code(), Some(0));
    let text = text(&output);
    assert!(text.contains("warning[M0613]"), "{text}");
    assert!(text.ends_with("\n\n2 migrations, rehearsed: 1 warning\n"), "{text}");
    assert_eq!(json(&package, "sarif")["runs"][0]["results"][0]["level"], "warning");
}

#[test]
fn the_options_of_the_call_hold() {
    let package = package("migratory::embed_migrations!(up_only);", &[ITEMS]);
    fs::remove_file(package.path().join(NAME).join("migrations/0001_step.down.sql")).unwrap();
    assert_eq!(text(&run(&package, &[])), "1 migration, rehearsed: no findings\n");
}

#[test]
fn a_folder_without_a_package_is_checked_with_the_given_options() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("sql");
    fs::create_dir(&folder).unwrap();
    let late = "CREATE TABLE a (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));\n\
                INSERT INTO a (p) VALUES (slugify('x') = 'x' COLLATE german);\n";
    fs::write(folder.join("3_a.sql"), late).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
        command.args(["migratory", "check", "sql"]).args(arguments).current_dir(root.path());
        command.output().unwrap()
    };
    assert_eq!(run(&[]).status.code(), Some(3));
    let all = [
        ["--accept-through", "3"],
        ["--foreign-keys", "off"],
        ["--functions", "slugify(1),uuid(0)"],
        ["--collations", "german,swedish"],
    ];
    let output = run(&all.concat());
    assert_eq!(text(&output), "1 migration, rehearsed: no findings\n");
    for left_out in 0..all.len() {
        let mut fewer = all.to_vec();
        fewer.remove(left_out);
        assert_eq!(run(&fewer.concat()).status.code(), Some(3), "{fewer:?}");
    }
    let wrong = run(&["--functions", "slugify"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`slugify` needs"), "{wrong:?}");
}

/// A folder without a package can be planned, applied and rehearsed by the options with which it was checked.
#[test]
fn every_command_takes_the_options_of_a_set() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("sql")).unwrap();
    fs::write(root.path().join("sql/1_a.sql"), "CREATE TABLE a (id INTEGER PRIMARY KEY);").unwrap();
    rusqlite_file(&root.path().join("app.db"));
    for (command, code) in [("plan", 4), ("rehearse", 0), ("up", 0), ("status", 0)] {
        let run = |options: &[&str]| {
            let mut it = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
            it.args(["migratory", command, "--dir", "sql", "--database", "app.db"]);
            it.args(options).current_dir(root.path()).output().unwrap()
        };
        assert_eq!(run(&[]).status.code(), Some(3), "{command}");
        let output = run(&["--up-only"]);
        assert_eq!(output.status.code(), Some(code), "{command}: {output:?}");
    }
}

fn rusqlite_file(path: &Path) {
    let conn = migratory_runtime::rusqlite::Connection::open(path).unwrap();
    conn.execute_batch("CREATE TABLE other (x); DROP TABLE other").unwrap();
}

#[test]
fn options_override_those_of_the_call() {
    let package = package("migratory::embed_migrations!();", &[ITEMS]);
    let folder = package.path().join(NAME).join("migrations");
    fs::remove_file(folder.join("0001_step.down.sql")).unwrap();
    assert_eq!(run(&package, &[]).status.code(), Some(3));
    assert_eq!(text(&run(&package, &["--up-only"])), "1 migration, rehearsed: no findings\n");
}

#[test]
fn every_fault_of_a_call_is_shown() {
    let package = package("migratory::embed_migrations!(watch = maybe, up_olny);", &[ITEMS]);
    let output = run(&package, &[]);
    let file = package.path().join(NAME).join("src");
    let error = String::from_utf8_lossy(&output.stderr).replace(file.to_str().unwrap(), "<src>");
    assert_eq!(output.status.code(), Some(1), "{error}");
    expect![[r#"
        error: invalid call of `embed_migrations!` in <src>/lib.rs
          expected `off` or `on` for `watch`
          unknown option `up_olny`: did you mean `up_only`?
    "#]]
    .assert_eq(&error);
}

#[test]
fn a_call_in_a_macro_is_passed_over() {
    let source = "macro_rules! embed {
        ($folder:literal) => { migratory::embed_migrations!($folder, up_only, module = schema); };
    }
    embed!(\"migrations\");";
    let package = package(source, &[ITEMS]);
    assert_eq!(text(&run(&package, &[])), "1 migration, rehearsed: no findings\n");
}

#[test]
fn the_json_document_has_its_shape() {
    let refused = package(CALL, &[ITEMS, WRONG]);
    let output = text(&run(&refused, &["--format", "json"]));
    let output = output.replace(refused.path().join(NAME).to_str().unwrap(), "<package>");
    expect_file!["check.json"].assert_eq(&output);
    let taken = json(&package(CALL, &[ITEMS]), "json");
    assert_eq!(taken["migrations"], 1);
    assert_eq!(taken["findings"], Value::Array(Vec::new()));
    assert!(taken["rehearsal"]["sqlite"].as_str().unwrap().starts_with("3."));
    assert!(taken["rehearsal"]["gaps"].is_array() && taken["rehearsal"]["untried"].is_array());
}

#[test]
fn workflow_commands_are_escaped_and_relative_to_the_checkout() {
    let package = package(CALL, &[ITEMS, WRONG]);
    let output = run(&package, &["--format", "github"]);
    assert_eq!(output.status.code(), Some(3));
    expect![[r#"
        ::error file=my app%2C 50%25/migrations/0002_step.up.sql,line=3,endLine=3,col=5,endColumn=6,title=M0307%3A a statement has a parameter::`?1` is a parameter%0Anote: a migration has no values to bind: SQLite would use NULL%0Ahelp: write the value itself; quote strings with `'` and names with `"`
        ::error file=my app%2C 50%25/migrations/0002_step.up.sql,line=4,endLine=4,col=1,endColumn=6,title=M0306%3A a file opens or ends a transaction::the file opens a transaction itself: `BEGIN` and `COMMIT`%0Anote: the runner runs the file and writes its history row in one transaction: once the file ends that, a later failure can't be rolled back%0Ahelp: delete these statements: the runner opens and commits the transaction%0Asee: my app, 50%25/migrations/0002_step.up.sql:5
        ::error file=my app%2C 50%25/migrations/0002_step.down.sql,title=M0305%3A a file has no statement::the file has no statement%0Anote: an empty down succeeds without undoing anything: the next up would fail%0Ahelp: write what undoes the up; if there is nothing to undo, write `-- migratory: nothing-to-undo: <reason>`%0Ahelp: or, if a step in Rust undoes the up, write `-- migratory: code`
    "#]].assert_eq(&text(&output));
    let checkout = package.path().join(NAME);
    let mut command = command(&package, &["--format", "github"]);
    let output = command.env("GITHUB_WORKSPACE", &checkout).output().unwrap();
    let text = text(&output);
    assert!(text.starts_with("::error file=migrations/0002_step.up.sql,line="), "{text}");
}

#[test]
fn a_workflow_command_of_several_lines_has_no_columns() {
    let unique = "CREATE UNIQUE INDEX item_by_title\n    ON item (title);\n";
    let package = package(CALL, &[ITEMS, (unique, "DROP INDEX item_by_title;\n")]);
    let text = text(&run(&package, &["--format", "github"]));
    let place = "/0002_step.up.sql,line=1,endLine=2,title=M0510%3A a script assumes something";
    assert!(text.contains(place), "{text}");
}

#[test]
fn the_log_is_sarif() {
    let package = package(CALL, &[ITEMS, WRONG]);
    let log = json(&package, "sarif");
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let base = run["originalUriBaseIds"]["%SRCROOT%"]["uri"].as_str().unwrap();
    assert!(base.starts_with("file:///") && base.ends_with('/'), "{base}");
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "cargo-migratory");
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, Code::ALL.iter().map(|code| code.number()).collect::<Vec<_>>());
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[rule]);
        assert_eq!(result["level"], "error");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let related = result["relatedLocations"].as_array().unwrap();
        result["locations"].as_array().unwrap().iter().chain(related).for_each(is_location);
    }
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 5);
}

fn is_location(location: &Value) {
    let physical = &location["physicalLocation"];
    let file = &physical["artifactLocation"];
    assert!(
        file["uri"].as_str().unwrap().starts_with("my%20app%2C%2050%25/migrations/0002_"),
        "{file}"
    );
    assert_eq!(file["uriBaseId"], "%SRCROOT%");
    if let Some(region) = physical.get("region") {
        let number = |name: &str| region[name].as_u64().unwrap();
        let start = (number("startLine"), number("startColumn"));
        assert!(start >= (1, 1) && start < (number("endLine"), number("endColumn")), "{region}");
    }
}

#[test]
fn a_watch_checks_again_when_something_changes() {
    let package = package(CALL, &[ITEMS]);
    let mut child = command(&package, &["--watch"]);
    let mut child = Ended(child.stdout(Stdio::piped()).spawn().unwrap());
    let (sender, lines) = mpsc::channel();
    let stdout = BufReader::new(child.0.stdout.take().unwrap());
    thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.unwrap())));
    let wait_for = |wanted: &str| {
        while !lines.recv_timeout(Duration::from_secs(60)).expect(wanted).contains(wanted) {}
    };
    wait_for("1 migration, rehearsed: no findings");
    write_pair(&package.path().join(NAME), 2, &NOTES);
    wait_for("2 migrations, rehearsed: no findings");
    fs::write(package.path().join(NAME).join("migrations/0002_step.up.sql"), "").unwrap();
    wait_for("error[M0305]");
    assert!(child.0.try_wait().unwrap().is_none());
}

/// A process that is killed when the test ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
