//! What the measuring programs share: the scenarios, the clock, and the output.
//!
//! Each program contains one library and one set of migrations. It is called as `<program>
//! <scenario> <file> ..`, and prints plain numbers, one per line: nanoseconds, unless the scenario
//! says otherwise.

#![forbid(unsafe_code)]

mod count;
mod memory;
mod scenario;

use std::path::Path;
use std::process::ExitCode;

/// An error of any library.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
/// A result of any library.
pub type Outcome<T = ()> = Result<T, Fault>;

/// A measured library, used as its own documentation shows.
pub trait Library {
    /// The library's type of connection.
    type Connection;

    /// Opens a file, and creates it if it doesn't exist.
    fn open(file: &Path) -> Outcome<Self::Connection>;

    /// Migrates the database to the newest version.
    fn migrate(conn: &mut Self::Connection) -> Outcome;

    /// Runs statements without using their results.
    fn script(conn: &mut Self::Connection, sql: &str) -> Outcome;

    /// Returns the first column of the first row as a number.
    fn number(conn: &mut Self::Connection, sql: &str) -> Outcome<i64>;

    /// Returns the first column of the first row as a text.
    fn text(conn: &mut Self::Connection, sql: &str) -> Outcome<String>;

    /// Checks a database that is up to date, in a process that has called the library before.
    fn nothing(conn: &mut Self::Connection) -> Outcome {
        Self::migrate(conn)
    }

    /// Checks a database that is up to date, as the first call of a process.
    fn start(conn: &mut Self::Connection) -> Outcome {
        Self::migrate(conn)
    }

    /// Migrates to the newest version in one transaction, with whatever the library needs for that.
    fn grouped(conn: &mut Self::Connection) -> Outcome {
        Self::script(conn, "BEGIN IMMEDIATE")?;
        Self::migrate(conn)?;
        Self::script(conn, "COMMIT")
    }

    /// Runs a migration that rebuilds a table with children, with foreign keys off and then
    /// checked.
    ///
    /// The default is for libraries that leave foreign keys to the caller.
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

    /// Compares the schema with the one that the migrations produce.
    ///
    /// The default is for libraries without such a call, and so is that of `baseline`.
    fn verify(_: &mut Self::Connection) -> Outcome {
        Err("no such call".into())
    }

    /// Records that a database without a history is up to date, if its schema says so.
    fn baseline(_: &mut Self::Connection) -> Outcome {
        Err("no such call".into())
    }

    /// Closes the connection, and waits until that is done.
    fn close(conn: Self::Connection) -> Outcome {
        drop(conn);
        Ok(())
    }
}

/// Counts the dangling foreign keys in the tables that the rebuild touches.
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
