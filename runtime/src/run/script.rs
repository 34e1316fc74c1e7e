//! Runs a script statement by statement, and locates failures.

use std::ops::{ControlFlow, Range};

use migratory_core::sql::left_out::{self, left_out};
use migratory_core::sql::lexer;
use migratory_core::sql::statements;
use rusqlite::{Connection, Statement};

use crate::db::errors;
use crate::db::query;
use crate::place::locate;
use crate::run::windows::Windows;

/// The message of a script that its watcher stopped.
const CANCELLED: &str = "the run was cancelled";

/// Where and why a script failed.
#[derive(Debug)]
pub struct Failure {
    /// The failed statement, without leading blanks and comments.
    pub statement: Range<usize>,
    /// The byte at which SQLite found the error, or at which the statement starts.
    pub offset: usize,
    /// Whether it is the first statement of the script.
    pub is_first: bool,
    /// SQLite's message.
    pub message: String,
    /// SQLite's error; `None` if the statement was refused, or ended the transaction.
    pub source: Option<rusqlite::Error>,
}

/// A moment in the run of a script, with the range of its statement, including leading blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The script begins: earlier changes on the connection were not its doing.
    Begins,
    /// SQLite has compiled the statement, which returns this number of columns, and is about to run
    /// it.
    Prepared(Range<usize>, usize),
    /// The statement has run.
    Done(Range<usize>),
}

/// A watcher, which is called at each moment of a script, and may stop it before a statement.
pub(crate) type Watch<'w> = dyn FnMut(Moment) -> ControlFlow<()> + 'w;

/// Runs one statement, given its text and its end in the script.
pub(crate) type Perform<'p> =
    dyn FnMut(&mut Statement<'_>, &str, usize) -> rusqlite::Result<()> + 'p;

/// Runs all statements of a script; rows that they return are read and discarded.
///
/// `watch` is called at each moment, and may stop the script before a statement.
pub(crate) fn execute(conn: &Connection, sql: &str, watch: &mut Watch<'_>) -> Result<(), Failure> {
    each(conn, sql, 0, watch, &mut |statement, _, _| exhaust(statement))
}

/// Passes the statements of a script from the byte `start` on to `perform`, one after the other.
///
/// SQLite splits the text as it compiles each statement, so no other notion of a statement's end is
/// involved. A connection inside a transaction stays in it after each statement; statements that
/// can't run in a transaction are skipped.
pub(crate) fn each(
    conn: &Connection,
    sql: &str,
    start: usize,
    watch: &mut Watch<'_>,
    perform: &mut Perform<'_>,
) -> Result<(), Failure> {
    let in_transaction = !conn.is_autocommit();
    let left_out = if in_transaction { left_out(sql) } else { Vec::new() };
    let blanked = (!left_out.is_empty()).then(|| left_out::blanked(sql, &left_out));
    let sql = blanked.as_deref().unwrap_or(sql);
    // Don't show the skipped statements in front of a statement.
    let shown = |at: usize, end: usize| {
        let mut before = left_out.iter().filter(|range| (at..end).contains(&range.start));
        before.next_back().map_or(at, |range| range.end)..end
    };
    if let Some(at) = sql.find('\0') {
        // SQLite would take it for the end of the text and silently ignore the rest.
        return Err(refusal(sql, at, sql.len(), "the script holds a NUL byte"));
    }
    // A cancellation takes effect before the first statement.
    let _ = watch(Moment::Begins);
    let mut windows = Windows::new(conn, sql, start);
    loop {
        let at = windows.at();
        let next = windows.next().map_err(|error| Failure::new(sql, at, None, error))?;
        let Some((mut statement, end)) = next else { break };
        let text = sql.get(at..end).unwrap_or_default();
        if in_transaction && statements::transaction_word(text).is_some() {
            return Err(refusal(
                sql,
                at,
                end,
                "a migration may not begin or end a transaction itself",
            ));
        }
        if statement.parameter_count() > 0 {
            return Err(refusal(
                sql,
                at,
                sql.len(),
                "a statement has a parameter, which nothing binds",
            ));
        }
        if watch(Moment::Prepared(shown(at, end), statement.column_count())).is_break() {
            return Err(refusal(sql, at, end, CANCELLED));
        }
        perform(&mut statement, text, end)
            .map_err(|error| Failure::new(sql, at, Some(end), error))?;
        drop(statement);
        if in_transaction && conn.is_autocommit() {
            return Err(rolled_back(sql, at, end));
        }
        // A cancellation takes effect before the next statement; after the last one, the script is
        // complete.
        let _ = watch(Moment::Done(shown(at, end)));
    }
    if !in_transaction && !conn.is_autocommit() {
        return Err(left_open(sql));
    }
    Ok(())
}

/// Runs a statement to its end.
pub(crate) fn exhaust(statement: &mut Statement<'_>) -> rusqlite::Result<()> {
    query::exhaust(statement, &[])
}

impl Failure {
    /// Creates the failure of the statement that begins at the byte `at`, with SQLite's error.
    #[cold]
    pub(crate) fn new(sql: &str, at: usize, end: Option<usize>, error: rusqlite::Error) -> Self {
        let rest = sql.get(at..).unwrap_or_default();
        let (message, offset) = errors::message(&error, rest);
        let statement = locate(sql, at, end);
        Self {
            offset: offset.map_or(statement.start, |offset| (at + offset).min(sql.len())),
            is_first: is_blank(sql.get(..at)),
            statement,
            message,
            source: Some(error),
        }
    }
}

/// Creates the failure of a statement that rolled the transaction back. No statement of today's
/// SQLite does that without an error, but the following statements would run unprotected, so this
/// is checked after each.
#[cold]
fn rolled_back(sql: &str, at: usize, end: usize) -> Failure {
    refusal(sql, at, end, "the statement rolled back the transaction that the migration runs in")
}

#[cold]
fn refusal(sql: &str, at: usize, end: usize, message: &str) -> Failure {
    let statement = locate(sql, at, Some(end));
    Failure {
        offset: statement.start,
        is_first: is_blank(sql.get(..at)),
        statement,
        message: message.to_owned(),
        source: None,
    }
}

#[cold]
fn left_open(sql: &str) -> Failure {
    Failure {
        statement: sql.len()..sql.len(),
        offset: sql.len(),
        is_first: false,
        message: "the script ends inside of a transaction that it began".to_owned(),
        source: None,
    }
}

fn is_blank(sql: Option<&str>) -> bool {
    lexer::meaningful(sql.unwrap_or_default()).next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(sql: &str) -> Failure {
        let conn = Connection::open_in_memory().expect("a database in memory");
        execute(&conn, sql, &mut |_| ControlFlow::Continue(())).expect_err("the script fails")
    }

    #[test]
    fn a_failed_statement_is_located() {
        let cases = [
            (
                "CREATE TABLE a (b);\n-- note\nINSERT INTO a VALUES (1, 2);\nSELECT 1",
                false,
                "INSERT INTO a VALUES (1, 2);",
            ),
            ("/* x */ SELEC 1; SELECT 2", true, "SELEC 1;"),
            (
                "CREATE TABLE a (b NOT NULL); ; INSERT INTO a VALUES (NULL) -- end",
                false,
                "INSERT INTO a VALUES (NULL)",
            ),
        ];
        for (sql, is_first, statement) in cases {
            let failure = failure(sql);
            assert_eq!(&sql[failure.statement.clone()], statement);
            assert_eq!(failure.is_first, is_first, "{sql}");
            assert!(failure.statement.contains(&failure.offset), "{sql}: {}", failure.offset);
        }
    }

    #[test]
    fn a_script_that_sqlite_would_cut_short_is_not_run() {
        for (sql, expected) in [
            ("CREATE TABLE a (b); INSERT INTO a VALUES (?1)", "parameter"),
            ("CREATE TABLE a (b);\0 CREATE TABLE c (d);", "NUL"),
        ] {
            let message = failure(sql).message;
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_script_may_return_rows_contain_triggers_or_be_empty() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        for sql in [
            "",
            ";;",
            "-- nothing",
            "\u{feff}SELECT 1;",
            "SELECT 1; SELECT 2 UNION SELECT 3",
            "CREATE TABLE a (b); CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END;",
        ] {
            assert!(execute(&conn, sql, &mut |_| ControlFlow::Continue(())).is_ok(), "{sql}");
        }
        Ok(())
    }

    #[test]
    fn a_statement_that_would_end_the_transaction_is_not_run() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch("BEGIN")?;
        let sql = "CREATE TABLE a (b); /* now */ commit; CREATE TABLE c (d)";
        let failure = execute(&conn, sql, &mut |_| ControlFlow::Continue(()))
            .expect_err("COMMIT is not for migrations");
        assert_eq!(&sql[failure.statement], "commit;");
        assert!(!conn.is_autocommit());
        Ok(())
    }

    #[test]
    fn the_runners_transaction_replaces_one_around_the_whole_script() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch("BEGIN")?;
        let sql = "PRAGMA user_version = 7; begin; CREATE TABLE a (b);\nINSERT INTO a VALUES (1, 2); END;";
        let mut shown = Vec::new();
        let failure = execute(&conn, sql, &mut |moment| {
            if let Moment::Prepared(range, _) = moment {
                shown.push(sql[range].trim());
            }
            ControlFlow::Continue(())
        })
        .expect_err("two values for one column");
        assert_eq!(shown, ["PRAGMA user_version = 7;", "CREATE TABLE a (b);"]);
        assert_eq!(&sql[failure.statement], "INSERT INTO a VALUES (1, 2);");
        assert!(!conn.is_autocommit());
        Ok(())
    }
}
