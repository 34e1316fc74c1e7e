//! Migrates when the program starts, with `r2d2_sqlite`: a pool for programs with threads.

use std::error::Error;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;

migratory::embed_migrations!("../../migrations");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;

    // Several processes may start at once: the runner reads what is pending under a lock, so one of
    // them migrates, and the others find nothing to do. They wait for the time of `busy_timeout`,
    // which is five seconds with rusqlite; a long migration needs more.
    let manager = SqliteConnectionManager::file(folder.path().join("app.db"))
        .with_init(|conn| conn.busy_timeout(Duration::from_secs(30)));
    let pool = r2d2::Pool::new(manager)?;
    let mut conn = pool.get()?;

    // Migrate once, on one connection, before the pool is used: the schema is in the file, where
    // all other connections find it, even those that the pool has opened before. `with_init` would
    // migrate on each connection.
    let report = migrations::runner().up(&mut conn)?;

    // The first connection is still in use, so this is another one.
    let other = pool.get()?;
    let media: i64 = other.query_row("SELECT count(*) FROM medium", [], |row| row.get(0))?;

    assert_eq!(report.steps().last().map(|done| done.version), Some(migrations::LATEST));
    assert_eq!(media, 5, "the first migration inserts them");
    println!("r2d2_sqlite: {} migrations applied, {media} media", report.steps().len());
    Ok(())
}
