//! Migrates when the program starts, with `r2d2_sqlite`: a pool for programs with threads.

use std::error::Error;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;

migratory::embed_migrations!("../../migrations");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;

    // Several processes may start at once, and there is nothing to do about it: what is pending is
    // read under the lock, so one of them migrates, and the others find it done. They wait for as
    // long as `busy_timeout` says, five seconds with rusqlite; a long migration wants more.
    let manager = SqliteConnectionManager::file(folder.path().join("app.db"))
        .with_init(|conn| conn.busy_timeout(Duration::from_secs(30)));
    let pool = r2d2::Pool::new(manager)?;
    let mut conn = pool.get()?;

    // Once, on one connection, before the pool is handed out: the schema is in the file, where each
    // other connection finds it, even those that the pool has opened before. So it is no work for
    // `with_init`, which would do it for each connection.
    let report = migrations::runner().up(&mut conn)?;

    // The first is still held, so this is another connection.
    let other = pool.get()?;
    let media: i64 = other.query_row("SELECT count(*) FROM medium", [], |row| row.get(0))?;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration puts them in");
    println!("r2d2_sqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
