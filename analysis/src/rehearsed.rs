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
    /// Scripts that could not be tried on rows, since they depend on what the texts in them say, or on
    /// what a step in Rust does.
    pub untried: Vec<String>,
    /// What each migration writes to.
    pub(crate) writes: Vec<Writes>,
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
    pub(crate) fn leave(&mut self, file: &str) {
        if !self.untried.iter().any(|untried| untried == file) {
            self.untried.push(file.to_owned());
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
