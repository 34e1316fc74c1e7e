//! Splits a script into statements.

use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind, Token};

/// A statement, as a range of bytes in its script.
///
/// It ends with its semicolon, or with its last token if the text ends first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) range: Range<usize>,
}

/// Splits a script into its statements. A semicolon alone is not a statement.
pub(crate) fn split(sql: &str) -> Vec<Statement> {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut statements = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some(first) = rest.first() {
        let length = length(rest);
        if first.kind != Kind::Semicolon {
            let end = rest[length - 1].end();
            statements.push(Statement { range: first.start..end });
        }
        rest = &rest[length..];
    }
    statements
}

/// The number of tokens in the first statement; there is at least one.
fn length(tokens: &[Token<'_>]) -> usize {
    let ends = |at: usize| {
        tokens[at].kind == Kind::Semicolon && (!begins_trigger(tokens) || ends_trigger(tokens, at))
    };
    (0..tokens.len()).find(|&at| ends(at)).map_or(tokens.len(), |at| at + 1)
}

fn begins_trigger(tokens: &[Token<'_>]) -> bool {
    let mut words = tokens
        .iter()
        .filter(|token| !["explain", "query", "plan"].iter().any(|word| token.is_word(word)))
        .take(3);
    words.next().is_some_and(|token| token.is_word("create"))
        && words
            .find(|token| !token.is_word("temp") && !token.is_word("temporary"))
            .is_some_and(|token| token.is_word("trigger"))
}

/// Whether the semicolon at `at` closes a trigger: it follows an `END` that itself follows a semicolon.
///
/// The `END` of a `CASE` never follows one.
fn ends_trigger(tokens: &[Token<'_>], at: usize) -> bool {
    at >= 2 && tokens[at - 1].is_word("end") && tokens[at - 2].kind == Kind::Semicolon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        split(sql).into_iter().map(|statement| &sql[statement.range]).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        for (sql, expected) in [
            ("", &[][..]),
            ("-- nothing", &[]),
            (" ; ;; ", &[]),
            ("SELECT 1", &["SELECT 1"]),
            ("SELECT 1 -- one", &["SELECT 1"]),
            ("SELECT ';' ;-- ;\n SELECT /* ; */ 2;", &["SELECT ';' ;", "SELECT /* ; */ 2;"]),
        ] {
            assert_eq!(texts(sql), expected, "{sql:?}");
        }
    }

    #[test]
    fn a_trigger_ends_after_its_end() {
        let plain = "CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; END;";
        let cases = "CREATE TEMP TRIGGER a AFTER INSERT ON b WHEN CASE 1 WHEN 1 THEN 1 END \
                     BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; UPDATE c SET d = 1; END ;";
        let explained = "EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER a BEGIN SELECT 1; END";
        for trigger in [plain, cases] {
            let sql = format!("{trigger} SELECT 1;");
            assert_eq!(texts(&sql), [trigger, "SELECT 1;"]);
        }
        assert_eq!(texts(explained), [explained]);
    }
}
