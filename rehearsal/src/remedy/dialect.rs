//! Suggests what to write instead of statements for other databases.

use migratory_core::sql::lexer::{self, Token};

const ONE_COLUMN: &str = "SQLite adds one column per statement, and has no `IF NOT EXISTS` there: write one ALTER TABLE for each column";
const ONE_CHANGE: &str = "SQLite makes one change per ALTER TABLE: write one statement for each";
const COLUMN_TYPE: &str = "SQLite can't change the type of a column: create a new table, copy the rows, drop the old table, and rename the new one";
const NO_EXTENSION: &str = "SQLite has no `CREATE EXTENSION`: delete this statement";

/// Returns help for a syntax error in a statement that other databases accept.
pub(crate) fn help(message: &str, text: &str) -> Option<&'static str> {
    let near = message.strip_prefix("near \"")?.strip_suffix("\": syntax error")?;
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let has = |words: &[&str]| is_in(&tokens, words);
    if has(&["create", "extension"]) {
        return Some(NO_EXTENSION);
    }
    if !tokens.first().is_some_and(|first| first.is_word("alter")) {
        return None;
    }
    match near {
        _ if has(&["if", "not", "exists"]) => Some(ONE_COLUMN),
        "," => Some(ONE_CHANGE),
        _ if has(&["alter", "column"]) => Some(COLUMN_TYPE),
        _ => None,
    }
}

fn is_in(tokens: &[Token<'_>], words: &[&str]) -> bool {
    let is_here =
        |here: &[Token<'_>]| here.iter().zip(words).all(|(token, word)| token.is_word(word));
    tokens.windows(words.len()).any(is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite's message.
    fn message(sql: &str) -> String {
        let conn = rusqlite::Connection::open_in_memory().expect("a database in memory");
        conn.execute_batch("CREATE TABLE a (b)").expect("a table");
        let error = conn.prepare(sql).expect_err(sql);
        migratory_runtime::__private::message(&error, sql).0
    }

    #[test]
    fn statements_for_other_databases_get_help() {
        for (sql, expected) in [
            ("ALTER TABLE a ADD COLUMN IF NOT EXISTS c TEXT", Some(ONE_COLUMN)),
            ("ALTER TABLE a ADD COLUMN IF NOT EXISTS c TEXT, ADD COLUMN d TEXT", Some(ONE_COLUMN)),
            ("ALTER TABLE a ADD COLUMN c TEXT, ADD COLUMN d TEXT", Some(ONE_CHANGE)),
            ("ALTER TABLE a ALTER COLUMN b TYPE TEXT", Some(COLUMN_TYPE)),
            ("CREATE EXTENSION IF NOT EXISTS pgcrypto", Some(NO_EXTENSION)),
            ("ALTER TABLE a ADD COLUMN c TEXT TEXT (", None),
            ("CREATE TABLE IF NOT EXISTS c (d,,)", None),
            ("SELECT 1 FROM nothing", None),
        ] {
            assert_eq!(help(&message(sql), sql), expected, "{sql}");
        }
    }
}
