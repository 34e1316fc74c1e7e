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
    /// Scripts that could not be tried on rows, since they depend on what the texts in them say.
    pub untried: Vec<String>,
}
