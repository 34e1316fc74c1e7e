//! The smallest use of migratory: an ordinary set, and one call of `up`.

use std::error::Error;

use rusqlite::Connection;

migratory::embed_migrations!("migrations", watch = off);

fn main() -> Result<(), Box<dyn Error>> {
    let mut conn = Connection::open_in_memory()?;
    migrations::runner().up(&mut conn)?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    println!("{tables}");
    Ok(())
}
