//! Reads rusqlite's errors in the same way across its supported versions.

use std::error::Error as _;

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Returns SQLite's error code.
///
/// An error with a position in the SQL is a separate variant, which older versions of rusqlite have
/// only with a feature. It can't be named here, so its code is taken from its source.
pub fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    raw(error).map(|error| error.code)
}

/// Returns whether a deferred foreign key was violated at the end of a transaction.
pub(crate) fn is_foreign_key(error: &rusqlite::Error) -> bool {
    raw(error).is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// Returns whether an interrupt stopped a statement.
pub(crate) fn is_interrupt(error: &rusqlite::Error) -> bool {
    code(error) == Some(ErrorCode::OperationInterrupted)
}

/// Returns whether a transaction has read what another one has overwritten since: waiting doesn't
/// help.
pub(crate) fn is_stale(error: &rusqlite::Error) -> bool {
    raw(error).is_some_and(|error| error.extended_code == ffi::SQLITE_BUSY_SNAPSHOT)
}

/// Returns the error of a run whose script another run has taken over.
pub(crate) fn superseded() -> rusqlite::Error {
    let what = "another run has taken the script over".to_owned();
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ABORT), Some(what))
}

fn raw(error: &rusqlite::Error) -> Option<&ffi::Error> {
    error.sqlite_error().or_else(|| error.source()?.downcast_ref())
}

/// Returns SQLite's message, and the byte offset of the error in `sql` if SQLite reports one.
///
/// rusqlite appends the SQL text that it was given and the offset to the message; both are removed.
/// That text may be a window of `sql`, from its start.
pub fn message(error: &rusqlite::Error, sql: &str) -> (String, Option<usize>) {
    let text = error.to_string();
    match placed(&text, sql) {
        Some((message, offset)) => (message.to_owned(), Some(offset)),
        None => (text, None),
    }
}

/// Splits `<message> in <sql> at offset <offset>`.
fn placed<'t>(text: &'t str, sql: &str) -> Option<(&'t str, usize)> {
    let shown = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let offset = text[shown.len()..].parse().ok()?;
    let shown = shown.strip_suffix(" at offset ")?;
    let is_given =
        |at: usize| shown[at..].strip_prefix(" in ").is_some_and(|given| sql.starts_with(given));
    let (at, _) = shown.char_indices().find(|(at, _)| is_given(*at))?;
    Some((&shown[..at], offset))
}

/// Replaces the message of an error: rusqlite's contains the whole SQL text.
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
    fn a_syntax_error_has_its_code_and_position() -> rusqlite::Result<()> {
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
    fn the_sql_in_a_message_may_be_a_window_of_the_script() {
        for (text, sql, expected) in [
            (
                "no such column: a in SELECT a; at offset 7",
                "SELECT a; SELECT b",
                Some(("no such column: a", 7)),
            ),
            ("no a in b in x in y at offset 3", "x in y", Some(("no a in b", 3))),
            ("m in  at offset 0", "", Some(("m", 0))),
            ("m in SELECT a at offset 7", "SELECT b", None),
            ("m in SELECT a at offset x", "SELECT a", None),
            ("UNIQUE constraint failed", "SELECT a", None),
        ] {
            assert_eq!(placed(text, sql), expected, "{text}");
        }
    }

    #[test]
    fn a_constraint_violation_has_its_code() -> rusqlite::Result<()> {
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
