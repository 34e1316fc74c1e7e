//! Finds texts in double quotes, which SQLite first tries to read as names.
//!
//! SQLite reads `"ready"` as a text only if nothing has that name. The rehearsal allows that, as an
//! application's SQLite does, and then prepares the statement again without it: any name that
//! SQLite then misses is a text.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::quotes;
use migratory_runtime::__private::message;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// Sets whether SQLite reads `"x"` as a text if nothing has that name, which is its default.
pub(crate) fn allow(conn: &Connection, is_allowed: bool) -> rusqlite::Result<()> {
    // What this returns differs between versions of rusqlite.
    let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, is_allowed)?;
    let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, is_allowed)?;
    Ok(())
}

/// Returns the texts in double quotes of a statement that is about to run, as ranges of the script.
pub(crate) fn of_statement(
    conn: &Connection,
    sql: &str,
    range: Range<usize>,
) -> rusqlite::Result<Vec<Range<usize>>> {
    let text = sql.get(range.clone()).unwrap_or_default();
    let tokens: Vec<_> = lexer::tokens(text).collect();
    if !tokens.iter().any(is_quoted) {
        return Ok(Vec::new());
    }
    allow(conn, false)?;
    let found = missed(conn, &tokens);
    allow(conn, true)?;
    let place = |token: &Token<'_>| range.start + token.start..range.start + token.end();
    Ok(tokens
        .iter()
        .filter(|it| is_quoted(it) && found.contains(&*it.unquoted()))
        .map(place)
        .collect())
}

/// Returns the names that SQLite misses, one by one, since it reports only the first.
fn missed(conn: &Connection, tokens: &[Token<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    loop {
        let text: String = tokens.iter().map(|token| as_text(*token, &found)).collect();
        let Err(error) = conn.prepare(&text) else { return found };
        match name(&message(&error, &text).0) {
            Some(name) if found.insert(name.clone()) => {}
            _ => return found,
        }
    }
}

/// Returns the token, in single quotes if it is one of these texts.
fn as_text(token: Token<'_>, found: &BTreeSet<String>) -> String {
    let text = token.unquoted();
    if is_quoted(&token) && found.contains(&*text) {
        quotes::literal(&text)
    } else {
        token.text.to_owned()
    }
}

pub(crate) fn is_quoted(token: &Token<'_>) -> bool {
    token.kind == Kind::Name && token.text.starts_with('"')
}

/// Returns the name that SQLite does not find, and that may be a text.
pub(crate) fn name(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("no such column: \"")?;
    Some(rest.split_once("\" - should this be a string literal")?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_core::sql::statements;

    fn texts(before: &str, sql: &str) -> Vec<String> {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch(before).expect(before);
        allow(&conn, true).expect("a setting");
        let found = statements::ranges(sql)
            .flat_map(|statement| of_statement(&conn, sql, statement).expect("an answer"));
        found.map(|range| sql[range].to_owned()).collect()
    }

    #[test]
    fn texts_are_distinguished_from_names() {
        let before = "CREATE TABLE m (id INTEGER PRIMARY KEY, state TEXT, \"a b\" TEXT)";
        for (sql, expected) in [
            ("UPDATE m SET state = \"ready\"", &["\"ready\""][..]),
            ("UPDATE \"m\" SET \"state\" = \"a b\"", &[]),
            (
                "UPDATE m SET state = \"x\" WHERE state IN (\"y\", \"id\", \"x\")",
                &["\"x\"", "\"y\"", "\"x\""],
            ),
            ("INSERT INTO m (state) VALUES (\"it's\")", &["\"it's\""]),
            (
                "CREATE TABLE n (k TEXT CHECK (k IN (\"a\", \"b\")), \"v\" TEXT DEFAULT 'x')",
                &["\"a\"", "\"b\""],
            ),
            ("CREATE INDEX i ON m (id) WHERE \"state\" = \"on\"", &["\"on\""]),
            ("SELECT \"id\" AS \"x y\" FROM m ORDER BY \"x y\"", &[]),
            ("SELECT 'a'", &[]),
        ] {
            assert_eq!(texts(before, sql), expected, "{sql}");
        }
    }
}
