//! What a rehearsal found out.

use std::collections::BTreeMap;

use migratory_core::{Checksum, Version};

/// What a rehearsal found out, beside its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rehearsal {
    /// The fingerprint of the schema after each migration.
    pub schemas: Vec<Checksum>,
    /// The version of SQLite that the set was rehearsed on.
    pub sqlite: String,
    /// Tables that could not be filled with rows, at which version, and why: what they may hold was not tried.
    pub gaps: BTreeMap<String, (Version, String)>,
    /// Scripts that could not be tried on all rows, each once.
    pub untried: Vec<Untried>,
    /// What each migration writes to.
    pub(crate) writes: Vec<Writes>,
}

/// A script that could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Untried {
    /// Its file, relative to the package, with `/`.
    pub file: String,
    /// Why it could not.
    pub reason: UntriedReason,
}

/// Why a script could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum UntriedReason {
    /// A step in Rust may see to what the script fails on.
    Step,
    /// It fails on many kinds of unusual rows, each ruled out by its assumptions.
    RuledOut,
    /// It fails on each row that was made up, with these words, and states that such rows do not occur.
    Assumed(String),
    /// It fails on the content of rows that were made up, with these words.
    Content(String),
}

/// The tables that a migration's scripts write to, one a line; `None` where nobody asks for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Writes {
    pub(crate) up: Option<String>,
    pub(crate) down: Option<String>,
}

#[cfg(feature = "rehearsal")]
impl Writes {
    /// As two words of a line.
    pub(crate) fn spelt(&self) -> String {
        let word = |tables: &Option<String>| match tables {
            None => "-".to_owned(),
            Some(tables) => {
                let digits = tables.bytes().map(|byte| format!("{byte:02x}"));
                std::iter::once("=".to_owned()).chain(digits).collect()
            }
        };
        format!("{} {}", word(&self.up), word(&self.down))
    }

    /// From what [`Writes::spelt`] made; `None` of anything else.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let word = |word: &str| {
            let Some(digits) = word.strip_prefix('=') else {
                return (word == "-").then_some(None);
            };
            let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            let bytes: Option<Vec<_>> = (0..digits.len()).step_by(2).map(byte).collect();
            String::from_utf8(bytes?).ok().map(Some)
        };
        let (up, down) = line.split_once(' ')?;
        Some(Self { up: word(up)?, down: word(down)? })
    }
}

#[cfg(feature = "rehearsal")]
impl Rehearsal {
    /// Notes a script that could not be tried on rows.
    pub(crate) fn leave(&mut self, file: &str, reason: UntriedReason) {
        if !self.untried.iter().any(|untried| untried.file == file) {
            self.untried.push(Untried { file: file.to_owned(), reason });
        }
    }
}

#[cfg(all(test, feature = "rehearsal"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_to_is_read_as_it_was_spelt() {
        let tables = ["", "note", "a b\nÄ=-"].map(|tables| Some(tables.to_owned()));
        for up in tables.iter().chain([&None]) {
            for down in tables.iter().chain([&None]) {
                let writes = Writes { up: up.clone(), down: down.clone() };
                assert_eq!(Writes::read(&writes.spelt()), Some(writes));
            }
        }
        for line in ["", "-", "- ", "- =0", "- =zz", "=ff -", "- - -", "-  -", "x -"] {
            assert_eq!(Writes::read(line), None, "{line}");
        }
    }
}
