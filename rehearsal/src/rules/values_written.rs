//! Finds the part of a statement whose values it writes: the select list of an INSERT, or what an
//! UPDATE sets.
//!
//! A condition reads values, and keeps none of them; so do `count(..)` and `EXISTS (..)`. But a
//! condition that joins tables may carry a value on: `SET kind_id = (SELECT id FROM kind WHERE
//! kind.name = item.kind)` writes the key of the row that has it.

use migratory_core::sql::lexer::{Kind, Token};
use migratory_core::sql::names::is_rowid;
use migratory_core::sql::parens;

use super::phrase;
use crate::schema::{Name, Table};

/// Functions whose result says nothing, or not enough, about the values that they read.
const TALLIES: [&str; 7] = ["count", "sum", "total", "avg", "exists", "length", "typeof"];

/// What a flag holds if nothing is given.
const FLAGS: [&str; 4] = ["0", "1", "false", "true"];

/// The words that end a condition.
const ENDS: [&str; 11] = [
    "group",
    "order",
    "limit",
    "returning",
    "union",
    "intersect",
    "except",
    "on",
    "having",
    "window",
    "select",
];

/// Whether a statement that reads this column of a table, or any column of it, may write what it
/// reads.
pub(super) fn writes(text: &str, table: Option<&Table>, column: Option<&Name>) -> bool {
    let tokens: Vec<_> =
        phrase::meaningful(text).filter(|token| token.kind != Kind::Semicolon).collect();
    let is_one_of_few = table.zip(column).is_some_and(|(table, column)| has_few(table, column));
    let kept = written(&sources(&tokens), is_one_of_few);
    let is_wanted = |token: &Token<'_>| {
        let name = Name::new(token.unquoted());
        match column {
            Some(column) => name == *column,
            None => {
                table.is_none_or(|table| table.column(&name).is_some()) || is_rowid(name.as_str())
            }
        }
    };
    let names = kept.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
    kept.iter().any(|token| token.text == "*") || names.into_iter().any(is_wanted)
}

/// Whether the column is a flag, or a CHECK names it: a script may then treat each of its few values
/// in a statement of its own.
fn has_few(table: &Table, column: &Name) -> bool {
    let is_flag = table.column(column).is_some_and(|column| {
        let default = column.default.as_deref().unwrap_or_default();
        column.declared.to_ascii_lowercase().starts_with("bool")
            || FLAGS.iter().any(|flag| default.eq_ignore_ascii_case(flag))
    });
    is_flag || table.checks.iter().any(|check| phrase::mentions(check, column))
}

/// Returns the tokens without the names that a statement writes to.
fn sources<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_after_set = kept.last().is_some_and(|last| last.is_word("set") || last.text == ",");
        let end = if token.text == "(" { parens::closing(tokens, at) } else { at };
        let is_assigned = is_after_set && tokens.get(end + 1).is_some_and(|it| it.text == "=");
        if token.is_word("into") {
            let is_source =
                |it: &Token<'_>| phrase::any(it, &["select", "values", "with", "default"]);
            at += tokens[at..].iter().position(is_source).unwrap_or(tokens.len());
        } else if token.is_word("update") {
            let is_set = |it: &Token<'_>| it.is_word("set");
            at += tokens[at..].iter().position(is_set).unwrap_or(tokens.len());
        } else if is_assigned {
            at = end + 2;
        } else {
            kept.push(*token);
            at += 1;
        }
    }
    kept
}

/// Returns the tokens whose values may be written.
fn written<'a>(tokens: &[Token<'a>], keeps_conditions: bool) -> Vec<Token<'a>> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_group = tokens.get(at + 1).is_some_and(|next| next.text == "(");
        let is_tally = is_group && phrase::any(token, &TALLIES);
        let is_set = is_group && token.is_word("in") && !keeps_conditions;
        if is_tally || is_set {
            at = parens::closing(tokens, at + 1) + 1;
        } else if token.is_word("where") && !keeps_conditions && is_of_statement(tokens, at) {
            at = after_condition(tokens, at + 1);
        } else {
            kept.push(*token);
            at += 1;
        }
    }
    kept
}

/// Whether the WHERE at this place chooses rows of a single source for the whole statement: it is
/// in no parentheses, and joins nothing.
fn is_of_statement(tokens: &[Token<'_>], at: usize) -> bool {
    let is_outside = parens::outer(tokens).any(|(outside, _)| outside == at);
    let outside = phrase::top_level(tokens[..at].iter().copied());
    let from = outside.iter().rposition(|token| token.is_word("from"));
    let is_update = outside.iter().any(|token| token.is_word("set"));
    let joins = from.is_some_and(|from| {
        let is_joint = |token: &Token<'_>| token.text == "," || token.is_word("join");
        outside[from..].iter().any(is_joint)
    });
    is_outside && !joins && !(is_update && from.is_some())
}

/// Returns the place after a condition that begins at this place, outside parentheses.
fn after_condition(tokens: &[Token<'_>], from: usize) -> usize {
    let mut outside = parens::outer(&tokens[from..]);
    let end = outside.find(|(_, token)| phrase::any(token, &ENDS));
    end.map_or(tokens.len(), |(at, _)| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_written_only_where_its_value_is() {
        for (sql, is_written) in [
            ("INSERT INTO n SELECT id, b FROM t", true),
            ("INSERT INTO n SELECT * FROM t WHERE 1", true),
            ("INSERT INTO n (x) SELECT upper(b) || c FROM t", true),
            ("CREATE TABLE n AS SELECT b FROM t WHERE c", true),
            ("UPDATE u SET x = (SELECT b FROM t WHERE t.id = u.id)", true),
            ("UPDATE t SET k = (SELECT id FROM kind WHERE kind.name = t.b)", true),
            ("UPDATE t SET k = kind.id FROM kind WHERE kind.name = b", true),
            ("INSERT INTO n SELECT t.id, k.id FROM t, kind AS k WHERE k.name = t.b", true),
            ("INSERT INTO n SELECT t.id, k.id FROM t JOIN kind AS k ON k.name = t.b", true),
            ("WITH c AS (SELECT id, b FROM t WHERE id > 0) INSERT INTO n SELECT * FROM c", true),
            ("INSERT INTO n SELECT c FROM t WHERE b UNION SELECT b FROM t", true),
            ("INSERT INTO n SELECT c FROM t WHERE b > 0", false),
            ("INSERT INTO n SELECT count(b), sum(b) FROM t", false),
            ("INSERT INTO n SELECT count(*) FROM t WHERE (b) > 1 GROUP BY c", false),
            ("UPDATE u SET k = 1 WHERE id IN (SELECT b FROM t)", false),
            ("UPDATE u SET k = EXISTS (SELECT 1 FROM t WHERE b = u.id)", false),
            ("UPDATE u SET k = id IN (SELECT b FROM t)", false),
            ("UPDATE t SET k = 1 WHERE b = 'x'", false),
            ("UPDATE u SET a = 1, b = 2 WHERE id IN (SELECT b FROM t)", false),
            ("UPDATE u SET (a, b) = (SELECT 1, 2 FROM t) WHERE b", false),
            ("INSERT INTO b (id, b) SELECT id, count(b) FROM t", false),
            ("UPDATE u SET (a, c) = (SELECT a, b FROM t)", true),
            ("UPDATE t SET c = b", true),
        ] {
            assert_eq!(writes(sql, None, Some(&Name::new("b"))), is_written, "{sql}");
        }
    }
}
