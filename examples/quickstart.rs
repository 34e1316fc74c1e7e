//! Migrates a new database up, down and up again, and prints each report.
//!
//! Run it with `cargo run --example quickstart`. It uses the folder `migrations/` of this repository, the schema of a
//! library of books, films and records.

#![allow(clippy::print_stdout, reason = "prints its reports")]

use std::error::Error;

use rusqlite::Connection;

migratory::embed_migrations!("migrations", watch = off);

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("migratory-quickstart-{}.db", std::process::id()));
    let mut conn = Connection::open(&path)?;
    let runner = migrations::runner();

    println!("A new database. The plan:\n\n{}\n", runner.plan(&conn, migrations::LATEST)?);
    println!("The report:\n\n{}\n", runner.up(&mut conn)?);

    fill(&conn)?;
    println!("The rows:\n\n{}\n", overview(&conn)?);

    let older = migrations::V5_ADD_ITEM_OVERVIEW;
    println!("Down to version {older}, for an older program:\n");
    println!("{}\n", runner.to(&mut conn, older)?);
    println!("The status:\n\n{}\n", runner.status(&conn)?);
    println!("Up again:\n\n{}\n", runner.up(&mut conn)?);
    println!("The rows are the same:\n\n{}\n", overview(&conn)?);
    println!("The report of a start with nothing to do: {}.\n", runner.up(&mut conn)?);

    println!("The database is {}.", path.display());
    println!("Its history:   SELECT version, name, state FROM migratory_history;");
    println!(
        "Next, look at: migrations/0006_make_release_year_nullable.up.sql, which rebuilds a table with children."
    );
    println!("Then try:      delete a down, or add COMMIT to an up, and build.");
    Ok(())
}

fn fill(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "INSERT INTO item (id, medium_id, title, summary, release_year)
         VALUES (1, 1, 'The Time Machine', 'A traveller sees the end.', 1895),
                (2, 3, 'Metropolis', 'A city above, a city below.', 1927);
         INSERT INTO person (id, name, sort_name)
         VALUES (1, 'H. G. Wells', 'Wells, H. G.'), (2, 'Fritz Lang', 'Lang, Fritz');
         INSERT INTO credit (item_id, person_id, role) VALUES (1, 1, 'author'), (2, 2, 'director');",
    )
}

fn overview(conn: &Connection) -> rusqlite::Result<String> {
    let mut statement =
        conn.prepare("SELECT title, medium, credits FROM item_overview ORDER BY title")?;
    let rows = statement.query_map([], |row| {
        let (title, medium, credits): (String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{title}, a {medium}, by {credits}"))
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.join("\n"))
}
