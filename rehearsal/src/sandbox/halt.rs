//! What ends the whole rehearsal: a bound that it reached, or an error of SQLite itself.

use std::fmt;
use std::ops::Range;

use migratory_analysis::CheckedScript;
use migratory_runtime::__private::{Failure, Refusal, Trouble, code};
use rusqlite::ErrorCode;

/// What ends the rehearsal early: a bound, or an error of SQLite itself.
#[derive(Debug)]
pub(crate) struct Halt {
    error: rusqlite::Error,
    /// The file and the statement that ran.
    pub(crate) place: Option<(String, Range<usize>)>,
}

impl Halt {
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        code(&self.error)
    }

    /// Returns why a script failed, if it did. Ends the rehearsal as [`Halt::check`] does.
    pub(crate) fn trouble(
        script: &CheckedScript,
        outcome: Result<(), Trouble>,
    ) -> Result<Option<Trouble>, Self> {
        outcome.err().map(|trouble| Self::check(script, trouble)).transpose()
    }

    /// Ends the rehearsal if the script reached a bound, since that is not a fault of the script on
    /// these rows.
    pub(crate) fn check(script: &CheckedScript, trouble: Trouble) -> Result<Trouble, Self> {
        match trouble {
            Trouble::Statement(Failure { source: Some(error), statement, .. })
                if is_bound(&error) =>
            {
                Err(Self { error, place: Some((script.file.clone(), statement)) })
            }
            Trouble::Refusal(Refusal::Sqlite(error)) => Err(error.into()),
            trouble => Ok(trouble),
        }
    }
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        Self { error, place: None }
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

fn is_bound(error: &rusqlite::Error) -> bool {
    matches!(
        code(error),
        Some(
            ErrorCode::OperationInterrupted
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::TooBig
        )
    )
}
