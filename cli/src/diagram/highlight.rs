//! Highlights SQL.

use std::fmt::Write as _;

use migratory_core::sql::keywords;
use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_diagram::escaped;

/// Words that read as keywords and that SQLite's tokenizer doesn't know.
const NEARLY_KEYWORDS: [&str; 3] = ["rowid", "stored", "strict"];

/// The types that STRICT allows, and the most common others.
const TYPES: &str =
    "any blob boolean date datetime int integer numeric real text timestamp varchar";

/// Turns a script into HTML; the class of each token's element says what it is.
pub(super) fn highlighted(sql: &str) -> String {
    let sql = sql.trim_end();
    let is_keyword = keywords(sql);
    let mut html = String::with_capacity(sql.len() * 2);
    for token in lexer::tokens(sql) {
        let text = escaped(token.text);
        let class = match token.kind {
            Kind::LineComment if is_directive(&token) => "m",
            Kind::LineComment | Kind::BlockComment | Kind::OpenComment => "c",
            Kind::Word if is_keyword(&token) => "k",
            Kind::Word if is_listed(TYPES, token.text) => "t",
            Kind::Text | Kind::OpenQuote => "s",
            Kind::Number => "d",
            Kind::Parameter => "p",
            Kind::Name => "n",
            Kind::Space | Kind::Word | Kind::Semicolon | Kind::Symbol => {
                html.push_str(&text);
                continue;
            }
        };
        let _ = write!(html, "<span class=\"{class}\">{text}</span>");
    }
    html
}

/// Returns a test for keywords: in a script that writes them in capitals, lowercase words are
/// names.
fn keywords(sql: &str) -> impl Fn(&Token<'_>) -> bool {
    let is_keyword = |token: &Token<'_>| {
        let mut words = keywords::keywords().chain(NEARLY_KEYWORDS);
        words.any(|word| word.eq_ignore_ascii_case(token.text))
    };
    let in_capitals = |token: &Token<'_>| !token.text.contains(|it: char| it.is_ascii_lowercase());
    let by_capitals = lexer::tokens(sql)
        .any(|token| token.kind == Kind::Word && is_keyword(&token) && in_capitals(&token));
    move |token| is_keyword(token) && (!by_capitals || in_capitals(token))
}

fn is_listed(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|each| each.eq_ignore_ascii_case(word))
}

fn is_directive(token: &Token<'_>) -> bool {
    token.text.trim_start_matches(['-', ' ']).starts_with("migratory:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_get_classes_and_no_text_is_lost() {
        for (sql, expected) in [
            (
                "SELECT 'a<b' -- c\n",
                "<span class=\"k\">SELECT</span> <span class=\"s\">&#39;a&lt;b&#39;</span> <span class=\"c\">-- c</span>",
            ),
            ("select 1", "<span class=\"k\">select</span> <span class=\"d\">1</span>"),
            (
                "DROP TABLE key;",
                "<span class=\"k\">DROP</span> <span class=\"k\">TABLE</span> key;",
            ),
            ("id TEXT", "id <span class=\"t\">TEXT</span>"),
            ("-- migratory: code", "<span class=\"m\">-- migratory: code</span>"),
            ("", ""),
        ] {
            assert_eq!(highlighted(sql), expected, "{sql}");
        }
    }
}
