//! Migrates when the program starts, with `tokio-rusqlite`: a connection on a thread of its own.

use std::error::Error;
use std::time::Duration;

use tokio_rusqlite::Connection;

migratory::embed_migrations!("../../migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let conn = Connection::open(folder.path().join("app.db")).await?;

    // Several processes may start at once, and there is nothing to do about it: what is pending is
    // read under the lock, so one of them migrates, and the others find it done. They wait for as
    // long as `busy_timeout` says, five seconds with rusqlite; a long migration wants more.
    conn.call(|conn| conn.busy_timeout(Duration::from_secs(30))).await?;

    // Once, before the handle is cloned and handed out: its clones share the one connection, and
    // another connection to the same file finds the same schema there. The closure runs on the
    // connection's thread, so that a long migration does not hold up other tasks.
    let report = conn.call(|conn| migrations::runner().up(conn)).await?;

    let media: i64 = conn
        .call(|conn| conn.query_row("SELECT count(*) FROM medium", [], |row| row.get(0)))
        .await?;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration puts them in");
    println!("tokio-rusqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
