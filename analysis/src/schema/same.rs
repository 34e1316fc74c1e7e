//! Whether two texts of SQL say the same.

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::normal::canonical;
use migratory_core::sql::parens;

/// Whether two texts differ in blanks, comments, case and quotes that change nothing alone.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one == other || canonical(one).eq(canonical(other))
}

/// What a token says: names and keywords in any case and quotes are alike, strings are not.
fn meaning(token: Token<'_>) -> (bool, String) {
    match token.kind {
        Kind::Text => (true, token.text.to_owned()),
        _ => (false, token.unquoted().to_ascii_lowercase()),
    }
}

/// An expression without the parentheses around all of it.
pub(super) fn stripped(sql: &str) -> &str {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut inside = tokens.as_slice();
    while parens::group(inside, 0).is_some_and(|group| group.end + 1 == inside.len()) {
        inside = &inside[1..inside.len() - 1];
    }
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => sql.get(first.start..last.end()).unwrap_or(sql),
        _ => "",
    }
}

/// How many of the first tokens of two texts are alike, and how many of the last of the others.
pub(super) fn alike(one: &[Token<'_>], other: &[Token<'_>]) -> (usize, usize) {
    let same = |(one, other): &(&Token<'_>, &Token<'_>)| meaning(**one) == meaning(**other);
    let head = one.iter().zip(other).take_while(same).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(same).count();
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_count_and_strings_do() {
        for (one, other, same) in [
            ("SELECT a", "select /* all */ \"A\" -- end", true),
            ("[a b]", "`A B`", true),
            ("a b", "\"a b\"", false),
            ("'a'", "'A'", false),
            ("'a'", "\"a\"", false),
            ("'a  b'", "'a b'", false),
            ("a>=0X1f", "a >= 0x1F", true),
            ("a", "a, b", false),
            ("(a)", "a", false),
            ("DEFAULT \"null\"", "DEFAULT null", false),
            ("DEFAULT \"Abc\"", "DEFAULT \"abc\"", false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} | {other}");
        }
    }

    #[test]
    fn parentheses_around_an_expression_come_off() {
        for (sql, expected) in [
            ("a > 0", "a > 0"),
            (" ( (a > 0) /* b */ )", "a > 0"),
            ("(a) + (b)", "(a) + (b)"),
            ("((a) + (b))", "(a) + (b)"),
            ("()", ""),
            ("", ""),
            ("(", "("),
            ("(a", "(a"),
            (")(", ")("),
        ] {
            assert_eq!(stripped(sql), expected, "{sql}");
        }
    }
}
