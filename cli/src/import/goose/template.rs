//! The placeholder statements that `goose create` writes, and that authors often leave.

use migratory_core::sql::lexer::{self, Kind};

use crate::import::text;

/// Removes the placeholders. Returns whether there were any.
pub(crate) fn without(sql: &str) -> (String, bool) {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut text = String::new();
    let mut copied = 0;
    for (at, found) in tokens.windows(3).enumerate() {
        let begins = at == 0 || tokens[at - 1].kind == Kind::Semicolon;
        let is_text = matches!(found[1].text, "'up SQL query'" | "'down SQL query'");
        if begins && found[0].is_word("select") && is_text && found[2].kind == Kind::Semicolon {
            text.push_str(&sql[copied..found[0].start]);
            copied = found[2].end();
            let line = sql[copied..].split_inclusive('\n').next().unwrap_or_default();
            if line.trim().is_empty() && (text.is_empty() || text.ends_with('\n')) {
                copied += line.len();
            }
        }
    }
    if copied == 0 {
        return (sql.to_owned(), false);
    }
    text.push_str(&sql[copied..]);
    (text::trimmed(&text).to_owned(), true)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn the_statements_of_the_template_go() {
        for (sql, expected) in [
            ("SELECT 'up SQL query';\n", ""),
            ("SELECT 'up SQL query';A;\n", "A;\n"),
            ("A;\nselect 'down SQL query';\nB;\n", "A;\nB;\n"),
            ("-- a\nSELECT 'down SQL query'; -- b\n", "-- a\n -- b\n"),
            ("INSERT INTO a SELECT 'up SQL query';\n", "INSERT INTO a SELECT 'up SQL query';\n"),
        ] {
            assert_eq!(without(sql).0, expected, "{sql:?}");
        }
    }
}
