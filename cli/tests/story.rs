//! Runs the terminal session in `cli/README.md`, and compares it with the text there.
//!
//! `BLESS=1 cargo test -p cargo-migratory --test story` rewrites it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use migratory_runtime::rusqlite::Connection;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- The session is written by cli/tests/story.rs. -->\n```console\n";
const END: &str = "```\n";

/// A line of the story.
enum Line {
    /// A comment.
    Remark(&'static str),
    /// `cargo migratory` with these arguments.
    Runs(&'static str),
    /// Writes a file; shown as an editor's command.
    Writes(&'static str, &'static str, &'static str),
    /// Replaces texts in a file; without any, restores the text before the last edit.
    Edits(&'static str, &'static [(&'static str, &'static str)], &'static str),
    /// The application runs.
    Uses(&'static str),
}

use Line::{Edits, Remark, Runs, Uses, Writes};

const NOTES: &str = "-- Keeps notes, and who wrote them.\n
CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES author (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;
";

const UP: &str = "migrations/0002_make_name_nullable_in_author.up.sql";
const DOWN: &str = "migrations/0002_make_name_nullable_in_author.down.sql";

const STORY: &[Line] = &[
    Remark("Set up migrations in a package."),
    Runs("init --yes"),
    Writes("migrations/0001_initial_schema.up.sql", NOTES, "the tables author and note"),
    Writes(
        "migrations/0001_initial_schema.down.sql",
        "DROP TABLE note;\nDROP TABLE author;\n",
        "both dropped",
    ),
    Runs("up"),
    Uses(
        "INSERT INTO author VALUES (1, 'Ada'); INSERT INTO note VALUES (1, 1, 'First'), (2, 1, 'Second')",
    ),
    Remark("A second migration, generated from its name. Only its author knows the reason."),
    Runs("new make_name_nullable_in_author"),
    Edits(DOWN, &[("(no_nulls):", "(no_nulls): all authors have names")], "the reason"),
    Remark("She deletes the pragmas, and finds out what they are for."),
    Edits(
        UP,
        &[("PRAGMA foreign_keys = OFF;\n", ""), ("PRAGMA foreign_keys = ON;\n", "")],
        "without them",
    ),
    Runs("check"),
    Edits(UP, &[], "with them"),
    Runs("check"),
    Remark("Before the release, a rehearsal on a copy of the real database."),
    Runs("rehearse"),
    Runs("up"),
    Remark("The release was a mistake."),
    Runs("down --yes"),
    Runs("status"),
];

struct Session {
    folder: tempfile::TempDir,
    text: String,
    /// The content of a file before it was last written.
    before: String,
}

impl Session {
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn run_line(&mut self, line: &Line) {
        match line {
            Remark(text) => writeln!(self.text, "# {text}").unwrap(),
            Runs(args) => self.run(args),
            Writes(file, text, about) => self.write(file, text, about),
            Edits(file, edits, about) => self.edit(file, edits, about),
            Uses(sql) => {
                writeln!(self.text, "$ sqlite3 app.db \"{sql}\"").unwrap();
                Connection::open(self.path("app.db")).unwrap().execute_batch(sql).unwrap();
            }
        }
    }

    fn write(&mut self, file: &str, text: &str, about: &str) {
        writeln!(self.text, "$ $EDITOR {file}    # {about}").unwrap();
        let path = self.path(file);
        self.before = fs::read_to_string(&path).unwrap();
        fs::write(path, text).unwrap();
    }

    fn edit(&mut self, file: &str, edits: &[(&str, &str)], about: &str) {
        let mut text = fs::read_to_string(self.path(file)).unwrap();
        for (from, to) in edits {
            assert!(text.contains(from), "{file}: {text}");
            text = text.replace(from, to);
        }
        if edits.is_empty() {
            text = std::mem::take(&mut self.before);
        }
        self.write(file, &text, about);
    }

    fn run(&mut self, args: &str) {
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"))
            .args(args.split_whitespace())
            .current_dir(self.folder.path())
            .env("DATABASE_URL", "sqlite:app.db")
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        writeln!(self.text, "$ cargo migratory {args}").unwrap();
        let said = [output.stderr, output.stdout].map(|it| String::from_utf8(it).unwrap()).concat();
        self.text += &self.steady(&said);
    }

    /// Replaces what differs between runs: times, durations, and the package's path.
    fn steady(&self, said: &str) -> String {
        let here = fs::canonicalize(self.folder.path()).unwrap();
        let said = said.replace(&format!("{}/", here.display()), "");
        let said = said.replace(&format!("{}/", self.folder.path().display()), "");
        let words = said.split_inclusive([' ', '\n']).map(|word| {
            let (text, end) = word.split_at(word.trim_end().len());
            format!("{}{end}", dated(text))
        });
        let words = words.collect::<String>();
        words.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// Replaces a time by a constant.
fn dated(word: &str) -> String {
    let is = |shape: &str| {
        word.len() == shape.len()
            && word
                .chars()
                .zip(shape.chars())
                .all(|(it, shape)| if shape == '0' { it.is_ascii_digit() } else { it == shape })
    };
    match word {
        _ if is("0000-00-00") => "2026-11-21".to_owned(),
        _ if is("00:00:00") => "10:15:00".to_owned(),
        word if word.contains(".backup") => "app.db.20261121T101500Z-v1.backup".to_owned(),
        word => word.to_owned(),
    }
}

/// Replaces durations by constants, with the spaces before them: their number depends on the duration.
fn untimed(line: &str) -> String {
    let mut steady = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("  ") {
        let after = after.trim_start();
        steady.push_str(before);
        let blanks = rest.len() - before.len() - after.len();
        let word = after.split("  ").next().unwrap_or_default();
        if word == "took" || is_duration(word) {
            let unit = word.rsplit(' ').next().unwrap_or_default();
            steady += "  ";
            steady += match unit {
                "ms" => "1 ms",
                "s" => "0.1 s",
                head => head,
            };
            rest = &after[word.len()..];
        } else {
            steady += &" ".repeat(blanks);
            rest = after;
        }
    }
    steady + rest
}

/// `12 ms`, `0.4 ms`, `3.2 s` or `< 1 ms`.
fn is_duration(word: &str) -> bool {
    let figure = word.strip_prefix("< ").unwrap_or(word);
    let figure = figure.strip_suffix(" ms").or_else(|| figure.strip_suffix(" s"));
    figure.is_some_and(|figure| figure.parse::<f64>().is_ok())
}

#[test]
fn the_session_in_the_readme_is_reproducible() {
    let mut session = Session {
        folder: tempfile::tempdir().unwrap(),
        text: String::new(),
        before: String::new(),
    };
    fs::create_dir(session.path("src")).unwrap();
    let manifest = "[package]\nname = \"notes\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    fs::write(session.path("Cargo.toml"), manifest).unwrap();
    fs::write(session.path("src/main.rs"), "fn main() {}\n").unwrap();
    for line in STORY {
        session.run_line(line);
    }
    let text: String =
        session.text.lines().map(|line| untimed(line).trim_end().to_owned() + "\n").collect();
    let readme = fs::read_to_string(Path::new(README)).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the place of the session");
    let (written, after) = rest.split_once(END).expect("its end");
    if std::env::var_os("BLESS").is_some() {
        fs::write(README, format!("{before}{BEGIN}{text}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(written, text, "update it: BLESS=1 cargo test -p cargo-migratory --test story");
}
