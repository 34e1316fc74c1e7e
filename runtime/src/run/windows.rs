//! Shows SQLite a long script in windows.
//!
//! SQLite copies the whole text that follows a statement each time that it compiles one, so a script
//! shown at once takes quadratic time: 62,000 INSERTs in 6.5 MB took 5.4 s, and 0.27 s in windows.

use std::ops::Range;

#[allow(unused_imports, reason = "rusqlite 0.32 needs no trait for `Batch::next`")]
use fallible_iterator::FallibleIterator as _;
use migratory_core::sql::statements;
use rusqlite::{Batch, Connection, Statement};

/// The least length of a window, in bytes; a script of up to twice this is one window.
const WINDOW: usize = 16 << 10;

/// SQLite's message for a text that ends within a statement.
const INCOMPLETE: &str = "incomplete input";

/// The statements of a script from some byte on, compiled one after the other.
pub(crate) struct Windows<'c, 's> {
    conn: &'c Connection,
    sql: &'s str,
    /// Where the next statement begins.
    at: usize,
    /// Where the current window ends.
    until: usize,
    batch: Batch<'c, 's>,
}

impl<'c, 's> Windows<'c, 's> {
    /// Starts at a byte of a script at which a statement begins.
    pub(crate) fn new(conn: &'c Connection, sql: &'s str, at: usize) -> Self {
        let until = cut(sql, at, WINDOW);
        Self { conn, sql, at, until, batch: Batch::new(conn, shown(sql, at..until)) }
    }

    /// Returns where the next statement begins, including blanks before it.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Compiles the next statement, and returns it with its end; `None` after the last one.
    pub(crate) fn next(&mut self) -> rusqlite::Result<Option<(Statement<'c>, usize)>> {
        loop {
            let is_last = self.until == self.sql.len();
            match self.batch.next() {
                Ok(Some(statement)) => {
                    // Without parameters, the expanded text is exactly the text that SQLite consumed.
                    self.at += statement.expanded_sql().map_or(0, |text| text.len());
                    return Ok(Some((statement, self.at)));
                }
                Ok(None) if is_last => return Ok(None),
                // At most blanks are left: they precede the next statement.
                Ok(None) => self.extend(WINDOW),
                // SQLite found no end where `cut` had found one.
                Err(error) if !is_last && is_incomplete(&error) => {
                    self.extend(self.until - self.at);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Moves the window to the next statement, and its end by at least this number of bytes.
    fn extend(&mut self, by: usize) {
        self.until = cut(self.sql, self.until, by);
        self.batch = Batch::new(self.conn, shown(self.sql, self.at..self.until));
    }
}

/// Returns the first end of a statement that is at least `length` bytes after `at`.
fn cut(sql: &str, at: usize, length: usize) -> usize {
    let rest = shown(sql, at..sql.len());
    if rest.len() <= 2 * length {
        return sql.len();
    }
    let end = statements::ranges(rest).find(|statement| statement.end >= length);
    end.map_or(sql.len(), |statement| at + statement.end)
}

fn shown(sql: &str, range: Range<usize>) -> &str {
    sql.get(range).unwrap_or_default()
}

fn is_incomplete(error: &rusqlite::Error) -> bool {
    error.to_string().starts_with(INCOMPLETE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::errors;

    /// Returns the texts of the statements that SQLite compiles, and its message if one fails.
    fn texts(mut windows: Windows<'_, '_>) -> (Vec<String>, Option<String>) {
        let mut texts = Vec::new();
        loop {
            let at = windows.at();
            match windows.next() {
                Ok(Some((_, end))) => texts.push(windows.sql[at..end].to_owned()),
                Ok(None) => return (texts, None),
                Err(error) => {
                    return (texts, Some(errors::message(&error, &windows.sql[at..]).0));
                }
            }
        }
    }

    /// A script longer than several windows, made of repetitions of `statements`.
    fn long(statements: &str) -> String {
        statements.repeat(5 * WINDOW / statements.len())
    }

    #[test]
    fn windows_show_the_same_statements_as_the_whole_script() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch("CREATE TABLE a (b)")?;
        let body = long("INSERT INTO a VALUES ('; '';');\n-- ;\n");
        let trigger = format!("CREATE TRIGGER t AFTER INSERT ON a BEGIN {body} END;");
        let value = format!("INSERT INTO a VALUES ('{}');", "; ".repeat(3 * WINDOW));
        let comment = format!("/*{}*/", ";\n".repeat(3 * WINDOW));
        for sql in [
            String::new(),
            body.clone(),
            format!("{body}{trigger}{body}"),
            format!("{trigger}{trigger}"),
            format!("{body}{value}{body};;; ; {value}"),
            format!("{body}{comment}{body}{comment}"),
            format!("{body};{}SELECT 1", " \n".repeat(3 * WINDOW)),
            long("SELECT 1;;"),
            format!("\u{feff}{}", long("SELECT 'größe' ;")),
            format!("{body}SELECT 'not closed;{body}"),
            format!("{body}SELEC 1;{body}"),
            format!("{body}CREATE TRIGGER t AFTER INSERT ON a BEGIN {body}"),
        ] {
            let whole = Windows {
                conn: &conn,
                sql: &sql,
                at: 0,
                until: sql.len(),
                batch: Batch::new(&conn, &sql),
            };
            let (expected, expected_error) = texts(whole);
            let (found, error) = texts(Windows::new(&conn, &sql, 0));
            assert_eq!(error, expected_error);
            assert!(found == expected, "{sql:.100}");
        }
        Ok(())
    }

    #[test]
    fn a_window_that_ends_within_a_statement_is_extended() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch("CREATE TABLE a (b)")?;
        let body = long("INSERT INTO a VALUES (1); ");
        let sql = format!("CREATE TRIGGER t AFTER INSERT ON a BEGIN {body} END; SELECT 1;");
        let until = sql.find(';').expect("a semicolon") + 1;
        let windows = Windows {
            conn: &conn,
            sql: &sql,
            at: 0,
            until,
            batch: Batch::new(&conn, &sql[..until]),
        };
        let (texts, error) = texts(windows);
        assert_eq!((texts.len(), error), (2, None));
        Ok(())
    }

    #[test]
    fn a_window_holds_no_more_than_it_must() {
        let sql = long("INSERT INTO a VALUES (1);");
        let mut at = 0;
        while at < sql.len() {
            let until = cut(&sql, at, WINDOW);
            assert!(until == sql.len() || (WINDOW..WINDOW + 30).contains(&(until - at)));
            at = until;
        }
    }
}
