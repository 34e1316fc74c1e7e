//! What a rehearsal found out.

use std::collections::BTreeMap;

use migratory_core::{Checksum, Version};

/// What a rehearsal found out, besides its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    pub writes: Vec<Writes>,
}

/// A script that could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    /// Its file, relative to the package, with `/`.
    pub file: String,
    /// Why it could not.
    pub reason: UntriedReason,
}

/// Why a script could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
pub struct Writes {
    /// Of its up.
    pub up: Option<String>,
    /// Of its down.
    pub down: Option<String>,
}

impl Rehearsal {
    /// Notes a script that could not be tried on rows.
    pub fn leave(&mut self, file: &str, reason: UntriedReason) {
        if !self.untried.iter().any(|untried| untried.file == file) {
            self.untried.push(Untried { file: file.to_owned(), reason });
        }
    }
}
