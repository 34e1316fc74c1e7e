//! Creates errors from their kind, and from SQLite's.
//!
//! An `ErrorKind` has 100 bytes or more, and an `Error` is one pointer. So all functions return the
//! latter, from where the error occurs.

use rusqlite::ErrorCode;

use super::{Error, Inner};
use crate::db::errors;
use crate::error::kind::ErrorKind;
use crate::report::Report;

/// Creates the error of an operation that has committed no steps.
impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, report: Report::default() }))
    }
}

impl From<rusqlite::Error> for ErrorKind {
    #[cold]
    #[inline(never)]
    fn from(error: rusqlite::Error) -> Self {
        match errors::code(&error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(error),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotADatabase(error),
            _ => Self::Sqlite(error),
        }
    }
}

impl From<rusqlite::Error> for Error {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        ErrorKind::from(error).into()
    }
}

impl Error {
    /// Adds the report of the run that failed.
    pub(crate) fn with(mut self, report: Report) -> Self {
        self.0.report = report;
        self
    }

    pub(crate) fn kind_mut(&mut self) -> &mut ErrorKind {
        &mut self.0.kind
    }

    /// Returns the kind, without the report.
    pub(crate) fn into_kind(self) -> ErrorKind {
        self.0.kind
    }
}
