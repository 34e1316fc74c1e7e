//! Commands on folders with special files: each one ends with a message, and reads nothing from elsewhere.
#![cfg(unix)]

#[allow(dead_code, reason = "not all that lies in these packages can be read")]
mod package;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use package::Package;

/// The content of a file outside of the package, which must not appear in any output.
const SECRET: &str = "-- hunter2\nSELECT 1;\n";

const CALL: &str = "migratory::embed_migrations!();\n";

/// A package with a migration, and a file outside of it.
fn package() -> (Package, tempfile::TempDir) {
    let package = Package::new(&[
        ("src/main.rs", CALL),
        ("migrations/0001_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);\n"),
        ("migrations/0001_a.down.sql", "DROP TABLE a;\n"),
    ]);
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.sql"), SECRET).expect("a file");
    (package, outside)
}

/// Creates a pipe without a writer.
fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

#[test]
fn import_reads_regular_files_of_its_folder() {
    for (name, link) in [("a pipe", None), ("a link out", Some(())), ("a device", None)] {
        let (package, outside) = package();
        let path = package.path().join("old/2_b.sql");
        let text = "-- migrate:up\nCREATE TABLE b (x);\n-- migrate:down\nDROP TABLE b;\n";
        package.write("old/1_a.sql", text);
        match (name, link) {
            ("a pipe", _) => pipe(&path),
            (_, Some(())) => symlink(outside.path().join("secret.sql"), &path).expect("a link"),
            _ => symlink("/dev/zero", &path).expect("a link"),
        }
        let run = package.run(&["import", "--from", "dbmate", "old", "--to", "imported", "--yes"]);
        let said = format!("{}{}", run.out(), run.err());
        assert_ne!(run.code(), 0, "{name}: {said}");
        assert!(said.contains("can't read") && said.contains("2_b.sql"), "{name}: {said}");
        assert!(!said.contains("hunter2") && !package.path().join("imported").exists(), "{name}");
    }
}

#[test]
fn calls_are_searched_in_regular_files_and_each_folder_once() {
    let (package, _outside) = package();
    pipe(&package.path().join("src/pipe.rs"));
    symlink("/dev/zero", package.path().join("src/zero.rs")).expect("a link");
    for name in ["one", "two", "three"] {
        symlink(".", package.path().join("src").join(name)).expect("a link");
    }
    let out = package.run(&["check"]).ok();
    assert!(out.contains("1 migration"), "{out}");
}

#[test]
fn a_new_migration_is_checked_without_special_files() {
    let (package, outside) = package();
    pipe(&package.path().join("migrations/0003_c.up.sql"));
    symlink(outside.path().join("secret.sql"), package.path().join("migrations/0004_d.up.sql"))
        .expect("a link");
    symlink("..", package.path().join("migrations/up")).expect("a link");
    let run = package.run(&["new", "add_column_b_to_a"]);
    assert!(!format!("{}{}", run.out(), run.err()).contains("hunter2"));
    let run = package.run(&["check"]);
    let said = format!("{}{}", run.out(), run.err());
    assert!(said.contains("is neither a file nor a folder") && !said.contains("hunter2"), "{said}");
}

#[test]
fn init_changes_regular_files_only() {
    for name in ["build.rs", ".gitattributes"] {
        let (package, _outside) = package();
        pipe(&package.path().join(name));
        let said = package.run(&["init", "--yes"]).fails(1);
        assert!(said.contains(name) && said.contains("it is not a regular file"), "{said}");
    }
}
