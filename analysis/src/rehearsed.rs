//! What a rehearsal found out.

use std::collections::BTreeMap;

use migratory_runtime::{Checksum, Version};

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
