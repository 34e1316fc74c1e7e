//! Faults of scripts in a set that is refused, but still rehearsed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_core::sql::lexer;

use crate::text::script::Script;
use crate::{Code, Findings, Severity};

/// Faults that keep the rehearsal from running a script unchanged, or from judging it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The byte ranges of refused statements, which the rehearsal does not run.
    pub places: Vec<Range<usize>>,
    /// Whether none of it can run: it could not be read, it has no statement or an unclosed comment or quote, or
    /// another migration has its version.
    pub is_unfit: bool,
    /// Whether its header has an error, so that the author's intention is unknown.
    pub is_doubtful: bool,
    /// Whether a migration may be missing before it.
    pub follows_unknown: bool,
}

/// The errors in the texts of a set, by file.
#[derive(Default)]
pub(crate) struct Errors {
    places: BTreeMap<String, Vec<Range<usize>>>,
    /// The files that can't run at all.
    unfit: BTreeSet<String>,
}

impl Errors {
    pub(crate) fn of(findings: &Findings) -> Self {
        let mut errors = Self::default();
        for each in findings.iter().filter(|each| each.severity == Severity::Error) {
            for label in &each.labels {
                let file = label.file.clone();
                match each.code {
                    Code::Unterminated | Code::NulByte | Code::NoStatement => {
                        errors.unfit.insert(file);
                    }
                    Code::TransactionStatement | Code::Parameter => {
                        errors.places.entry(file).or_default().extend(label.range.clone());
                    }
                    _ => {}
                }
            }
        }
        errors
    }

    /// Returns the faults of a file that holds this script.
    pub(crate) fn faults(&self, file: &str, script: &Script) -> Faults {
        let places = self.places.get(file).cloned().unwrap_or_default();
        // If a script rolls back a part of itself, its other statements don't show what it does.
        let is_rollback = |place: &Range<usize>| {
            let text = script.sql.get(place.clone()).unwrap_or_default();
            lexer::meaningful(text).next().is_some_and(|token| token.is_word("rollback"))
        };
        let is_unfit = self.unfit.contains(file) || places.iter().any(is_rollback);
        Faults { places, is_unfit, is_doubtful: script.header.is_doubtful, follows_unknown: false }
    }
}
