//! Why a row, or the rows of a table, could not be written.

use super::complaint::message;

/// Why rows could not be written. After a refusal, a caller may try other rows or go on without them.
pub(super) enum FillError {
    /// SQLite's message about a row or a table that it refuses.
    Rejected(String),
    /// SQLite's message about a refusal that also rolled the transaction back.
    RolledBack(String),
    /// Any other error, such as one that ends the whole rehearsal.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for FillError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl FillError {
    /// Takes an error as a rejection, unless it ends the whole rehearsal.
    pub(super) fn rejected_unless_final(error: rusqlite::Error) -> Self {
        message(error).map_or_else(Self::Sqlite, Self::Rejected)
    }

    /// Returns SQLite's message about a refusal; fails with any other error.
    pub(super) fn into_message(self) -> rusqlite::Result<String> {
        match self {
            Self::Rejected(message) | Self::RolledBack(message) => Ok(message),
            Self::Sqlite(error) => Err(error),
        }
    }
}

/// Returns SQLite's message if it rejected the row and the transaction goes on.
pub(super) fn rejection(written: Result<(), FillError>) -> Result<Option<String>, FillError> {
    match written {
        Ok(()) => Ok(None),
        Err(FillError::Rejected(message)) => Ok(Some(message)),
        Err(error) => Err(error),
    }
}

/// Leaves a row out if SQLite rejected it and the transaction goes on.
pub(super) fn optional(written: Result<(), FillError>) -> Result<(), FillError> {
    rejection(written).map(drop)
}
