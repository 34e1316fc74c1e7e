//! What the programs that measure a library have in common: the scenarios, the clock, and what they print.
//!
//! A program holds one library and one set of migrations. It is called as `<program> <scenario> <file> ..`, and
//! prints plain numbers, one a line: nanoseconds, unless the scenario says otherwise.

#![forbid(unsafe_code)]

mod count;
mod memory;
mod scenario;

use std::path::Path;
use std::process::ExitCode;

/// What went wrong, in words.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
/// A result of whatever a library returns.
pub type Outcome<T = ()> = Result<T, Fault>;

/// A library that is measured, in the way that its own documentation shows.
pub trait Library {
    /// A connection as the library wants it.
    type Connection;

    /// Opens a file, and creates it where there is none.
    fn open(file: &Path) -> Outcome<Self::Connection>;

    /// Brings the database to the newest version.
    fn migrate(conn: &mut Self::Connection) -> Outcome;

    /// Runs statements that return nothing of interest.
    fn script(conn: &mut Self::Connection, sql: &str) -> Outcome;

    /// The number in the first column of the first row.
    fn number(conn: &mut Self::Connection, sql: &str) -> Outcome<i64>;

    /// The text in the first column of the first row.
    fn text(conn: &mut Self::Connection, sql: &str) -> Outcome<String>;

    /// What a start calls for a database that is up to date, in a process that called it before.
    fn nothing(conn: &mut Self::Connection) -> Outcome {
        Self::migrate(conn)
    }

    /// The first call of a process, for a database that is up to date.
    fn start(conn: &mut Self::Connection) -> Outcome {
        Self::migrate(conn)
    }

    /// Brings the database to the newest version in one transaction, where the caller has to provide for it.
    fn grouped(conn: &mut Self::Connection) -> Outcome {
        Self::script(conn, "BEGIN IMMEDIATE")?;
        Self::migrate(conn)?;
        Self::script(conn, "COMMIT")
    }

    /// Runs a migration that rebuilds a table to which others refer, with foreign keys off and checked.
    ///
    /// This is the way of a library that leaves foreign keys to its caller.
    fn rebuild(conn: &mut Self::Connection) -> Outcome {
        Self::script(conn, "PRAGMA foreign_keys = OFF")?;
        Self::migrate(conn)?;
        let violations = Self::number(conn, CHECK)?;
        Self::script(conn, "PRAGMA foreign_keys = ON")?;
        if violations > 0 {
            Err(format!("{violations} violated foreign keys").into())
        } else {
            Ok(())
        }
    }

    /// Closes the connection, and waits until that is done.
    fn close(conn: Self::Connection) -> Outcome {
        drop(conn);
        Ok(())
    }
}

/// The number of foreign keys that lead nowhere, in the tables that the rebuild touches.
pub const CHECK: &str = "SELECT (SELECT count(*) FROM pragma_foreign_key_check('item')) \
                         + (SELECT count(*) FROM pragma_foreign_key_check('note'))";

/// The `main` of each program.
#[must_use]
pub fn main<L: Library>() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match scenario::run::<L>(&words) {
        Ok(lines) => {
            for line in lines {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{}: {fault}", words.join(" "));
            ExitCode::FAILURE
        }
    }
}
