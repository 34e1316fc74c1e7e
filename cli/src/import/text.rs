//! Reads and edits the text of scripts.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind};

/// Removes blank lines at the start and the end.
pub(crate) fn trimmed(text: &str) -> &str {
    let is_blank = |line: &&str| line.trim().is_empty();
    let before: usize = text.split_inclusive('\n').take_while(is_blank).map(str::len).sum();
    let text = &text[before..];
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        if !line.trim().is_empty() {
            break;
        }
        end -= line.len();
    }
    &text[..end]
}

/// Joins texts with a blank line between them.
pub(crate) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for text in texts.into_iter().map(trimmed).filter(|text| !text.is_empty()) {
        if !joined.is_empty() {
            let end = line_end(text);
            let ends = if joined.ends_with('\n') { 1 } else { 2 };
            joined.push_str(&end.repeat(ends));
        }
        joined.push_str(text);
    }
    joined
}

/// Whether a text has anything but space and comments.
pub(crate) fn has_statement(text: &str) -> bool {
    lexer::meaningful(text).any(|token| token.kind != Kind::Semicolon)
}

/// The end of the last statement, if it has no semicolon.
pub(crate) fn open_end(text: &str) -> Option<usize> {
    let last = lexer::meaningful(text).last()?;
    let is_open = !matches!(last.kind, Kind::Semicolon | Kind::OpenComment | Kind::OpenQuote);
    is_open.then_some(last.end())
}

/// The text's line end.
pub(crate) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The placeholders `${name}` in a script, and with `bare` also `$name`.
pub(crate) fn placeholders(text: &str, bare: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices('$') {
        let rest = &text[at + 1..];
        let name = match rest.strip_prefix('{') {
            Some(inside) => inside.split('}').next().filter(|name| name.len() < inside.len()),
            None if bare => {
                let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                rest.split(|letter| !is_name(letter)).next()
            }
            None => None,
        };
        found.extend(name.filter(|name| !name.is_empty()).map(|name| format!("${{{name}}}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_are_removed_at_both_ends_only() {
        for (text, expected) in [
            ("\n \na\n\nb\n\n\t\n", "a\n\nb\n"),
            ("\r\na\r\n\r\n", "a\r\n"),
            ("  a", "  a"),
            ("a", "a"),
            (" \n", ""),
            ("", ""),
        ] {
            assert_eq!(trimmed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_end_of_an_open_statement_is_found() {
        for (text, expected) in [
            ("SELECT 1", Some(8)),
            ("SELECT 1 -- x;\n", Some(8)),
            ("SELECT 1; -- x\n", None),
            ("-- x", None),
            ("SELECT 'a", None),
        ] {
            assert_eq!(open_end(text), expected, "{text:?}");
        }
    }

    #[test]
    fn placeholders_are_found() {
        let named = |text, bare| placeholders(text, bare).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(named("${a} ${b:-x} $c ${ $", false), "${a} ${b:-x}");
        assert_eq!(named("$c, '${d}' $1 $", true), "${1} ${c} ${d}");
        assert_eq!(named("größe$ ${é}", true), "${é}");
    }
}
