//! Finds the values that a script names: what its own words make of a row is intended.

use migratory_core::sql::lexer::{self, Token};
use rusqlite::types::Value;

use crate::rows::literals_in;
use migratory_analysis::CheckedScript;

/// Returns the values, including NULL, that statements which write rows name. A value in a
/// definition, such as a CHECK, does not become the value of any row.
pub(super) fn literals(script: &CheckedScript) -> Vec<Value> {
    let texts: Vec<_> = script.texts().filter(|text| writes_rows(text)).collect();
    let null = texts.iter().any(|text| names_null(text)).then_some(Value::Null);
    texts.into_iter().flat_map(literals_in).chain(null).collect()
}

fn writes_rows(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text);
    let Some(verb) = tokens.next() else { return false };
    is_one(&verb, &["insert", "replace", "update", "with"])
        || (verb.is_word("create") && tokens.any(|token| token.is_word("select")))
}

/// Whether a statement itself makes NULLs: with `NULL` as a value, `nullif`, or a CASE without an
/// ELSE.
fn names_null(text: &str) -> bool {
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let count = |word| tokens.iter().filter(|token| token.is_word(word)).count();
    let has_open_case = count("case") > count("else");
    has_open_case
        || tokens.windows(2).any(|pair| {
            pair[1].is_word("nullif")
                || (pair[1].is_word("null") && !is_one(&pair[0], &["not", "is"]))
        })
}

fn is_one(token: &Token<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| token.is_word(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_makes_null_names_it() {
        for (text, expected) in [
            ("UPDATE t SET x = NULL", true),
            ("INSERT INTO n SELECT nullif(x, '') FROM t", true),
            ("INSERT INTO n SELECT CASE WHEN x > 0 THEN x END FROM t", true),
            ("INSERT INTO n SELECT CASE WHEN x > 0 THEN x ELSE 0 END FROM t", false),
            ("INSERT INTO n SELECT date(x) FROM t WHERE x IS NOT NULL OR y IS NULL", false),
            ("UPDATE t SET x = date(x)", false),
        ] {
            assert_eq!(names_null(text), expected, "{text}");
        }
    }

    #[test]
    fn definitions_name_no_values() {
        for (text, expected) in [
            ("CREATE TABLE n (x INTEGER CHECK (x IN (0, 1)))", false),
            ("CREATE INDEX i ON t (x) WHERE x > 0", false),
            ("DROP TABLE t", false),
            ("CREATE TABLE n AS SELECT max(x, 0) AS x FROM t", true),
            ("WITH c AS (SELECT 1) INSERT INTO n SELECT * FROM c", true),
            ("REPLACE INTO t VALUES (1)", true),
        ] {
            assert_eq!(writes_rows(text), expected, "{text}");
        }
    }
}
