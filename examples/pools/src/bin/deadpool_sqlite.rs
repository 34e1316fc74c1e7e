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

    // Several processes may start at once: the runner reads what is pending under a lock, so one of
    // them migrates, and the others find nothing to do. They wait for the time of `busy_timeout`,
    // which is five seconds with rusqlite; a long migration needs more. This sets it for the
    // connection that migrates; the pool's hook `post_create` would set it for each connection.
    conn.interact(|conn| conn.busy_timeout(Duration::from_secs(30))).await??;

    // Migrate once, on one connection, before the pool is used: the schema is in the file, where
    // all other connections find it. (In memory, each connection would have its own database.) The
    // closure runs on a thread that may block, so that a long migration doesn't delay other tasks.
    // The first `?` is for a panic in the closure, the second for a failed migration.
    let report = conn.interact(|conn| migrations::runner().up(conn)).await??;

    // The first connection is still in use, so this is another one.
    let other = pool.get().await?;
    let media: i64 = other
        .interact(|conn| conn.query_row("SELECT count(*) FROM medium", [], |row| row.get(0)))
        .await??;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration inserts them");
    println!("deadpool-sqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
