//! Distinguishes directives, and comments that are almost directives, from prose.

use migratory_core::head::directive;
use migratory_core::sql::lexer::Token;

use super::Key;
use crate::spelling;

/// The kind of a comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Comment<'a> {
    /// A directive: the text after `-- migratory:`.
    Directive(&'a str),
    /// Almost a directive: the text that should follow `-- migratory:`.
    Near(&'a str),
    /// A comment for people.
    Prose,
}

impl<'a> Comment<'a> {
    pub(crate) fn of(token: Token<'a>) -> Self {
        match directive(token) {
            Some(body) => Self::Directive(body),
            None => near(token.text).map_or(Self::Prose, Self::Near),
        }
    }
}

/// Returns the directive that a comment almost is.
///
/// Prose may mention migratory, so the word alone is not enough: a key or a colon must follow it.
fn near(comment: &str) -> Option<&str> {
    let body = comment
        .trim_end_matches("*/")
        .trim_start_matches(['-', '/', '*', '!', '#', ' ', '\t'])
        .trim_end();
    let (word, rest) = split_word(body);
    let after = rest.trim_start();
    let written = after.strip_prefix(':').unwrap_or(after).trim_start();
    let is_ours = word.eq_ignore_ascii_case("migratory");
    let has_colon = after.starts_with(':');
    let nearly_ours = has_colon && spelling::nearest(word, ["migratory"]).is_some();
    let meant = (is_ours && has_colon) || ((is_ours || nearly_ours) && begins_with_key(written));
    (meant && !written.contains('\n')).then_some(written)
}

fn begins_with_key(written: &str) -> bool {
    let (word, rest) = split_word(written);
    let rest = rest.trim_start();
    let keys = Key::ALL.iter().map(|key| key.word());
    let Some(key) = spelling::nearest(word, keys) else { return false };
    if key == Key::Code.word() {
        // Ordinary words such as `core` and `mode` are as close to `code` as a typo.
        return word.eq_ignore_ascii_case(key) && (rest.is_empty() || rest.starts_with(':'));
    }
    let has_version =
        key == Key::CompatibleWith.word() && rest.starts_with(|first: char| first.is_ascii_digit());
    rest.is_empty() || rest.starts_with([':', '(']) || has_version
}

fn split_word(text: &str) -> (&str, &str) {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    text.split_at(text.find(|letter| !is_word(letter)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_core::sql::lexer;

    #[test]
    fn near_misses_are_distinguished_from_prose() {
        let comment = |text| lexer::tokens(text).next().map(Comment::of);
        for near in [
            "--migratory irreversible: x",
            "-- Migratory: irreversible: x",
            "/* migratory: irreversible: x */",
            "--- migratory: irreversible: x",
            "-- migratroy: irreversible: x",
            "-- migratory : irreversible: x",
            "-- migration: irreversible: x",
        ] {
            assert_eq!(comment(near), Some(Comment::Near("irreversible: x")), "{near}");
        }
        for (near, written) in [
            ("-- migratory compatible-with 3", "compatible-with 3"),
            ("--migratory compatible-with 3: x", "compatible-with 3: x"),
            ("-- migratory code", "code"),
            ("/* migratory: Code: x */", "Code: x"),
        ] {
            assert_eq!(comment(near), Some(Comment::Near(written)), "{near}");
        }
        for prose in [
            "-- migratory compatible-with sqlite",
            "-- migration: node",
            "-- migratory code for people",
            "-- migratory runs this in one transaction",
            "-- migratory allows this",
            "-- migration: adds users",
            "-- Note: irreversible",
            "-- migrate: allow nulls",
            "/* migratory */",
            "--",
        ] {
            assert_eq!(comment(prose), Some(Comment::Prose), "{prose}");
        }
        let right = "-- migratory: irreversible: x";
        assert_eq!(comment(right), Some(Comment::Directive("irreversible: x")));
    }
}
