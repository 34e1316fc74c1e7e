//! `cargo migratory import`, as a process, on folders as the tools write them.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::expect;
use migratory_analysis::{Checked, Options};
use migratory_rehearsal::check;
use migratory_runtime::Version;
use tempfile::TempDir;

#[path = "import/annotated.rs"]
mod annotated;
#[path = "import/generated.rs"]
mod generated;
#[path = "import/in_folders.rs"]
mod in_folders;
#[path = "import/prefixed.rs"]
mod prefixed;
#[path = "import/refused.rs"]
mod refused;
#[path = "import/taken_over.rs"]
mod taken_over;

/// A folder of a tool, and the program's output.
struct Imported {
    place: TempDir,
    said: String,
}

/// Writes the files and runs the program next to them, without a terminal.
fn import(files: &str, args: &str) -> Imported {
    let place = TempDir::new().expect("a folder");
    for (name, text) in parted(files) {
        let path = place.path().join(&name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let said = program(place.path(), args);
    Imported { place, said }
}

/// Splits a text into files, each after a line `=== name`. The indentation of the first line is removed from all,
/// and a `\r` at the end of a line stands for a Windows line end.
fn parted(text: &str) -> Vec<(String, String)> {
    let text = text.trim_start_matches('\n');
    let indent = text.len() - text.trim_start().len();
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = line.get(indent..).unwrap_or_default();
        match (line.strip_prefix("=== "), files.last_mut()) {
            (Some(name), _) => files.push((name.to_owned(), String::new())),
            (None, Some((_, body))) => *body += &line.replace("\\r", "\r"),
            (None, None) => assert!(line.is_empty(), "a line before the first file: {line}"),
        }
        if let Some((_, body)) = files.last_mut().filter(|_| !line.starts_with("=== ")) {
            body.push('\n');
        }
    }
    // The last line holds the closing quote.
    if let Some((_, body)) = files.last_mut() {
        if body.ends_with('\n') {
            body.pop();
        }
    }
    files
}

fn program(folder: &Path, args: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"))
        .args(["migratory", "import"])
        .args(args.split_whitespace())
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").replace('\\', "/");
    let code = out.status.code().expect("a code");
    format!("{}{}exit {code}\n", text(out.stdout), text(out.stderr))
}

impl Imported {
    /// The files of a folder, as `parted` reads them.
    fn files(&self, folder: &str) -> String {
        let folder = self.place.path().join(folder);
        let mut names: Vec<_> = fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        let show = |name: &String| {
            let text = fs::read_to_string(folder.join(name)).expect(name);
            format!("=== {name}\n{}", text.replace('\r', "\\r"))
        };
        names.iter().map(show).collect::<Vec<_>>().concat()
    }

    /// The checked set, or the codes of its findings.
    fn check(&self, folder: &str, accept_through: Option<i64>) -> Result<Checked, String> {
        let options = Options::default();
        let options = match accept_through {
            Some(last) => options.accept_through(Version::new(last)),
            None => options,
        };
        let findings = check(self.place.path(), folder, &options);
        findings
            .map_err(|found| found.iter().map(|it| it.code.number()).collect::<Vec<_>>().join(" "))
    }

    #[track_caller]
    fn accepted(&self, folder: &str, accept_through: Option<i64>) {
        assert_eq!(self.check(folder, accept_through).err(), None);
    }
}

#[test]
fn the_help_has_an_example() {
    let place = TempDir::new().expect("a folder");
    let help = program(place.path(), "--help");
    let example = help.find("Example:").map(|at| &help[at..]);
    expect![[r#"
        Example:
          cargo migratory import --from dbmate db/migrations --to migrations

          db/migrations/20240131120000_add_users.sql becomes
          migrations/20240131120000_add_users.up.sql and .down.sql
        exit 0
    "#]]
    .assert_eq(example.unwrap_or_default());
}
