//! Shortens SQL texts so that they can be quoted on a line.

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::normal;
use migratory_core::sql::parens;

/// How many characters of a text are quoted.
const WIDTH: usize = 72;
/// How many tokens around a difference are quoted with it.
const CONTEXT: usize = 3;

/// Writes a text on one line, without its comments, and cut if it is too long.
pub(super) fn line(sql: &str) -> String {
    let mut line = String::new();
    for token in lexer::tokens(sql) {
        match token.kind {
            Kind::LineComment | Kind::BlockComment | Kind::Space => {
                let wanted = !line.is_empty() && !line.ends_with(' ');
                line.push_str(if wanted { " " } else { "" });
            }
            _ => line.push_str(token.text),
        }
    }
    cut(line.trim_end())
}

/// Returns the places where two texts differ, each with a few words around it.
pub(super) fn places(before: &str, after: &str) -> (String, String) {
    let [one, other] = [before, after].map(|sql| lexer::meaningful(sql).collect::<Vec<_>>());
    let (head, tail) = alike(before, after);
    (place(before, &one, head, tail), place(after, &other, head, tail))
}

fn place(sql: &str, tokens: &[Token<'_>], head: usize, tail: usize) -> String {
    let first = head.saturating_sub(CONTEXT);
    let last = (tokens.len() - tail + CONTEXT).min(tokens.len());
    let shown = tokens.get(first..last).unwrap_or_default();
    let range = match shown {
        [] => 0..0,
        [only] => only.start..only.end(),
        [one, .., other] => one.start..other.end(),
    };
    let before = if first > 0 { "… " } else { "" };
    let after = if last < tokens.len() { " …" } else { "" };
    format!("{before}{}{after}", line(sql.get(range).unwrap_or_default()))
}

/// Counts the tokens that two texts have in common at the start, and then at the end.
fn alike(one: &str, other: &str) -> (usize, usize) {
    let [one, other] = [one, other].map(|sql| normal::tokens(sql).collect::<Vec<_>>());
    let same = |(one, other): &(&String, &String)| one == other;
    let head = one.iter().zip(&other).take_while(same).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(same).count();
    (head, tail)
}

/// Writes tokens with the spaces that a careful writer would put between them.
pub(super) fn spelt<'a>(tokens: impl IntoIterator<Item = &'a Token<'a>>) -> String {
    let mut text = String::new();
    for (depth, token) in parens::depths(tokens.into_iter().copied()) {
        let joined = match token.text {
            "," | ")" | "." => true,
            // Within parentheses, a word before another parenthesis is mostly a function.
            "(" if depth > 0 => text.ends_with(|last: char| last.is_alphanumeric() || last == '_'),
            _ => false,
        };
        let joined = joined || text.is_empty() || text.ends_with(['(', '.']);
        text.extend([if joined { "" } else { " " }, token.text]);
    }
    text
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_on_one_line() {
        for (sql, expected) in [
            ("a\n  /* b */  c -- d", "a c"),
            ("'a  b'", "'a  b'"),
            ("", ""),
            (&"é".repeat(72), &"é".repeat(72)),
            (&"é".repeat(73), &format!("{}…", "é".repeat(72))),
        ] {
            assert_eq!(line(sql), expected, "{sql}");
        }
    }

    #[test]
    fn a_difference_is_quoted_with_the_words_around_it() {
        for (before, after, expected) in [
            (
                "CREATE VIEW v AS SELECT a, b FROM t",
                "CREATE VIEW v AS SELECT a FROM t",
                ("… AS SELECT a, b FROM t", "… AS SELECT a FROM t"),
            ),
            ("a b c d e f g", "A b c d x f g", ("… b c d e f g", "… b c d x f g")),
            ("a b c d e f g", "x b c d e f g", ("a b c d …", "x b c d …")),
            ("a", "", ("a", "")),
            ("a a", "a", ("a a", "a")),
        ] {
            let (one, other) = places(before, after);
            assert_eq!((one.as_str(), other.as_str()), expected, "{before} | {after}");
        }
    }

    #[test]
    fn tokens_are_spaced_with_care() {
        for (sql, expected) in [
            ("ON t(a,lower ( b )DESC)", "ON t (a, lower(b) DESC)"),
            ("ON t ((a+b) , 'c')", "ON t ((a + b), 'c')"),
            ("main . t", "main.t"),
            (")))(", "))) ("),
        ] {
            assert_eq!(spelt(&lexer::meaningful(sql).collect::<Vec<_>>()), expected, "{sql}");
        }
    }
}
