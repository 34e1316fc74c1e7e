//! Tokens as they count when two definitions are compared: spelling is left out, meaning is kept.

use super::keywords::differs_in_quotes;
use super::lexer::{self, Kind, Token};
use super::quotes::{literal, quoted};

/// The tokens of a definition, each as all spellings of it that mean the same: names and keywords in lower case, quotes
/// around names only where they change something, a default that is a text in single quotes.
pub fn canonical(sql: &str) -> impl Iterator<Item = String> {
    let mut is_default = false;
    lexer::meaningful(sql).map(move |token| {
        let mut text = String::with_capacity(token.text.len());
        append_token(&mut text, token, is_default);
        is_default = follows_default(is_default, token);
        text
    })
}

/// The same tokens with one blank between them.
pub fn canonical_text(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut is_default = false;
    for token in lexer::meaningful(sql) {
        if !text.is_empty() {
            text.push(' ');
        }
        append_token(&mut text, token, is_default);
        is_default = follows_default(is_default, token);
    }
    text
}

fn append_token(text: &mut String, token: Token<'_>, is_default: bool) {
    match token.kind {
        Kind::Text => text.push_str(token.text),
        Kind::Name if is_default => text.push_str(&literal(&token.unquoted())),
        Kind::Name => text.push_str(&name(&token.unquoted())),
        Kind::Word if is_default && !differs_in_quotes(token.text) => {
            text.push_str(&literal(token.text));
        }
        _ => {
            let start = text.len();
            text.push_str(token.text);
            text[start..].make_ascii_lowercase();
        }
    }
}

/// Whether what follows this token is a column's default: a name is a text there, since SQLite has no other use for it.
fn follows_default(is_default: bool, token: Token<'_>) -> bool {
    token.is_word("default") || (is_default && token.text == "(")
}

fn name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if is_plain(&lower) && !differs_in_quotes(&lower) { lower } else { quoted(&lower) }
}

/// Whether a name is one without quotes too.
fn is_plain(name: &str) -> bool {
    let mut tokens = lexer::tokens(name);
    tokens.next().is_some_and(|token| token.kind == Kind::Word) && tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_same(one: &str, other: &str) -> bool {
        canonical(one).eq(canonical(other))
    }

    #[test]
    fn quotes_count_where_they_change_something() {
        for (one, other, same) in [
            ("CREATE TABLE \"Note\" ([b] `int`)", "create table note(b INT)", true),
            ("a DEFAULT \"null\"", "a DEFAULT null", false),
            ("a DEFAULT \"NULL\"", "a DEFAULT 'NULL'", true),
            ("a DEFAULT \"current_date\"", "a DEFAULT current_date", false),
            ("a DEFAULT \"true\"", "a DEFAULT true", false),
            ("a DEFAULT TRUE", "a default true", true),
            ("a DEFAULT \"Abc\"", "a DEFAULT \"abc\"", false),
            ("a DEFAULT Abc", "a DEFAULT 'Abc'", true),
            ("a DEFAULT Abc", "a DEFAULT abc", false),
            ("a DEFAULT (\"Abc\")", "a DEFAULT (\"abc\")", false),
            ("a DEFAULT 'it''s'", "a DEFAULT \"it's\"", true),
            ("a DEFAULT 1 CHECK (\"A\" > 0)", "a DEFAULT 1 CHECK (a > 0)", true),
            ("a \"unique\"", "a UNIQUE", false),
            ("a \"not null\"", "a NOT NULL", false),
            ("a \"generated\" \"always\"", "a generated always", false),
            ("\"a b\"", "[A B]", true),
            ("\"a b\"", "a b", false),
            ("\"a\"\"b\"", "`a\"b`", true),
            ("\"1\"", "1", false),
            ("\"\"", "", false),
            ("\"key\" \"action\"", "KEY action", true),
            ("CHECK (a = \"null\")", "CHECK (a = null)", false),
            ("CHECK (a = 'null')", "CHECK (a = \"null\")", false),
            ("\"größe\"", "größe", true),
        ] {
            assert_eq!(is_same(one, other), same, "{one} | {other}");
            assert!(is_same(one, one) && is_same(other, other));
        }
    }
}
