//! sqlx, on one connection and a runtime of one thread.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use peers_common::{Library, Outcome};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};
use tokio::runtime::{Builder, Runtime};

#[cfg(feature = "set-10")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/10");
#[cfg(feature = "set-100")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/100");
#[cfg(feature = "set-200")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/200");
#[cfg(feature = "set-1000")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/1000");
#[cfg(feature = "set-base")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/base");
#[cfg(feature = "set-large")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/large");
#[cfg(feature = "set-rebuild")]
static MIGRATOR: Migrator = sqlx::migrate!("../sets/pairs/rebuild");

static RUNTIME: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build());

struct Peer;

fn wait<T>(future: impl Future<Output = T>) -> Outcome<T> {
    Ok(RUNTIME.as_ref().map_err(ToString::to_string)?.block_on(future))
}

impl Library for Peer {
    type Connection = SqliteConnection;

    fn open(file: &Path) -> Outcome<SqliteConnection> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        Ok(wait(options.connect())??)
    }

    fn migrate(conn: &mut SqliteConnection) -> Outcome {
        Ok(wait(MIGRATOR.run(conn))??)
    }

    fn script(conn: &mut SqliteConnection, sql: &str) -> Outcome {
        wait(conn.execute(sqlx::raw_sql(AssertSqlSafe(sql))))??;
        Ok(())
    }

    fn number(conn: &mut SqliteConnection, sql: &str) -> Outcome<i64> {
        Ok(wait(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn))??)
    }

    fn text(conn: &mut SqliteConnection, sql: &str) -> Outcome<String> {
        Ok(wait(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn))??)
    }

    fn grouped(conn: &mut SqliteConnection) -> Outcome {
        wait(async {
            let mut transaction = conn.begin_with("BEGIN IMMEDIATE").await?;
            MIGRATOR.run(&mut *transaction).await?;
            Ok(transaction.commit().await?)
        })?
    }

    fn close(conn: SqliteConnection) -> Outcome {
        Ok(wait(conn.close())??)
    }
}

fn main() -> ExitCode {
    peers_common::main::<Peer>()
}
