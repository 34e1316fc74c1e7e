//! `cargo migratory explain` and `cargo migratory completions`, as processes.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fs;
use std::process::{Command, Output, Stdio};

use expect_test::expect;
use migratory_analysis::Code;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
    command.args(arguments).env_remove("CLICOLOR_FORCE").output().unwrap()
}

fn text(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_code_is_explained_in_any_spelling() {
    let output = text(&run(&["explain", "M0503"]));
    expect![[r#"
        M0503: a down does not restore the schema

        After up and down, the schema differs from the one before. On a user's database
        that was rolled back, an older program would find something that it doesn't
        know, or miss something that it needs, and the next up would run into the
        leftovers. Undo in the down everything that the up does, in reverse order.

        Before

            CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);

        Bad

            0002_notes.up.sql:
            ALTER TABLE item ADD COLUMN note TEXT;
            CREATE TABLE shelf (id INTEGER PRIMARY KEY);

            0002_notes.down.sql:
            DROP TABLE shelf;

        Good

            0002_notes.up.sql:
            ALTER TABLE item ADD COLUMN note TEXT;
            CREATE TABLE shelf (id INTEGER PRIMARY KEY);

            0002_notes.down.sql:
            DROP TABLE shelf;
            ALTER TABLE item DROP COLUMN note;
    "#]]
    .assert_eq(&output);
    for number in ["m0503", "0503"] {
        assert_eq!(text(&run(&["explain", number])), output, "{number}");
    }
}

#[test]
fn all_codes_are_explained_for_a_terminal_and_for_a_page() {
    for (format, mark) in [("text", ""), ("markdown", "## ")] {
        let output = text(&run(&["explain", "--all", "--format", format]));
        for code in Code::ALL {
            let heading = format!("{mark}{code}: {}\n", code.title());
            assert_eq!(output.matches(&heading).count(), 1, "{heading}");
        }
        assert!(!output.contains("\n\n\n"), "{format}");
    }
}

#[test]
fn similar_codes_are_suggested_for_an_unknown_one() {
    let output = run(&["explain", "M0301", "M0312"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    expect![[r#"
        error: no such code: M0312
          similar codes:
          M0302: a file is UTF-16
          M0212: two states of the set have the same stamp
          M0412: a step in Rust contradicts the rest of the file
        help: `cargo migratory explain --all` explains all codes
    "#]]
    .assert_eq(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(run(&["explain"]).status.code(), Some(2));
    assert_eq!(run(&["explain", "M0301", "--all"]).status.code(), Some(2));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
    let command = command.args(["explain", "--all"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn every_shell_has_its_completions_and_every_command_its_page() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&run(&["completions", shell]));
        assert!(script.contains("cargo-migratory") && script.contains("explain"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man/man1");
    assert_eq!(text(&run(&["completions", "--man", pages.to_str().unwrap()])), "");
    for page in ["cargo-migratory.1", "cargo-migratory-check.1", "cargo-migratory-explain.1"] {
        let page = fs::read_to_string(pages.join(page)).unwrap();
        assert!(page.contains("cargo migratory") || page.contains("cargo\\-migratory"), "{page}");
    }
    let file = pages.join("cargo-migratory.1");
    let output = run(&["completions", "--man", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(run(&["completions"]).status.code(), Some(2));
}
