//! Compares definitions by meaning.
//!
//! SQLite reads `"x"` as a string if no column is named x, and always directly after DEFAULT. A
//! definition with `"x"` then means the same as one with `'x'`. Parentheses around a DEFAULT that
//! is a number or a string don't matter.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::names::{Name, ROWIDS};
use migratory_core::sql::parens;

use crate::db::schema::Object;

/// The names of columns and objects in schemas.
pub(crate) struct Names(BTreeSet<Name>);

impl Names {
    pub(crate) fn of<'o>(objects: impl Iterator<Item = &'o Object>) -> Self {
        let mut names: BTreeSet<Name> = ROWIDS.map(Name::from).into();
        for object in objects {
            names.insert(Name::from(object.name.as_str()));
            names.extend(defined(&object.sql));
        }
        Self(names)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&Name::from(name))
    }
}

/// Returns the possible column names in a definition: each word after `(` or `,` outside inner
/// parentheses, and each after AS.
fn defined(sql: &str) -> Vec<Name> {
    let mut names = Vec::new();
    let mut before: Option<Token<'_>> = None;
    for (depth, token) in parens::depths(lexer::meaningful(sql)) {
        let begins = before.is_some_and(|before| {
            before.is_word("as") || (depth == 1 && matches!(before.text, "(" | ","))
        });
        if begins && token.kind != Kind::Symbol {
            names.push(Name::new(token.unquoted()));
        }
        before = Some(token);
    }
    names
}

/// Returns whether two definitions mean the same.
pub(crate) fn is_same(one: &str, other: &str, names: &Names) -> bool {
    let (ones, others) = (tokens(one), tokens(other));
    let mut before: Option<Token<'_>> = None;
    ones.len() == others.len()
        && ones.into_iter().zip(others).all(|(one, other)| {
            let is_default = before.replace(one).is_some_and(|before| before.is_word("default"));
            let is_text = |text: &str| is_default || !names.has(text);
            meaning(one, &is_text) == meaning(other, &is_text)
        })
}

/// Returns the tokens, without parentheses around a default that is a number or a string.
fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    for token in lexer::meaningful(sql) {
        if let [.., default, open, value] = tokens[..] {
            let is_literal = matches!(value.kind, Kind::Number | Kind::Text);
            if token.text == ")" && is_literal && open.text == "(" && default.is_word("default") {
                tokens.truncate(tokens.len() - 2);
                tokens.push(value);
                continue;
            }
        }
        tokens.push(token);
    }
    tokens
}

/// Returns whether the token is a string, and its value. Names and keywords are lowercased.
fn meaning(token: Token<'_>, is_text: &dyn Fn(&str) -> bool) -> (bool, String) {
    let text = token.unquoted();
    let is_quoted = token.kind == Kind::Name && token.text.starts_with('"');
    match token.kind {
        Kind::Text => (true, text.into_owned()),
        _ if is_quoted && is_text(&text) => (true, text.into_owned()),
        _ => (false, text.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, sql: &str) -> Object {
        let (name, sql) = (name.to_owned(), sql.to_owned());
        Object { kind: String::new(), table: name.clone(), name, sql }
    }

    #[test]
    fn spelling_is_ignored_and_names_are_distinguished() {
        let table =
            object("m", "CREATE TABLE m (id INTEGER, \"state\" TEXT, [a b], note AS (id + 1))");
        let names = Names::of([&table].into_iter());
        for (one, other, same) in [
            ("CHECK (state IN (\"on\", \"off\"))", "check (STATE in ('on', 'off'))", true),
            ("\"state\" = 'x'", "state = \"x\"", true),
            ("a = \"state\"", "a = 'state'", false),
            ("a = \"A B\"", "a = 'A B'", false),
            ("a = \"note\"", "a = 'note'", false),
            ("a = \"m\"", "a = 'm'", false),
            ("DEFAULT \"state\"", "DEFAULT 'state'", true),
            ("DEFAULT (0)", "DEFAULT 0", true),
            ("DEFAULT ('a')", "DEFAULT \"a\"", true),
            ("DEFAULT (0) + 1", "DEFAULT (1)", false),
            ("DEFAULT (b)", "DEFAULT b", false),
            ("CHECK (0)", "CHECK 0", false),
            ("a = \"it's\"", "a = 'it''s'", true),
            ("a = \"On\"", "a = 'on'", false),
            ("a = on", "a = 'on'", false),
            ("a = \"on\"", "a = \"on\" AND b", false),
            ("a = \"on\" AND b", "a = \"on\"", false),
        ] {
            assert_eq!(is_same(one, other, &names), same, "{one} | {other}");
            assert_eq!(is_same(other, one, &names), same, "{other} | {one}");
        }
    }
}
