//! Copies a schema without its rows.

use migratory_core::sql::lexer;
use rusqlite::Connection;

use crate::history::table::TABLE;

/// Creates the objects of one database's schema in another, empty one, and returns the length of
/// the longest definition. The error describes the problem.
///
/// The definitions come from the file: one that would do more than define an object is not run.
pub(super) fn copy(from: &Connection, to: &Connection) -> Result<usize, String> {
    let mut longest = 0;
    for (name, sql) in definitions(from).map_err(|error| error.to_string())? {
        longest = longest.max(sql.len());
        let fault = |what: &str| format!("{name}: {what}");
        // The virtual table has created its own shadow tables.
        if exists(to, &name).map_err(|error| error.to_string())? {
            continue;
        }
        if !is_definition(&sql) {
            return Err(fault("it is defined by something else than a definition"));
        }
        let mut statement = to.prepare(&sql).map_err(|error| fault(&plain(&error, &sql)))?;
        statement.execute([]).map_err(|error| fault(&plain(&error, &sql)))?;
    }
    Ok(longest)
}

fn plain(error: &rusqlite::Error, sql: &str) -> String {
    crate::db::errors::message(error, sql).0
}

/// Returns names and definitions in order of dependency: virtual tables, tables, views, indexes,
/// triggers.
fn definitions(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT name, sql FROM main.sqlite_schema \
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND lower(tbl_name) <> ?1 \
         ORDER BY type = 'trigger', type = 'index', type = 'view', lower(sql) NOT LIKE 'create virtual%', rowid";
    let mut statement = conn.prepare(sql)?;
    let found = statement.query_map([TABLE], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
}

fn exists(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE lower(name) = lower(?1))";
    conn.query_row(sql, [name], |row| row.get(0))
}

/// Returns whether a text is one definition as SQLite stores it: it stores columns for a table
/// created from a query.
fn is_definition(sql: &str) -> bool {
    let tokens: Vec<_> = lexer::meaningful(sql).take(4).collect();
    let is_word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is_word(word));
    let is_table = is_word(1, "table");
    is_word(0, "create") && (!is_table || tokens.get(3).is_some_and(|token| token.text == "("))
}
