//! refinery, as its README shows it, and also with `set_grouped`.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

use peers_common::{Library, Outcome};
use rusqlite::Connection;

mod embedded {
    #[cfg(feature = "set-10")]
    refinery::embed_migrations!("../sets/numbered/10");
    #[cfg(feature = "set-100")]
    refinery::embed_migrations!("../sets/numbered/100");
    #[cfg(feature = "set-200")]
    refinery::embed_migrations!("../sets/numbered/200");
    #[cfg(feature = "set-1000")]
    refinery::embed_migrations!("../sets/numbered/1000");
    #[cfg(feature = "set-base")]
    refinery::embed_migrations!("../sets/numbered/base");
    #[cfg(feature = "set-large")]
    refinery::embed_migrations!("../sets/numbered/large");
    #[cfg(feature = "set-rebuild")]
    refinery::embed_migrations!("../sets/numbered/rebuild");
}

struct Peer;

impl Library for Peer {
    type Connection = Connection;

    fn open(file: &Path) -> Outcome<Connection> {
        Ok(Connection::open(file)?)
    }

    fn migrate(conn: &mut Connection) -> Outcome {
        embedded::migrations::runner().run(conn)?;
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

    fn grouped(conn: &mut Connection) -> Outcome {
        embedded::migrations::runner().set_grouped(true).run(conn)?;
        Ok(())
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
