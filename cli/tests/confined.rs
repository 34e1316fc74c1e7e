//! Commands that run the SQL of a folder on a database of their own: the SQL reaches nothing else.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use migratory_runtime::rusqlite::Connection;
use tempfile::TempDir;

/// Files that the rehearsal skips and the command line runs.
const UNREHEARSED: &str = "-- migratory: no-rehearsal: the application attaches it\n";

const ESCAPES: [&str; 4] = [
    "ATTACH ('stolen' || '.db') AS y; CREATE TABLE y.t (x);",
    "ATTACH lower('STOLEN.DB') AS y; CREATE TABLE y.t (x);",
    "-- migratory: no-transaction\nVACUUM INTO ('stolen' || '.db');",
    "CREATE TABLE t (x); INSERT INTO t VALUES (load_extension('./stolen.db'));",
];

/// Commands that run the migrations on an in-memory database or on a copy.
const COMMANDS: [&[&str]; 8] = [
    &["check"],
    &["new", "add_title_to_item"],
    &["schema"],
    &["diff", "empty", "latest"],
    &["diagram"],
    &["verify", "--database", "app.db"],
    &["rehearse", "--database", "app.db"],
    &["baseline", "2", "--database", "app.db"],
];

fn package(escape: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[package]\nname = \"app\"\n");
    write("src/lib.rs", "migratory::embed_migrations!();");
    write("migrations/0001_item.up.sql", "CREATE TABLE item (id INTEGER PRIMARY KEY);");
    write("migrations/0001_item.down.sql", "DROP TABLE item;");
    let output = run(root.path(), &["up", "--database", "app.db"]);
    assert!(output.status.success(), "{output:?}");
    write("migrations/0002_escape.up.sql", escape);
    write("migrations/0002_escape.down.sql", "SELECT 1 WHERE 0;");
    root
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
    command.arg("migratory").args(arguments).current_dir(folder).output().unwrap()
}

fn is_clean(folder: &Path) -> bool {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.into_iter().all(|name| !name.to_string_lossy().to_ascii_lowercase().contains("stolen"))
}

#[test]
fn no_command_lets_a_script_reach_another_file() {
    for escape in ESCAPES {
        for head in ["", UNREHEARSED] {
            let package = package(&format!("{head}{escape}"));
            for arguments in COMMANDS {
                let output = run(package.path(), arguments);
                assert!(is_clean(package.path()), "{arguments:?} {head}{escape} {output:?}");
            }
        }
    }
}

#[test]
fn a_vacuum_runs_in_every_command() {
    let package = package("-- migratory: no-transaction\nVACUUM;");
    let down = package.path().join("migrations/0002_escape.down.sql");
    fs::write(down, "-- migratory: nothing-to-undo: it only makes the file smaller\n").unwrap();
    for arguments in COMMANDS {
        let output = run(package.path(), arguments);
        assert!(output.status.success() || arguments[0] == "verify", "{arguments:?} {output:?}");
    }
    let conn = Connection::open(package.path().join("app.db")).unwrap();
    let tables: i64 = conn.query_row("SELECT count(*) FROM item", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0);
}
