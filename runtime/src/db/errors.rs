//! What rusqlite's errors say, in one way for all of its versions that we admit.

use std::error::Error as _;

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// SQLite's code of an error.
///
/// An error about a place in the SQL is a variant of its own, which older rusqlites only have with a
/// feature on: it can't be named here, and its code is reached as its source.
pub fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    raw(error).map(|error| error.code)
}

/// Whether a foreign key that is checked at the end of the transaction was violated.
pub(crate) fn is_foreign_key(error: &rusqlite::Error) -> bool {
    raw(error).is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// Whether a statement was stopped by an interrupt.
pub(crate) fn is_interrupt(error: &rusqlite::Error) -> bool {
    code(error) == Some(ErrorCode::OperationInterrupted)
}

/// Whether a transaction read what another one has overwritten since: waiting is no use.
pub(crate) fn is_stale(error: &rusqlite::Error) -> bool {
    raw(error).is_some_and(|error| error.extended_code == ffi::SQLITE_BUSY_SNAPSHOT)
}

/// The error of a run whose script another run has taken over.
pub(crate) fn superseded() -> rusqlite::Error {
    let what = "another run has taken the script over".to_owned();
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ABORT), Some(what))
}

fn raw(error: &rusqlite::Error) -> Option<&ffi::Error> {
    error.sqlite_error().or_else(|| error.source()?.downcast_ref())
}

/// SQLite's own words, and where in `sql` it saw the fault, if it says so.
///
/// rusqlite appends the whole text it was given, and the offset of the token in it.
pub fn message(error: &rusqlite::Error, sql: &str) -> (String, Option<usize>) {
    let text = error.to_string();
    let placed = text.split_once(&format!(" in {sql} at offset "));
    match placed.map(|(message, offset)| (message.to_owned(), offset.parse().ok())) {
        Some((message, Some(offset))) => (message, Some(offset)),
        _ => (text, None),
    }
}

/// The same error, of which only this message is shown: rusqlite appends the whole text that it was given.
pub(crate) fn without_sql(error: rusqlite::Error, message: &str) -> rusqlite::Error {
    match raw(&error) {
        Some(code) if error.to_string() != message => {
            rusqlite::Error::SqliteFailure(*code, Some(message.to_owned()))
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_fault_in_the_sql_is_told_with_its_code_and_place() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        let sql = "SELECT 1;\nSELECT absent";
        let rest = &sql[9..];
        let error = conn.prepare(rest).expect_err("there is no such column");
        assert_eq!(code(&error), Some(ErrorCode::Unknown));
        let (text, offset) = message(&error, rest);
        assert_eq!(text, "no such column: absent");
        let plain = without_sql(error, &text);
        assert_eq!((plain.to_string(), code(&plain)), (text, Some(ErrorCode::Unknown)));
        assert!(matches!(offset, Some(8) | None), "{offset:?}");
        Ok(())
    }

    #[test]
    fn a_fault_of_the_data_is_told_with_its_code() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch("CREATE TABLE a (b UNIQUE); INSERT INTO a VALUES (1)")?;
        let sql = "INSERT INTO a VALUES (1)";
        let error = conn.execute_batch(sql).expect_err("the value is there");
        assert_eq!(code(&error), Some(ErrorCode::ConstraintViolation));
        assert_eq!(message(&error, sql), ("UNIQUE constraint failed: a.b".to_owned(), None));
        assert!(!is_foreign_key(&error));
        Ok(())
    }
}
