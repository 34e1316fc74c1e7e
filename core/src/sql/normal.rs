//! Tokens as they count when two definitions are compared: spelling is left out, meaning is kept.

use crate::sql::lexer::{self, Kind, Token};

/// Words that mean something else than the name in quotes does: literals, and words that SQLite reserves. All other
/// names mean the same with quotes and without.
const NOT_NAMES: [&str; 70] = [
    "add",
    "all",
    "alter",
    "always",
    "and",
    "as",
    "autoincrement",
    "between",
    "case",
    "check",
    "collate",
    "commit",
    "constraint",
    "create",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "delete",
    "distinct",
    "drop",
    "else",
    "escape",
    "except",
    "exists",
    "false",
    "foreign",
    "from",
    "generated",
    "glob",
    "group",
    "having",
    "in",
    "index",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "like",
    "limit",
    "match",
    "not",
    "nothing",
    "notnull",
    "null",
    "on",
    "or",
    "order",
    "primary",
    "raise",
    "references",
    "regexp",
    "returning",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
];

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
        Kind::Name if is_default => text.push_str(&as_text(&token.unquoted())),
        Kind::Name => text.push_str(&name(&token.unquoted())),
        Kind::Word if is_default && !is_keyword(token.text) => text.push_str(&as_text(token.text)),
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
    if is_plain(&lower) && !is_keyword(&lower) {
        lower
    } else {
        format!("\"{}\"", lower.replace('"', "\"\""))
    }
}

fn as_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a name is one without quotes too.
fn is_plain(name: &str) -> bool {
    let mut tokens = lexer::tokens(name);
    tokens.next().is_some_and(|token| token.kind == Kind::Word) && tokens.next().is_none()
}

/// Whether a word is one that, bare, SQLite does not take for a name.
pub fn is_keyword(word: &str) -> bool {
    NOT_NAMES.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_same(one: &str, other: &str) -> bool {
        canonical(one).eq(canonical(other))
    }

    #[test]
    fn quotes_count_where_they_change_something() {
        assert!(NOT_NAMES.is_sorted());
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
