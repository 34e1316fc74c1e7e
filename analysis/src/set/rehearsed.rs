//! The result of a rehearsal.

use std::collections::BTreeMap;

use migratory_core::{Checksum, Version};

/// The result of a rehearsal, apart from its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// The fingerprint of the schema after each migration.
    pub schemas: Vec<Checksum>,
    /// The version of SQLite that ran the rehearsal.
    pub sqlite: String,
    /// Tables that could not be filled with rows, with the version and the reason. No script was tried on their rows.
    pub gaps: BTreeMap<String, (Version, String)>,
    /// Scripts that could not be tried on all rows, each listed once.
    pub untried: Vec<Untried>,
    /// The tables that each migration writes.
    pub writes: Vec<Writes>,
}

/// A script that could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    /// The path of the file, relative to the package and separated by `/`.
    pub file: String,
    /// The reason.
    pub reason: UntriedReason,
}

/// Why a script could not be tried on all rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UntriedReason {
    /// A step in Rust may change the rows on which the script fails.
    Step,
    /// It fails on many kinds of unusual rows, each ruled out by its assumptions.
    RuledOut,
    /// It fails with this error on every generated row, and states that such rows do not occur.
    Assumed(String),
    /// It fails with this error because of the content of generated rows.
    Content(String),
}

/// The tables that a migration's scripts write, one per line; `None` for scripts whose writes the runtime doesn't need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    /// Those of its up.
    pub up: Option<String>,
    /// Those of its down.
    pub down: Option<String>,
}

impl Rehearsal {
    /// Records a script that could not be tried on rows; keeps the first reason for each script.
    pub fn leave(&mut self, file: &str, reason: UntriedReason) {
        if !self.untried.iter().any(|untried| untried.file == file) {
            self.untried.push(Untried { file: file.to_owned(), reason });
        }
    }
}
