//! Migrates a database that the program uses with Diesel: a file, and one in memory for tests.

use std::error::Error;

use diesel::prelude::*;
use rusqlite::OpenFlags;

migratory::embed_migrations!("../../migrations");

// `diesel print-schema` writes this from a database that was migrated.
diesel::table! {
    medium (id) {
        id -> Integer,
        name -> Text,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Migrate the file with a connection of rusqlite's, then use it with Diesel's.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("app.db");
    migrations::runner().up(&mut rusqlite::Connection::open(&file)?)?;
    let mut conn = SqliteConnection::establish(file.to_str().ok_or("a path in UTF-8")?)?;
    assert_eq!(medium::table.count().get_result::<i64>(&mut conn)?, 5);

    // A database in memory under a name, which both libraries open: their SQLite is the same library.
    // It is gone when its last connection is closed, so ours stays open until Diesel has one.
    let name = "file:in_shared_memory?mode=memory&cache=shared";
    let mut ours = rusqlite::Connection::open_with_flags(name, OpenFlags::default())?;
    migrations::runner().up(&mut ours)?;
    let mut theirs = SqliteConnection::establish(name)?;
    drop(ours);
    let names = medium::table.select(medium::name).order(medium::id).load::<String>(&mut theirs)?;
    assert_eq!(names.len(), 5);

    println!("diesel: both databases have the schema, with {}", names.join(", "));
    Ok(())
}
