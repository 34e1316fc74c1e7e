//! A trap in one text file: a set that is refused, the corrected set, and the message about the first.
//!
//! ```text
//! == 0001_note.up.sql
//! what both sets have
//! == 0002_body.up.sql bad
//! what the refused set has
//! == 0002_body.up.sql good
//! what the corrected set has
//! == where
//! 0002_body.up.sql:3  why this line is refused
//! == expected
//! the message
//! ```

use std::fs;
use std::path::{Path, PathBuf};

/// How the lines between the parts begin.
const HEAD: &str = "== ";

/// A set that is refused, and the same set corrected.
#[derive(Debug, Default)]
pub(crate) struct Case {
    path: PathBuf,
    bad: Vec<(String, String)>,
    good: Vec<(String, String)>,
    places: String,
    expected: String,
}

impl Case {
    /// Returns all traps, sorted.
    pub(crate) fn all() -> Vec<Self> {
        let root = root();
        let mut paths: Vec<_> = entries(&root).iter().flat_map(|trap| entries(trap)).collect();
        paths.sort();
        assert!(paths.len() >= 160, "no traps");
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Returns the trap of this name, such as `15_wrong_down/rows_lost`.
    #[allow(dead_code, reason = "the example `caught` uses it")]
    pub(crate) fn named(name: &str) -> Self {
        Self::read(&root().join(format!("{name}.txt")))
    }

    fn read(path: &Path) -> Self {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut case = Self { path: path.to_owned(), ..Self::default() };
        for part in format!("\n{text}").split(&format!("\n{HEAD}")).skip(1) {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            // Splitting removes the line end of each part but the last.
            let body = if body.is_empty() || body.ends_with('\n') {
                body.to_owned()
            } else {
                format!("{body}\n")
            };
            case.take(head, body);
        }
        assert!(!case.bad.is_empty() && !case.places.is_empty(), "{}", path.display());
        case
    }

    fn take(&mut self, head: &str, body: String) {
        match head.rsplit_once(' ') {
            Some((name, "bad")) => self.bad.push((name.to_owned(), body)),
            Some((name, "good")) => self.good.push((name.to_owned(), body)),
            None if head == "where" => self.places = body,
            None if head == "expected" => self.expected = body,
            _ => {
                self.bad.push((head.to_owned(), body.clone()));
                self.good.push((head.to_owned(), body));
            }
        }
    }

    /// Returns its path, from the folder of the package.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Writes the two sets to the folders `bad` and `good` of a package.
    pub(crate) fn write(&self, package: &Path) {
        for (folder, files) in [("bad", &self.bad), ("good", &self.good)] {
            for (name, text) in files {
                let file = package.join(folder).join(name);
                fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                fs::write(file, text).expect("a file");
            }
        }
    }

    /// Returns the lines that name the refused places.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.places.lines()
    }

    /// Returns the reviewed message.
    pub(crate) fn expected(&self) -> &str {
        &self.expected
    }

    /// Replaces the message in the file.
    pub(crate) fn bless(&self, message: &str) {
        let text = fs::read_to_string(&self.path).expect("a trap");
        let head = format!("{HEAD}expected\n");
        let (before, _) = text.split_once(&head).expect("a message");
        fs::write(&self.path, format!("{before}{head}{message}")).expect("a file");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
