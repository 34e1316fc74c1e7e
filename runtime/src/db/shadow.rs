//! Finds temporary objects of the application that would take part in a migration.
//!
//! SQLite looks in the temporary schema first: with two objects of one name, a migration would
//! change the temporary one and be recorded as applied. A temporary trigger may also fire on a
//! table of the database.

use migratory_core::Step;
use rusqlite::Connection;

use crate::db::foreign_keys::mentioned;
use crate::db::query;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Refuses scripts that mention the name of a temporary object, and all scripts if a temporary
/// trigger is on a table of the database: triggers and foreign keys make it impossible to know
/// which scripts fire it.
pub(crate) fn check(conn: &Connection, scripts: &[(&Step, &str)]) -> Result<(), Error> {
    let names = temporary(conn)?;
    if names.is_empty() {
        return Ok(());
    }
    let triggers = triggers(conn)?;
    if !triggers.is_empty() {
        return Err(ErrorKind::TemporaryTriggers { triggers }.into());
    }
    for (step, sql) in scripts {
        let mentioned: Vec<_> = mentioned(sql).collect();
        let is_mentioned =
            |name: &&String| mentioned.iter().any(|it| it.eq_ignore_ascii_case(name));
        let objects: Vec<_> = names.iter().filter(is_mentioned).cloned().collect();
        if !objects.is_empty() {
            return Err(ErrorKind::Shadowed { file: step.file.clone(), objects }.into());
        }
    }
    Ok(())
}

fn temporary(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM temp.sqlite_schema ORDER BY name";
    query::texts(conn, sql, &[], 0)
}

/// Returns the temporary triggers on tables and views of the main database, each with its table.
fn triggers(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT name, tbl_name FROM temp.sqlite_schema AS trigger \
         WHERE type = 'trigger' \
         AND EXISTS (SELECT 1 FROM main.sqlite_schema WHERE lower(name) = lower(trigger.tbl_name)) \
         AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema \
             WHERE type <> 'trigger' AND lower(name) = lower(trigger.tbl_name)) \
         ORDER BY name";
    query::pairs(conn, sql, &[])
}
