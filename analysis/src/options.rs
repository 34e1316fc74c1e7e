//! What a user may ask of the checks.

use std::path::PathBuf;
use std::time::Duration;

use migratory_runtime::Version;

#[cfg(feature = "rehearsal")]
use crate::Severity;

/// How a folder of migrations is read and rehearsed; made by [`Options::default`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// Whether migrations need no down. A down that exists is used all the same.
    pub up_only: bool,
    /// The last version that shipped before the set was held to the rules.
    ///
    /// Up to there the set is taken as it is, in the order in which the former tool ran it: its numbers,
    /// names, missing and empty files, transactions around whole files, texts in double quotes. The ups
    /// have to run, and are not judged. The digits of a file name are understood.
    pub accept_through: Option<Version>,
    /// Whether the set is rehearsed on SQLite at all.
    pub rehearsal: bool,
    /// Whether it is rehearsed on populated tables too, and not on empty ones alone.
    pub populated: bool,
    /// Whether the application has foreign keys on, as rusqlite's bundled SQLite has them.
    pub foreign_keys: bool,
    /// How long the rehearsal may take, beside a tenth of a second for each migration.
    pub time_limit: Duration,
    /// Whether what rests on a fact that the schema does not hold is a warning, and not an error.
    pub assumptions_warn: bool,
    /// Functions that the application registers itself, and how many arguments they take.
    pub functions: Vec<(String, i32)>,
    /// Collations that the application registers itself.
    pub collations: Vec<String>,
    /// A file in which to remember that a set passed, so that it need not be rehearsed again.
    pub memo: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            up_only: false,
            accept_through: None,
            rehearsal: true,
            populated: true,
            foreign_keys: true,
            time_limit: Duration::from_secs(30),
            assumptions_warn: false,
            functions: Vec::new(),
            collations: Vec::new(),
            memo: None,
        }
    }
}

impl Options {
    /// Sets whether migrations need no down.
    #[must_use]
    pub fn up_only(self, up_only: bool) -> Self {
        Self { up_only, ..self }
    }

    /// Accepts what shipped up to and with this version.
    #[must_use]
    pub fn accept_through(self, version: Version) -> Self {
        Self { accept_through: Some(version), ..self }
    }

    #[cfg(feature = "rehearsal")]
    pub(crate) fn assumption_severity(&self) -> Severity {
        if self.assumptions_warn { Severity::Warning } else { Severity::Error }
    }

    pub(crate) fn accepts(&self, version: Version) -> bool {
        self.accept_through.is_some_and(|last| version <= last)
    }
}
