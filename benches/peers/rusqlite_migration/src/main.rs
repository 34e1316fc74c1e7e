//! `rusqlite_migration`, from a directory, as its examples show it.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use peers_common::{Library, Outcome};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations, MigrationsBuilder};

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

static MIGRATIONS: LazyLock<rusqlite_migration::Result<Migrations<'static>>> =
    LazyLock::new(|| Migrations::from_directory(&FOLDER));

struct Peer;

impl Library for Peer {
    type Connection = Connection;

    fn open(file: &Path) -> Outcome<Connection> {
        Ok(Connection::open(file)?)
    }

    fn migrate(conn: &mut Connection) -> Outcome {
        Ok(MIGRATIONS.as_ref().map_err(ToString::to_string)?.to_latest(conn)?)
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

    /// A process creates the list of migrations once, and each sample represents a process.
    fn start(conn: &mut Connection) -> Outcome {
        Ok(Migrations::from_directory(&FOLDER)?.to_latest(conn)?)
    }

    /// It applies all pending migrations in one transaction by default.
    fn grouped(conn: &mut Connection) -> Outcome {
        Self::migrate(conn)
    }

    /// Following its documentation, foreign keys are off around the call, and the migration checks
    /// all of them.
    fn rebuild(conn: &mut Connection) -> Outcome {
        conn.pragma_update(None, "foreign_keys", "OFF")?;
        let builder = MigrationsBuilder::from_directory(&FOLDER)?;
        let migrations: Migrations<'_> =
            builder.edit(2, |migration| M::foreign_key_check(migration)).finalize();
        migrations.to_latest(conn)?;
        Ok(conn.pragma_update(None, "foreign_keys", "ON")?)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
