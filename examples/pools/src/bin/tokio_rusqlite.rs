//! Migrates when the program starts, with `tokio-rusqlite`: a connection on its own thread.

use std::error::Error;
use std::time::Duration;

use tokio_rusqlite::Connection;

migratory::embed_migrations!("../../migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let conn = Connection::open(folder.path().join("app.db")).await?;

    // Several processes may start at once: the runner reads what is pending under a lock, so one of
    // them migrates, and the others find nothing to do. They wait for the time of `busy_timeout`,
    // which is five seconds with rusqlite; a long migration needs more.
    conn.call(|conn| conn.busy_timeout(Duration::from_secs(30))).await?;

    // Migrate once, before the handle is cloned: its clones share the connection, and other
    // connections to the file find the schema there. The closure runs on the connection's thread,
    // so that a long migration doesn't delay other tasks.
    let report = conn.call(|conn| migrations::runner().up(conn)).await?;

    let media: i64 = conn
        .call(|conn| conn.query_row("SELECT count(*) FROM medium", [], |row| row.get(0)))
        .await?;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration inserts them");
    println!("tokio-rusqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
