//! Finds out why SQLite refuses a COMMIT.

use std::ops::Range;

use migratory_core::sql::lexer;
use migratory_core::sql::statements;
use rusqlite::Connection;

use crate::db::foreign_keys::{self, Added, Touched};

/// Why SQLite refused a COMMIT. The transaction is rolled back, unless the error isn't about
/// foreign keys.
pub(crate) enum Uncommitted {
    /// There are new dangling foreign keys.
    Dangling(Added),
    /// No key dangles, but SQLite has counted a violation: the script dropped a table that these
    /// keys refer to.
    ///
    /// `DROP TABLE` counts each row that refers to the table as a violation of a deferred key. If
    /// another table takes the name later, the keys match again, but the count stays.
    Counted { parents: Vec<String>, error: rusqlite::Error },
    /// SQLite failed for another reason.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Uncommitted {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Rolls back a transaction whose COMMIT SQLite refused with this error because of a deferred foreign
/// key, and finds the new violations in the touched tables.
pub(crate) fn uncommitted(
    conn: &Connection,
    touched: &Touched,
    error: rusqlite::Error,
) -> Uncommitted {
    let found = || -> rusqlite::Result<_> {
        let parents = foreign_keys::parents(conn, touched)?;
        Ok((parents, foreign_keys::added_in_transaction(conn, touched)?))
    };
    match found() {
        Ok((parents, Added { total: 0, .. })) => Uncommitted::Counted { parents, error },
        Ok((_, added)) => Uncommitted::Dangling(added),
        Err(error) => error.into(),
    }
}

/// Returns the index of the last script that drops one of these tables, and the range of that
/// statement.
///
/// SQLite isn't known to count violations for any other statement. If no script has such a
/// statement, returns the last statement of the last script.
pub(crate) fn dropped(scripts: &[&str], parents: &[String]) -> Option<(usize, Range<usize>)> {
    let is_parent = |name: &String| parents.iter().any(|it| it.eq_ignore_ascii_case(name));
    let statements = |nth: usize, sql: &str| {
        statements::ranges(sql).map(move |range| (nth, range)).collect::<Vec<_>>()
    };
    let all: Vec<_> =
        scripts.iter().enumerate().flat_map(|(nth, sql)| statements(nth, sql)).collect();
    let drops = |(nth, range): &&(usize, Range<usize>)| {
        scripts[*nth].get(range.clone()).and_then(dropped_table).as_ref().is_some_and(is_parent)
    };
    all.iter().rfind(drops).or(all.last()).cloned()
}

/// Returns the table that a statement drops.
fn dropped_table(statement: &str) -> Option<String> {
    let mut tokens = lexer::meaningful(statement).peekable();
    for word in ["drop", "table"] {
        tokens.next().filter(|token| token.is_word(word))?;
    }
    if tokens.next_if(|token| token.is_word("if")).is_some() {
        tokens.next();
    }
    let name = tokens.next()?;
    let name = match tokens.next_if(|token| token.text == ".") {
        Some(_) => tokens.next()?,
        None => name,
    };
    Some(name.unquoted().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (&'static [&'static str], Option<(usize, &'static str)>);

    #[test]
    fn the_last_drop_of_a_parent_is_found() {
        let parents = ["Author".to_owned(), "tag".to_owned()];
        let cases: [Case; 7] = [
            (&["DROP TABLE author; DROP TABLE spare;"], Some((0, "DROP TABLE author;"))),
            (
                &["DROP TABLE author", "DROP TABLE IF EXISTS main.\"TAG\""],
                Some((1, "DROP TABLE IF EXISTS main.\"TAG\"")),
            ),
            (
                &["drop /* x */ table [tag]; SELECT 1", "DELETE FROM tag"],
                Some((0, "drop /* x */ table [tag];")),
            ),
            (&["DROP TABLE tag; DROP TABLE author;", "SELECT 1"], Some((0, "DROP TABLE author;"))),
            (
                &["DROP VIEW author; DROP INDEX tag; -- DROP TABLE tag"],
                Some((0, "DROP INDEX tag;")),
            ),
            (&["SELECT 'DROP TABLE tag;'", ""], Some((0, "SELECT 'DROP TABLE tag;'"))),
            (&[], None),
        ];
        for (scripts, expected) in cases {
            let found = dropped(scripts, &parents);
            let found = found.map(|(nth, range)| (nth, &scripts[nth][range]));
            assert_eq!(found, expected, "{scripts:?}");
        }
    }
}
