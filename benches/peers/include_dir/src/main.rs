//! The baseline of embedding: a folder in the program, run in one transaction, and a number for the
//! version.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use include_dir::{Dir, include_dir};
use peers_common::{CHECK, Library, Outcome};
use rusqlite::{Connection, TransactionBehavior};

#[cfg(feature = "set-10")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/10");
#[cfg(feature = "set-100")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/100");
#[cfg(feature = "set-200")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/200");
#[cfg(feature = "set-1000")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/1000");
#[cfg(feature = "set-base")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/base");
#[cfg(feature = "set-large")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/large");
#[cfg(feature = "set-rebuild")]
static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../sets/folders/rebuild");

struct Peer;

/// Runs the files above `user_version`, in the order of their names, which is also that of their
/// numbers.
fn run(conn: &mut Connection, check: bool) -> Outcome {
    let done: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let newest = i64::try_from(FOLDER.dirs().count())?;
    if done == newest {
        return Ok(());
    }
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in FOLDER.dirs().skip(usize::try_from(done)?) {
        let up = migration.get_file(migration.path().join("up.sql")).ok_or("no up.sql")?;
        transaction.execute_batch(up.contents_utf8().ok_or("no text")?)?;
    }
    if check && transaction.query_row(CHECK, [], |row| row.get::<_, i64>(0))? > 0 {
        return Err("violated foreign keys".into());
    }
    transaction.pragma_update(None, "user_version", newest)?;
    Ok(transaction.commit()?)
}

impl Library for Peer {
    type Connection = Connection;

    fn open(file: &Path) -> Outcome<Connection> {
        Ok(Connection::open(file)?)
    }

    fn migrate(conn: &mut Connection) -> Outcome {
        run(conn, false)
    }

    fn script(conn: &mut Connection, sql: &str) -> Outcome {
        Ok(conn.execute_batch(sql)?)
    }

    fn number(conn: &mut Connection, sql: &str) -> Outcome<i64> {
        Ok(conn.query_row(sql, [], |row| row.get(0))?)
    }

    fn text(conn: &mut Connection, sql: &str) -> Outcome<String> {
        Ok(conn.query_row(sql, [], |row| row.get(0))?)
    }

    fn grouped(conn: &mut Connection) -> Outcome {
        Self::migrate(conn)
    }

    fn rebuild(conn: &mut Connection) -> Outcome {
        conn.execute_batch("PRAGMA foreign_keys = OFF")?;
        run(conn, true)?;
        Ok(conn.execute_batch("PRAGMA foreign_keys = ON")?)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
