//! Normal forms of SQL text, for comparing texts by meaning.
//!
//! The form of a schema ignores blanks, comments, case, and quotes that change nothing. The form of
//! a script ignores only blanks, comments and line ends, because the text that was applied must be
//! the text that was tested.

use super::keywords::differs_in_quotes;
use super::lexer::{self, Kind, Token, lower};
use super::quotes::{literal, quoted};

/// Returns the tokens of a definition in a normal spelling.
///
/// Names and keywords are lowercase, names have quotes only where quotes matter, and a text default
/// is in single quotes.
///
/// ```
/// use migratory_core::sql::normal;
///
/// let tokens: Vec<_> = normal::tokens("[A] TEXT /* why */ DEFAULT \"x\"").collect();
/// assert_eq!(tokens, ["a", "text", "default", "'x'"]);
/// ```
pub fn tokens(sql: &str) -> impl Iterator<Item = String> {
    let mut is_default = false;
    lexer::meaningful(sql).map(move |token| {
        let mut text = String::with_capacity(token.text.len());
        append_token(&mut text, token, is_default);
        is_default = follows_default(is_default, token);
        text
    })
}

/// Returns the normal tokens of a definition, joined by single blanks.
///
/// ```
/// use migratory_core::sql::normal;
///
/// assert_eq!(normal::definition("CREATE TABLE \"A\"(b)"), "create table a ( b )");
/// ```
pub fn definition(sql: &str) -> String {
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

/// Returns whether two definitions are equal apart from blanks, comments, case, and quotes that
/// change nothing.
///
/// ```
/// use migratory_core::sql::normal::is_same;
///
/// assert!(is_same("SELECT a", "select /* all */ \"A\""));
/// assert!(!is_same("SELECT 'a'", "SELECT 'A'"));
/// ```
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || tokens(one).eq(tokens(other))
}

/// Passes the parts of a script to `give`: one blank for each run of blanks and comments between
/// tokens, and `\n` for `\r\n` inside tokens.
///
/// ```
/// use migratory_core::sql::normal;
///
/// let mut script = String::new();
/// normal::script("SELECT -- one\r\n 'a\r\nb'", |part| script.push_str(part));
/// assert_eq!(script, "SELECT 'a\nb'");
/// ```
pub fn script(sql: &str, mut give: impl FnMut(&str)) {
    // Most of a script is in its normal form, so it is passed on in long parts.
    let (mut start, mut end) = (0, 0);
    let mut has_begun = false;
    for token in lexer::tokens(sql) {
        if token.is_blank() {
            continue;
        }
        let blank = &sql[end..token.start];
        if !has_begun {
            start = token.start;
        } else if !blank.is_empty() && blank != " " {
            give(&sql[start..end]);
            give(" ");
            start = token.start;
        }
        if token.text.contains("\r\n") {
            give(&sql[start..token.start]);
            give(&token.text.replace("\r\n", "\n"));
            start = token.end();
        }
        (has_begun, end) = (true, token.end());
    }
    give(&sql[start..end]);
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

/// Returns whether a column's default follows this token. SQLite reads a name there as a text.
fn follows_default(is_default: bool, token: Token<'_>) -> bool {
    token.is_word("default") || (is_default && token.text == "(")
}

fn name(name: &str) -> String {
    let lower = lower(name);
    if is_plain(&lower) && !differs_in_quotes(&lower) { lower } else { quoted(&lower) }
}

/// Returns whether a name means the same without quotes.
fn is_plain(name: &str) -> bool {
    let mut tokens = lexer::tokens(name);
    tokens.next().is_some_and(|token| token.kind == Kind::Word) && tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_kept_where_they_change_the_meaning() {
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
            ("SELECT a", "select /* all */ \"A\" -- end", true),
            ("'a  b'", "'a b'", false),
            ("a>=0X1f", "a >= 0x1F", true),
            ("a", "a, b", false),
            ("(a)", "a", false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} | {other}");
            assert_eq!(definition(one) == definition(other), same, "{one} | {other}");
            assert!(is_same(one, one) && is_same(other, other));
        }
    }
}
