//! The set after its numbers and its pairs were found right.

use crate::compatible;
use crate::number;
use crate::other_tool;
use crate::pair::{self, Pair};
use crate::parsed::ParsedSet;
use crate::{Findings, Options};

/// A set without a fault, as far as that can be told without running it; in ascending order.
#[derive(Debug)]
pub(crate) struct ValidSet {
    pub(crate) folder: String,
    pub(crate) pairs: Vec<Pair>,
}

impl ValidSet {
    /// Validates a set; `None` if an error was found, be it here or in a phase before.
    pub(crate) fn validate(
        set: ParsedSet,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        if let Some(other) = other_tool::check(&set.folder, &set.scripts) {
            // Its names and its missing downs are that tool's, and go with the import.
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
