//! What is wrong with the scripts of a set that is rehearsed though it is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_core::sql::lexer;

use crate::text::script::Script;
use crate::{Code, Findings, Severity};

/// What keeps a rehearsal from running a script as it stands, or from judging it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Where statements were refused: they are not run.
    pub places: Vec<Range<usize>>,
    /// Whether nothing of it can be run: a comment or a text is not closed, there is none to read, no
    /// statement in it, or another migration has its version.
    pub is_unfit: bool,
    /// Whether its head was not understood, so that what it is meant to be and to allow is not known.
    pub is_doubtful: bool,
    /// Whether a migration may be missing before it.
    pub follows_unknown: bool,
}

/// The errors in the texts of the set, by file.
#[derive(Default)]
pub(crate) struct Errors {
    places: BTreeMap<String, Vec<Range<usize>>>,
    /// The files of which nothing can be run.
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

    /// What is wrong with a file that holds this script.
    pub(crate) fn faults(&self, file: &str, script: &Script) -> Faults {
        let places = self.places.get(file).cloned().unwrap_or_default();
        // What a script does that rolls back half of itself can't be told from the rest of its statements.
        let takes_back = |place: &Range<usize>| {
            let text = script.sql.get(place.clone()).unwrap_or_default();
            lexer::meaningful(text).next().is_some_and(|token| token.is_word("rollback"))
        };
        let is_unfit = self.unfit.contains(file) || places.iter().any(takes_back);
        Faults { places, is_unfit, is_doubtful: script.header.is_doubtful, follows_unknown: false }
    }
}
