//! Migrates when the program starts, with `deadpool-sqlite`: a pool for async programs.

use std::error::Error;
use std::time::Duration;

use deadpool_sqlite::{Config, Runtime};

migratory::embed_migrations!("../../migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let pool = Config::new(folder.path().join("app.db")).create_pool(Runtime::Tokio1)?;
    let conn = pool.get().await?;

    // Several processes may start at once, and there is nothing to do about it: what is pending is
    // read under the lock, so one of them migrates, and the others find it done. They wait for as
    // long as `busy_timeout` says, five seconds with rusqlite; a long migration wants more. This
    // sets it for the connection that migrates; the pool's hook `post_create` would, for each.
    conn.interact(|conn| conn.busy_timeout(Duration::from_secs(30))).await??;

    // Once, on one connection, before the pool is handed out: the schema is in the file, where each
    // other connection finds it. (In memory, each connection would have a database of its own.)
    // The closure runs on a thread that may block, so that a long migration does not hold up other
    // tasks. The first `?` is for a closure that panics, the second for a migration that fails.
    let report = conn.interact(|conn| migrations::runner().up(conn)).await??;

    // The first is still held, so this is another connection.
    let other = pool.get().await?;
    let media: i64 = other
        .interact(|conn| conn.query_row("SELECT count(*) FROM medium", [], |row| row.get(0)))
        .await??;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration puts them in");
    println!("deadpool-sqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
