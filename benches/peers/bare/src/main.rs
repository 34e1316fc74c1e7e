//! The baseline: rusqlite without a library, and the SQL in one transaction.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use peers_common::{CHECK, Library, Outcome};
use rusqlite::{Connection, TransactionBehavior};

#[cfg(feature = "set-10")]
const FOLDER: &str = "../sets/script/10";
#[cfg(feature = "set-100")]
const FOLDER: &str = "../sets/script/100";
#[cfg(feature = "set-200")]
const FOLDER: &str = "../sets/script/200";
#[cfg(feature = "set-1000")]
const FOLDER: &str = "../sets/script/1000";
#[cfg(feature = "set-base")]
const FOLDER: &str = "../sets/script/base";
#[cfg(feature = "set-large")]
const FOLDER: &str = "../sets/script/large";
#[cfg(feature = "set-rebuild")]
const FOLDER: &str = "../sets/script/rebuild";

/// The SQL is read, not embedded: the size of this program is the one that others are compared
/// with.
static SCRIPT: LazyLock<std::io::Result<String>> = LazyLock::new(|| {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(package.join(FOLDER).join("all.sql"))
});

struct Peer;

fn sql() -> Outcome<&'static str> {
    Ok(SCRIPT.as_deref().map_err(ToString::to_string)?)
}

impl Library for Peer {
    type Connection = Connection;

    fn open(file: &Path) -> Outcome<Connection> {
        sql()?;
        Ok(Connection::open(file)?)
    }

    fn migrate(conn: &mut Connection) -> Outcome {
        if conn.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? > 0 {
            return Ok(());
        }
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql()?)?;
        transaction.execute_batch("PRAGMA user_version = 1")?;
        Ok(transaction.commit()?)
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

    /// Reads the file's header once.
    fn nothing(conn: &mut Connection) -> Outcome {
        conn.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?;
        Ok(())
    }

    fn start(_: &mut Connection) -> Outcome {
        Ok(())
    }

    fn grouped(conn: &mut Connection) -> Outcome {
        Self::migrate(conn)
    }

    fn rebuild(conn: &mut Connection) -> Outcome {
        conn.execute_batch("PRAGMA foreign_keys = OFF")?;
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql()?)?;
        if transaction.query_row(CHECK, [], |row| row.get::<_, i64>(0))? > 0 {
            return Err("violated foreign keys".into());
        }
        transaction.commit()?;
        Ok(conn.execute_batch("PRAGMA foreign_keys = ON")?)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
