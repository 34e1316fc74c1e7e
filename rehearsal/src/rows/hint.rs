//! Reads what the text of a CHECK, an index or a trigger suggests about values.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind, Token};
use rusqlite::types::Value;

use super::target::Target;
use crate::schema::Name;

/// The columns, literals and functions that an expression contains.
#[derive(Clone, Debug, Default)]
pub(super) struct Hint {
    /// The columns in the order of their first appearance.
    pub(super) columns: Vec<usize>,
    /// Each literal with the column that it seems to be compared with.
    pub(super) literals: Vec<(Option<usize>, Value)>,
    /// Each pattern with the column that it seems to be for.
    patterns: Vec<(Option<usize>, Pattern)>,
    /// All other words, in lower case.
    words: BTreeSet<String>,
}

/// A text that is not meant as a value.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Like(String),
    Glob(String),
    /// A format for `strftime`.
    Moment(String),
}

impl Hint {
    pub(super) fn read<'t>(target: &Target, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut hint = Self::default();
        for text in texts {
            hint.add(target, text, true);
        }
        hint
    }

    /// Returns a hint that only names a column.
    pub(super) fn of(column: usize) -> Self {
        Self { columns: vec![column], ..Self::default() }
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    pub(super) fn has_words_from(&self, prefix: &str) -> bool {
        self.words.iter().any(|word| word.starts_with(prefix))
    }

    /// Returns the literals, those next to the column first.
    pub(super) fn literals_for(&self, column: usize) -> impl Iterator<Item = &Value> {
        let near = self.near(column);
        near.chain(
            self.literals.iter().filter(move |(at, _)| *at != Some(column)).map(|(_, value)| value),
        )
    }

    pub(super) fn near(&self, column: usize) -> impl Iterator<Item = &Value> {
        self.literals.iter().filter(move |(at, _)| *at == Some(column)).map(|(_, value)| value)
    }

    /// Returns the patterns, those next to the column first.
    pub(super) fn patterns_for(&self, column: usize) -> impl Iterator<Item = &Pattern> {
        let (near, far): (Vec<_>, Vec<_>) =
            self.patterns.iter().partition(|(at, _)| *at == Some(column));
        near.into_iter().chain(far).map(|(_, pattern)| pattern)
    }

    fn add(&mut self, target: &Target, text: &str, follow: bool) {
        let tokens: Vec<Token> = lexer::meaningful(text).collect();
        let mut at = None;
        let first = self.literals.len();
        for (number, token) in tokens.iter().enumerate() {
            let before = &tokens[..number];
            if let Some(name) = named(token) {
                at = self.mention(target, &name, follow).or(at);
            } else if token.kind == Kind::Text {
                self.add_text(at, token.unquoted().into_owned(), before);
            }
            self.literals.extend(number_of(token, is_sign(before)).map(|value| (at, value)));
        }
        // In `0 < x`, what precedes the first column is compared with it.
        let column = self.columns.first().copied();
        for (at, _) in self.literals.iter_mut().skip(first).filter(|(at, _)| at.is_none()) {
            *at = column;
        }
    }

    /// Adds a text as a value, unless the words before it make it something else.
    fn add_text(&mut self, at: Option<usize>, text: String, before: &[Token]) {
        let word = |back: usize, word: &str| {
            before.iter().rev().nth(back).is_some_and(|token| token.is_word(word))
        };
        if word(0, "like") || word(0, "glob") {
            // A pattern that a text must not match says nothing about what it should look like.
            let is_glob = word(0, "glob");
            let pattern = if is_glob { Pattern::Glob(text) } else { Pattern::Like(text) };
            self.patterns.extend((!word(1, "not")).then_some((at, pattern)));
        } else if word(1, "strftime") {
            self.patterns.push((at, Pattern::Moment(text)));
        } else if !text.starts_with('$') {
            // Such a text is a path into a JSON document.
            self.literals.push((at, Value::Text(text)));
        }
    }

    /// Notes a name: the column itself, or the columns that a generated column depends on.
    fn mention(&mut self, target: &Target, name: &Name, follow: bool) -> Option<usize> {
        if let Some(column) = target.position(name) {
            if !self.columns.contains(&column) {
                self.columns.push(column);
            }
            return Some(column);
        }
        self.words.insert(name.as_str().to_ascii_lowercase());
        let generated = target.table.column(name).and_then(|column| column.generated.as_deref());
        if let Some(text) = generated.filter(|_| follow) {
            self.add(target, text, false);
        }
        None
    }
}

/// Returns the numbers and texts in SQL text.
pub(crate) fn literals_in(sql: &str) -> Vec<Value> {
    let tokens: Vec<Token> = lexer::meaningful(sql).collect();
    let literal = |(number, token): (usize, &Token)| match token.kind {
        Kind::Text => Some(Value::Text(token.unquoted().into_owned())),
        _ => number_of(token, is_sign(&tokens[..number])),
    };
    tokens.iter().enumerate().filter_map(literal).collect()
}

/// Returns the number at a token, with its sign.
pub(super) fn number_at(tokens: &[Token<'_>], at: usize) -> Option<Value> {
    number_of(tokens.get(at)?, is_sign(&tokens[..at]))
}

fn named(token: &Token) -> Option<Name> {
    matches!(token.kind, Kind::Word | Kind::Name).then(|| Name::new(token.unquoted()))
}

/// Whether the token before a number is its sign, and not an operator between two values.
fn is_sign(before: &[Token]) -> bool {
    match before {
        [.., operand, minus] if minus.text == "-" => {
            operand.kind == Kind::Symbol && operand.text != ")"
                || ["between", "and", "then", "else"].iter().any(|word| operand.is_word(word))
        }
        [minus] => minus.text == "-",
        _ => false,
    }
}

fn number_of(token: &Token, is_negative: bool) -> Option<Value> {
    match token.kind {
        Kind::Word if token.is_word("true") => Some(Value::Integer(1)),
        Kind::Word if token.is_word("false") => Some(Value::Integer(0)),
        Kind::Number => number(token.text, is_negative),
        _ => None,
    }
}

fn number(text: &str, is_negative: bool) -> Option<Value> {
    let text = text.replace('_', "");
    let integer = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    match integer {
        Some(number) if is_negative => Some(Value::Integer(-number)),
        Some(number) => Some(Value::Integer(number)),
        None => {
            let number: f64 = text.parse().ok()?;
            Some(Value::Real(if is_negative { -number } else { number }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_literals_of_an_expression_are_read_with_their_signs() {
        let (integer, real) = (Value::Integer, Value::Real);
        let text = |it: &str| Value::Text(it.to_owned());
        for (sql, expected) in [
            ("-5", vec![integer(-5)]),
            ("- 5 < x", vec![integer(-5)]),
            ("x - 5", vec![integer(5)]),
            ("(x) - 5", vec![integer(5)]),
            ("x > -5 AND (-6)", vec![integer(-5), integer(-6)]),
            ("x BETWEEN -3 AND -1.5", vec![integer(-3), real(-1.5)]),
            ("CASE WHEN x THEN -1 ELSE -2 END", vec![integer(-1), integer(-2)]),
            ("0x1F + 1_000 + 2e1", vec![integer(31), integer(1000), real(20.0)]),
            (
                "x IN (true, FALSE, 'it''s', \"y\", NULL)",
                vec![integer(1), integer(0), text("it's")],
            ),
            ("x", vec![]),
        ] {
            assert_eq!(literals_in(sql), expected, "{sql}");
        }
    }
}
