//! migratory, as its README shows it.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use peers_common::{Library, Outcome};
use rusqlite::Connection;

#[cfg(feature = "set-10")]
migratory::embed_migrations!("../sets/pairs/10");
#[cfg(feature = "set-100")]
migratory::embed_migrations!("../sets/pairs/100");
#[cfg(feature = "set-200")]
migratory::embed_migrations!("../sets/pairs/200");
// On a busy machine, an unoptimised macro takes longer than the default limit.
#[cfg(feature = "set-1000")]
migratory::embed_migrations!("../sets/pairs/1000", time_limit = 1200);
#[cfg(feature = "set-base")]
migratory::embed_migrations!("../sets/pairs/base");
#[cfg(feature = "set-large")]
migratory::embed_migrations!("../sets/pairs/large", time_limit = 1200);
#[cfg(feature = "set-rebuild")]
migratory::embed_migrations!("../sets/pairs/rebuild");

struct Peer;

impl Library for Peer {
    type Connection = Connection;

    fn open(file: &Path) -> Outcome<Connection> {
        Ok(Connection::open(file)?)
    }

    fn migrate(conn: &mut Connection) -> Outcome {
        migrations::runner().up(conn)?;
        Ok(())
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

    /// It applies all pending migrations in one transaction by default.
    fn grouped(conn: &mut Connection) -> Outcome {
        Self::migrate(conn)
    }

    #[cfg(feature = "calls")]
    fn verify(conn: &mut Connection) -> Outcome {
        let drift = migrations::runner().verify(conn)?;
        if drift.is_empty() { Ok(()) } else { Err(drift.to_string().into()) }
    }

    #[cfg(feature = "calls")]
    fn baseline(conn: &mut Connection) -> Outcome {
        migrations::runner().baseline(conn, migrations::LATEST)?;
        Ok(())
    }

    /// The file turns foreign keys off; the runner does the rest.
    fn rebuild(conn: &mut Connection) -> Outcome {
        Self::migrate(conn)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
