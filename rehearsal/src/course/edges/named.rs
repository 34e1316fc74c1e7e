//! Finds the values that a script names: what its own words make of a row is intended.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;
use rusqlite::types::Value;

use crate::rows::literals_in;
use crate::schema::Name;
use migratory_analysis::CheckedScript;

/// Returns the values, including NULL, that statements which write rows name. A value in a
/// definition, such as a CHECK, does not become the value of any row.
pub(super) fn literals(script: &CheckedScript) -> Vec<Value> {
    let texts: Vec<_> = script.texts().filter(|text| writes_rows(text)).collect();
    let null = texts.iter().any(|text| names_null(text)).then_some(Value::Null);
    texts.into_iter().flat_map(|text| literals_in(&without_fallbacks(text))).chain(null).collect()
}

/// Returns a statement without the literals that stand in for a row which a lookup does not find.
///
/// `coalesce(code.name, '')` with a `LEFT JOIN code` says what becomes of a row without a code,
/// and not that the value in its place may go.
fn without_fallbacks(text: &str) -> String {
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let joined = joined(&tokens);
    let mut text = text.to_owned();
    let fallbacks = (0..tokens.len()).filter_map(|at| fallback(&tokens, at, &joined));
    for Range { start, end } in fallbacks {
        text.replace_range(start..end, &" ".repeat(end - start));
    }
    text
}

/// Returns the names of the tables that a statement joins to others, and their aliases.
fn joined(tokens: &[Token<'_>]) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    for at in (0..tokens.len()).filter(|at| tokens[*at].is_word("join")) {
        let until = tokens[at..].iter().position(|token| is_one(token, &["on", "using"]));
        let source = &tokens[at + 1..until.map_or(tokens.len(), |until| at + until)];
        let is_name = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
        let ends = [source.first(), source.last()].into_iter().flatten().filter(is_name);
        names.extend(ends.map(|token| Name::new(token.unquoted())));
    }
    names
}

/// Returns the place of the literal that stands in for a missing row in the expression that begins
/// at a token: `coalesce(b.x, '')`, `iif(b.x IS NULL, '', b.x)` and
/// `CASE WHEN b.x IS NULL THEN '' ELSE b.x END`.
fn fallback(tokens: &[Token<'_>], at: usize, joined: &BTreeSet<Name>) -> Option<Range<usize>> {
    let (looked_up, instead) = if is_one(&tokens[at], &["coalesce", "ifnull", "iif"]) {
        let group = parens::group(tokens, at + 1)?;
        let arguments = parens::split(tokens.get(group.start + 1..group.end)?);
        match arguments.as_slice() {
            [condition, instead, _] if tokens[at].is_word("iif") => (missing(condition)?, *instead),
            [tried @ .., instead] if !tokens[at].is_word("iif") => (*tried.last()?, *instead),
            _ => return None,
        }
    } else if tokens[at].is_word("when") {
        let then = at + tokens[at..].iter().position(|token| token.is_word("then"))?;
        (missing(&tokens[at + 1..then])?, tokens.get(then + 1..then + 2)?)
    } else {
        return None;
    };
    let is_lookup = match looked_up {
        [open, select, ..] if open.text == "(" && select.is_word("select") => true,
        [table, dot, _] if dot.text == "." => joined.contains(&Name::new(table.unquoted())),
        _ => false,
    };
    let is_literal = |token: &Token<'_>| {
        matches!(token.kind, Kind::Text | Kind::Number) || matches!(token.text, "-" | "+")
    };
    let (first, last) = (instead.first()?, instead.last()?);
    (is_lookup && instead.iter().all(is_literal)).then_some(first.start..last.end())
}

/// Returns the expression that a condition compares with NULL.
fn missing<'t, 'a>(condition: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    match condition {
        [looked_up @ .., is, null] if is.is_word("is") && null.is_word("null") => Some(looked_up),
        _ => None,
    }
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
    fn literals_that_replace_a_missing_row_are_not_named() {
        const JOIN: &str = "FROM a AS s LEFT JOIN main.b AS c ON c.x = s.x";
        for (value, is_named) in [
            ("coalesce(c.x, 'none')", false),
            ("ifnull(c.x, 'none')", false),
            ("coalesce(c.y, c.x, 'none')", false),
            ("CASE WHEN c.x IS NULL THEN 'none' ELSE c.x END", false),
            ("iif(c.x IS NULL, 'none', c.x)", false),
            ("coalesce((SELECT x FROM b LIMIT 1), 'none')", false),
            ("trim(coalesce(c.x, 'none'))", false),
            ("coalesce(s.x, 'none')", true),
            ("coalesce(x, 'none')", true),
            ("coalesce(nullif(s.x, ''), 'none')", true),
            ("coalesce(date(s.x), 'none')", true),
            ("CASE WHEN s.x IS NULL THEN 'none' ELSE c.x END", true),
            ("iif(c.x = '', 'none', c.x)", true),
            ("coalesce(c.x, s.x)", false),
            ("CASE c.x WHEN 'none' THEN s.x ELSE c.x END", true),
        ] {
            let text = format!("INSERT INTO n SELECT {value} {JOIN}");
            let named = literals_in(&without_fallbacks(&text));
            assert_eq!(named.contains(&Value::Text("none".to_owned())), is_named, "{value}");
        }
        let numbers = "INSERT INTO n SELECT coalesce(b.x, -1) FROM a JOIN b ON b.id = a.id";
        assert_eq!(literals_in(&without_fallbacks(numbers)), []);
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
