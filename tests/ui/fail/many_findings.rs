//! All findings come at once, and code that uses the set adds no error of its own.
migratory::embed_migrations!("tests/fixtures/many_at_once/migrations", watch = off);

fn main() -> Result<(), migratory::Error> {
    let mut conn = migratory::rusqlite::Connection::open_in_memory()?;
    migrations::runner().to(&mut conn, migrations::LATEST)?;
    Ok(())
}
