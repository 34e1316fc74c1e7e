//! Validates a set: its numbers, its pairs, and what its directives say about versions.

use crate::compatible;
use crate::number;
use crate::other_tool;
use crate::pair::{self, Pair};
use crate::parsed::ParsedSet;
use crate::{Findings, Options};

/// A set without an error that shows before it runs; the pairs ascend by version.
#[derive(Debug)]
pub(crate) struct ValidSet {
    pub(crate) folder: String,
    pub(crate) pairs: Vec<Pair>,
}

impl ValidSet {
    /// Validates a set. Returns `None` if this or an earlier phase found an error.
    pub(crate) fn validate(
        set: ParsedSet,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        if let Some(other) = other_tool::check(&set.folder, &set.scripts) {
            // Its names and missing downs follow that tool's rules; importing the folder resolves them.
            findings.push(other);
            for script in &set.scripts {
                findings.keep(&script.path, script.script.as_ref().map_or("", |it| &it.sql));
            }
            return None;
        }
        number::check(&set, options, findings);
        compatible::check(&set, findings);
        let folder = set.folder.clone();
        let pairs = pair::pair(set, options, findings);
        (!findings.has_errors()).then_some(Self { folder, pairs })
    }
}
