//! The options of the checks.

use std::path::PathBuf;
use std::time::Duration;

use migratory_core::Version;

use crate::Severity;

/// How to read and rehearse a folder of migrations. Starts from [`Options::default`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "the options are independent")]
pub struct Options {
    /// Whether migrations may lack a down. Downs that exist are still used.
    pub up_only: bool,
    /// The last version that shipped before the set had to meet the rules.
    ///
    /// Migrations up to it are accepted as they are, in the order in which the former tool ran them: numbers,
    /// names, missing and empty files, transactions around whole files, strings in double quotes. The ups must run;
    /// the rules don't judge them. May be given as the digits in the file name.
    pub accept_through: Option<Version>,
    /// Whether to rehearse the set on SQLite at all.
    pub rehearsal: bool,
    /// Whether to rehearse on populated tables, and not just on empty ones.
    pub populated: bool,
    /// Whether the application enforces foreign keys, as rusqlite's bundled SQLite does by default.
    pub foreign_keys: bool,
    /// The time limit of the rehearsal, to which each migration adds a tenth of a second, and each MiB of SQL four.
    pub time_limit: Duration,
    /// Whether an assumption that the schema does not guarantee is a warning, not an error.
    pub assumptions_warn: bool,
    /// Functions that the application registers, each with its number of arguments.
    pub functions: Vec<(String, i32)>,
    /// Collations that the application registers.
    pub collations: Vec<String>,
    /// A file that records which migrations passed, so that they are not rehearsed again.
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
    /// Sets whether migrations may lack a down.
    #[must_use]
    pub fn up_only(self, up_only: bool) -> Self {
        Self { up_only, ..self }
    }

    /// Accepts migrations up to and including this version as they are.
    #[must_use]
    pub fn accept_through(self, version: Version) -> Self {
        Self { accept_through: Some(version), ..self }
    }

    /// The severity of a finding that rests on an assumption.
    pub fn assumption_severity(&self) -> Severity {
        if self.assumptions_warn { Severity::Warning } else { Severity::Error }
    }

    /// Whether the migration with this version is accepted as it is.
    pub fn accepts(&self, version: Version) -> bool {
        self.accept_through.is_some_and(|last| version <= last)
    }
}
