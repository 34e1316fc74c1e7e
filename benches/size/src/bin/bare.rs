//! The baseline: rusqlite alone.

use std::error::Error;

use rusqlite::Connection;

fn main() -> Result<(), Box<dyn Error>> {
    let conn = Connection::open_in_memory()?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    println!("{tables}");
    Ok(())
}
