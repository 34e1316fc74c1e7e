//! Migrates a database that the program uses with sqlx: a file, and databases in memory for tests.

use std::error::Error;
use std::str::FromStr as _;

use rusqlite::{Connection, OpenFlags};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection as _, SqliteConnection};

migratory::embed_migrations!("../../migrations");

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    a_file().await?;
    in_shared_memory().await?;
    through_the_handle().await?;
    println!("sqlx: all three databases have the schema");
    Ok(())
}

/// The usual case: migrate the file with a connection of rusqlite's, then open the pool.
async fn a_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("app.db");

    // A run blocks its thread, so it has one of its own.
    let path = file.clone();
    let migrate = move || -> Result<(), String> {
        let mut conn = Connection::open(path).map_err(|error| error.to_string())?;
        migrations::runner().up(&mut conn).map_err(|error| format!("{error:#}"))?;
        Ok(())
    };
    tokio::task::spawn_blocking(migrate).await??;

    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await?;
    assert_eq!(media(&pool).await?, 5);
    Ok(())
}

/// A database in memory under a name, which both libraries open: their SQLite is the same library.
///
/// It is gone when its last connection is closed, so ours stays open until the pool has one.
async fn in_shared_memory() -> Outcome {
    let name = "file:in_shared_memory?mode=memory&cache=shared";
    let mut conn = Connection::open_with_flags(name, OpenFlags::default())?;
    migrations::runner().up(&mut conn)?;

    // With `file:`, sqlx gives SQLite the same name as above.
    let options =
        SqliteConnectOptions::from_str("sqlite://file:in_shared_memory?mode=memory&cache=shared")?;
    // A pool closes connections that are idle; the database needs one that stays.
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    assert_eq!(media(&pool).await?, 5);
    drop(conn);
    assert_eq!(media(&pool).await?, 5);
    Ok(())
}

/// Any connection of sqlx's, such as that of a test with `sqlite::memory:`, through its handle.
async fn through_the_handle() -> Outcome {
    let mut theirs = SqliteConnection::connect("sqlite::memory:").await?;
    {
        let mut handle = theirs.lock_handle().await?;
        // SAFETY: the handle is locked for as long as `ours` lives, so that no other thread uses the
        // connection, and `ours` doesn't close it.
        #[allow(unsafe_code)]
        let mut ours = unsafe { Connection::from_handle(handle.as_raw_handle().as_ptr().cast()) }?;
        migrations::runner().up(&mut ours)?;
    }
    let (media,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM medium").fetch_one(&mut theirs).await?;
    assert_eq!(media, 5);
    Ok(())
}

async fn media(pool: &SqlitePool) -> Outcome<i64> {
    let (count,) = sqlx::query_as("SELECT count(*) FROM medium").fetch_one(pool).await?;
    Ok(count)
}
