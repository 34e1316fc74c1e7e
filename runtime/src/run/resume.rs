//! Prepares a connection for continuing a script that another run began.

use migratory_core::sql::statements;
use rusqlite::Connection;

use crate::db::patience::patiently;
use crate::run::script::exhaust;

/// Repeats the pragmas in the completed part of a script: most affect the connection, and this is a
/// new one.
///
/// Pragmas inside a transaction of the script are skipped: SQLite ignores most of them there. The
/// error has the position of its pragma in the text.
pub(crate) fn settings(conn: &Connection, done: &str) -> Result<(), (usize, rusqlite::Error)> {
    let mut in_transaction = false;
    for range in statements::ranges(done) {
        let statement = &done[range.clone()];
        match statements::transaction_word(statement) {
            Some("BEGIN" | "SAVEPOINT") => in_transaction = true,
            Some(_) => in_transaction = false,
            None => {}
        }
        let is_pragma =
            statements::first_word(statement).is_some_and(|word| word.is_word("pragma"));
        if is_pragma && !in_transaction {
            set(conn, statement).map_err(|error| (range.start, error))?;
        }
    }
    Ok(())
}

fn set(conn: &Connection, pragma: &str) -> rusqlite::Result<()> {
    patiently(conn, &|| false, || exhaust(&mut conn.prepare(pragma)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pragmas_of_the_completed_part_are_set_again() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        let done = "CREATE TABLE a (b); PRAGMA cache_size = 77; UPDATE nowhere SET x = 'PRAGMA cache_size = 1';
                    BEGIN; PRAGMA cache_size = 2; COMMIT; pragma\nrecursive_triggers(1);";
        settings(&conn, done).map_err(|(_, error)| error)?;
        let value = |name: &str| -> rusqlite::Result<i64> {
            conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        };
        assert_eq!((value("cache_size")?, value("recursive_triggers")?), (77, 1));
        Ok(())
    }
}
