//! Recognises conditions that are true for every row.

use migratory_core::sql::lexer::{Kind, Token};
use migratory_core::sql::parens;
use rusqlite::Connection;

use super::phrase;
use super::update::position;
use crate::schema::{Name, Table};

/// The words that a condition of constants may contain.
const OF_CONSTANTS: [&str; 9] =
    ["and", "or", "not", "is", "null", "true", "false", "between", "in"];
/// The maximum length of such a condition, since SQLite evaluates it.
const LONGEST: usize = 64;

/// Whether the condition holds for every row that the table may have.
pub(crate) fn is_always(condition: &[Token<'_>], table: Option<&Table>) -> bool {
    is_true_constant(condition)
        || is_of_itself(condition)
        || is_of_not_null(condition, table)
        || table.is_some_and(|table| is_of_own_rows(condition, table))
}

/// Recognises conditions that each row meets by its being there: `id IN (SELECT id FROM t)`, and
/// `EXISTS (SELECT .. FROM t WHERE ..)` with a condition that always holds, or that the row itself
/// meets.
fn is_of_own_rows(condition: &[Token<'_>], table: &Table) -> bool {
    let (name, query) = match condition {
        [open, inner @ .., close] if open.text == "(" && close.text == ")" => {
            return is_of_own_rows(inner, table);
        }
        [exists, query @ ..] if exists.is_word("exists") => (None, bare(query)),
        [name, word, query @ ..] if word.is_word("in") => (Some(name), bare(query)),
        _ => return false,
    };
    let Some([select, rest @ ..]) = query else { return false };
    let Some(from) = position(rest, &["from"]).filter(|_| select.is_word("select")) else {
        return false;
    };
    let [source, rest_of @ ..] = &rest[from + 1..] else { return false };
    let is_plain = rest[..from].iter().all(|token| token.kind != Kind::Symbol || token.text == ".");
    let is_of_name = |name: &Token<'_>| {
        let last = rest[..from].last();
        is_plain && last.is_some_and(|it| it.unquoted().eq_ignore_ascii_case(&name.unquoted()))
    };
    let counts = ["count", "sum", "total", "min", "max", "avg"];
    let is_aggregate = rest[..from].iter().any(|token| phrase::any(token, &counts));
    let filter = rest_of.iter().position(|token| token.is_word("where"));
    let alias = &rest_of[..filter.unwrap_or(rest_of.len())];
    let is_whole = table.name == *source.unquoted()
        && !is_aggregate
        && match alias {
            [] => true,
            [name] => phrase::is_name(name) && !phrase::any(name, &["limit", "order", "group"]),
            [by, _] => by.is_word("as"),
            _ => false,
        };
    is_whole
        && name.is_none_or(is_of_name)
        && filter.is_none_or(|at| {
            let condition = &rest_of[at + 1..];
            let is_correlated = name.is_none() && is_of_its_own_column(condition);
            is_true_constant(condition) || is_of_itself(condition) || is_correlated
        })
}

/// Returns what a pair of parentheses around all of these tokens contains.
fn bare<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    parens::group(tokens, 0).filter(|group| group.end + 1 == tokens.len())?;
    tokens.get(1..tokens.len() - 1)
}

/// Recognises `a.id = b.id`, which a row of a table meets beside itself.
fn is_of_its_own_column(condition: &[Token<'_>]) -> bool {
    match condition {
        [_, dot, one, equals, _, point, other] => {
            dot.text == "."
                && point.text == "."
                && (equals.text == "=" || equals.is_word("is"))
                && one.unquoted().eq_ignore_ascii_case(&other.unquoted())
        }
        _ => false,
    }
}

/// Whether a condition such as `1`, `1 = 1`, `NOT 0` or `true OR false` is true, as SQLite
/// evaluates it.
fn is_true_constant(condition: &[Token<'_>]) -> bool {
    let is_constant = |token: &Token<'_>| match token.kind {
        Kind::Number | Kind::Text => true,
        Kind::Symbol => token.text != ".",
        Kind::Word => phrase::any(token, &OF_CONSTANTS),
        _ => false,
    };
    if condition.is_empty() || condition.len() > LONGEST || !condition.iter().all(is_constant) {
        return false;
    }
    let words: Vec<_> = joined(condition);
    let value = || {
        let conn = Connection::open_in_memory()?;
        conn.query_row(&format!("SELECT ({}) IS TRUE", words.concat()), [], |row| row.get(0))
    };
    value().unwrap_or_default()
}

/// Joins tokens with the blanks between them, since `< >` is not an operator.
fn joined<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut end = None;
    for token in tokens {
        if end.is_some_and(|end| end < token.start) {
            words.push(" ");
        }
        words.push(token.text);
        end = Some(token.end());
    }
    words
}

/// Recognises `a = a`, which excludes at most NULLs.
fn is_of_itself(condition: &[Token<'_>]) -> bool {
    let is_name = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
    match condition {
        [one, equals, other] => {
            is_name(one)
                && is_name(other)
                && (equals.text == "=" || equals.is_word("is"))
                && one.unquoted().eq_ignore_ascii_case(&other.unquoted())
        }
        [one, first, second, other] if first.text == "=" && second.text == "=" => {
            is_name(one) && one.unquoted().eq_ignore_ascii_case(&other.unquoted())
        }
        _ => false,
    }
}

/// Recognises `a IS NOT NULL` for a column that is never NULL.
fn is_of_not_null(condition: &[Token<'_>], table: Option<&Table>) -> bool {
    let name = match condition {
        [name, is, not, null] if is.is_word("is") && not.is_word("not") && null.is_word("null") => {
            name
        }
        [name, not, null] if not.is_word("not") && null.is_word("null") => name,
        [name, notnull] if notnull.is_word("notnull") => name,
        _ => return false,
    };
    let column = table.and_then(|table| table.column(&Name::new(name.unquoted())));
    column.is_some_and(|column| column.is_not_null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_always_hold_are_recognised() {
        for (condition, expected) in [
            ("1", true),
            ("1=1", true),
            ("1 == 1", true),
            ("TRUE", true),
            ("(1)", true),
            ("NOT 0", true),
            ("2 > 1 AND 'a' <> 'b'", true),
            ("0 OR 1", true),
            ("1 BETWEEN 0 AND 2", true),
            ("1 IN (1, 2)", true),
            ("a = a", true),
            ("\"a\" IS A", true),
            ("0", false),
            ("NULL", false),
            ("1 = 2", false),
            ("'a' = 'b'", false),
            ("a", false),
            ("a = 1", false),
            ("a = b", false),
            ("a IS NOT NULL", false),
            ("1 < > 2", false),
            ("max(1, 2)", false),
            ("", false),
        ] {
            let tokens: Vec<_> = phrase::meaningful(condition).collect();
            assert_eq!(is_always(&tokens, None), expected, "{condition}");
        }
    }
}
