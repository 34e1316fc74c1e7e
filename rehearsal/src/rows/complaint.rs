//! What SQLite had against a row.

use rusqlite::{self, ErrorCode};

use crate::schema::{Name, Table};

/// Why an INSERT failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// The name of a CHECK, or else its text.
    Check(String),
    NotNull(Name),
    Unique(Vec<Name>),
    /// An index over expressions.
    UniqueIndex(Name),
    ForeignKey,
    /// A value of another type than that of a STRICT column.
    Type(Name),
    /// Anything else: a trigger that raises, a function that fails.
    Other(String),
}

impl Complaint {
    /// Reads what SQLite says of a row of `table`.
    pub(super) fn read(said: &str, table: &Table) -> Self {
        let own = |column: &str| {
            let prefix = format!("{}.", table.name);
            column.strip_prefix(&prefix).map(Name::new)
        };
        let found = if let Some(check) = said.strip_prefix("CHECK constraint failed: ") {
            Some(Self::Check(check.trim().to_owned()))
        } else if let Some(column) = said.strip_prefix("NOT NULL constraint failed: ") {
            own(column).map(Self::NotNull)
        } else if let Some(index) = said.strip_prefix("UNIQUE constraint failed: index '") {
            Some(Self::UniqueIndex(Name::new(index.trim_end_matches('\''))))
        } else if let Some(columns) = said.strip_prefix("UNIQUE constraint failed: ") {
            columns.split(", ").map(own).collect::<Option<_>>().map(Self::Unique)
        } else if said.starts_with("FOREIGN KEY constraint failed") {
            Some(Self::ForeignKey)
        } else if said.starts_with("cannot store ") {
            said.split_once(" column ").and_then(|(_, column)| own(column)).map(Self::Type)
        } else {
            None
        };
        found.unwrap_or_else(|| Self::Other(said.to_owned()))
    }
}

/// What SQLite said, where it is about the row or the table; the error itself where it is about the
/// whole run, which then has to end.
pub(super) fn said(error: rusqlite::Error) -> rusqlite::Result<String> {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) if is_final(failure.code) => Err(error),
        rusqlite::Error::SqliteFailure(_, Some(said)) => Ok(said),
        other => Ok(without_statement(&other.to_string())),
    }
}

/// The words before our own statement, which rusqlite quotes where one doesn't compile. Its variant for
/// that has the words alone, but exists with some features of rusqlite only.
fn without_statement(said: &str) -> String {
    said.split_once(" in INSERT ").map_or(said, |(words, _)| words).to_owned()
}

fn is_final(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory
            | ErrorCode::DiskFull
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
    )
}
