//! Reads SQLite's complaint about a row.

use rusqlite::{self, ErrorCode};

use crate::schema::{Name, Table};

/// Why an INSERT failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// The name of a CHECK, or its text if it has none.
    Check(String),
    NotNull(Name),
    Unique(Vec<Name>),
    /// A unique index over expressions.
    UniqueIndex(Name),
    ForeignKey,
    /// A value whose type is not that of a STRICT column.
    Type(Name),
    /// Anything else, such as a trigger that raises or a function that fails.
    Other(String),
}

impl Complaint {
    /// Reads what SQLite's message says about a row of `table`.
    pub(super) fn read(message: &str, table: &Table) -> Self {
        let own = |column: &str| {
            let prefix = format!("{}.", table.name);
            column.strip_prefix(&prefix).map(Name::new)
        };
        let found = if let Some(check) = message.strip_prefix("CHECK constraint failed: ") {
            Some(Self::Check(check.trim().to_owned()))
        } else if let Some(column) = message.strip_prefix("NOT NULL constraint failed: ") {
            own(column).map(Self::NotNull)
        } else if let Some(index) = message.strip_prefix("UNIQUE constraint failed: index '") {
            Some(Self::UniqueIndex(Name::new(index.trim_end_matches('\''))))
        } else if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
            columns.split(", ").map(own).collect::<Option<_>>().map(Self::Unique)
        } else if message.starts_with("FOREIGN KEY constraint failed") {
            Some(Self::ForeignKey)
        } else if message.starts_with("cannot store ") {
            message.split_once(" column ").and_then(|(_, column)| own(column)).map(Self::Type)
        } else {
            None
        };
        found.unwrap_or_else(|| Self::Other(message.to_owned()))
    }
}

/// Returns SQLite's message if it is about the row or the table, and the error itself if it ends
/// the whole rehearsal.
pub(super) fn message(error: rusqlite::Error) -> rusqlite::Result<String> {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) if is_final(failure.code) => Err(error),
        rusqlite::Error::SqliteFailure(_, Some(message)) => Ok(message),
        other => Ok(without_statement(&other.to_string())),
    }
}

/// Returns `otherwise` in place of an error, unless that ends the whole rehearsal.
pub(super) fn or_if_refused<T>(found: rusqlite::Result<T>, otherwise: T) -> rusqlite::Result<T> {
    found.or_else(|error| message(error).map(|_| otherwise))
}

/// Removes our own statement, which rusqlite appends to the message when it does not compile.
/// rusqlite has a variant with the message alone, but only with some of its features.
fn without_statement(message: &str) -> String {
    message.split_once(" in INSERT ").map_or(message, |(words, _)| words).to_owned()
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
