//! `diesel_migrations`, as its documentation shows it.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, RunQueryDsl, SqliteConnection, select};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use peers_common::{Library, Outcome};

#[cfg(feature = "set-10")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/10");
#[cfg(feature = "set-100")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/100");
#[cfg(feature = "set-200")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/200");
#[cfg(feature = "set-1000")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/1000");
#[cfg(feature = "set-base")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/base");
#[cfg(feature = "set-large")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/large");
#[cfg(feature = "set-rebuild")]
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../sets/diesel/rebuild");

struct Peer;

impl Library for Peer {
    type Connection = SqliteConnection;

    fn open(file: &Path) -> Outcome<SqliteConnection> {
        Ok(SqliteConnection::establish(file.to_str().ok_or("a path that is no text")?)?)
    }

    fn migrate(conn: &mut SqliteConnection) -> Outcome {
        conn.run_pending_migrations(MIGRATIONS)?;
        Ok(())
    }

    fn script(conn: &mut SqliteConnection, sql: &str) -> Outcome {
        Ok(conn.batch_execute(sql)?)
    }

    fn number(conn: &mut SqliteConnection, query: &str) -> Outcome<i64> {
        Ok(select(sql::<BigInt>(&format!("({query})"))).get_result(conn)?)
    }

    fn text(conn: &mut SqliteConnection, query: &str) -> Outcome<String> {
        Ok(select(sql::<Text>(&format!("({query})"))).get_result(conn)?)
    }

    fn grouped(conn: &mut SqliteConnection) -> Outcome {
        conn.immediate_transaction(Self::migrate)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
