//! Edits a column's definition: its NOT NULL, and the CHECKs that name another column.

use std::ops::Range;

use migratory_core::sql::lexer::{self, Token};
use migratory_core::sql::parens;
use migratory_rehearsal::schema::Name;

use super::sql::mentions;

/// The words that can follow a column's type.
const CLAUSES: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
];

/// Removes NOT NULL; `None` if there is none.
pub(super) fn nullable(text: &str) -> Option<String> {
    let tokens = outer(text);
    let at = tokens.windows(2).position(|two| two[0].is_word("NOT") && two[1].is_word("NULL"))?;
    let action = tokens
        .get(at + 2..at + 5)
        .filter(|three| three[0].is_word("ON") && three[1].is_word("CONFLICT"));
    let last = action.and_then(|three| three.last()).unwrap_or(&tokens[at + 1]);
    Some(without(text, named(&tokens, at)..last.end()))
}

/// Adds NOT NULL.
pub(super) fn required(text: &str) -> String {
    // An explicit NULL would contradict it.
    let tokens = outer(text);
    let null = tokens.iter().enumerate().skip(1).find(|(at, token)| {
        token.is_word("NULL")
            && !["DEFAULT", "SET", "NOT"].iter().any(|it| tokens[at - 1].is_word(it))
    });
    if let Some((at, token)) = null {
        return required(&without(text, named(&tokens, at)..token.end()));
    }
    let mut clauses = tokens.iter().skip(1);
    let at = clauses.find(|token| CLAUSES.iter().any(|word| token.is_word(word)));
    let (head, tail) = text.split_at(at.map_or(text.len(), |token| token.start));
    format!("{} NOT NULL {tail}", head.trim_end()).trim_end().to_owned()
}

/// Removes the CHECKs that name a column.
pub(super) fn without_checks_of(text: &str, column: &Name) -> String {
    let tokens = outer(text);
    for (at, token) in tokens.iter().enumerate() {
        let Some(group) = token.is_word("CHECK").then(|| group(text, token.end())).flatten() else {
            continue;
        };
        if mentions(&text[group.clone()], column) {
            let shorter = without(text, named(&tokens, at)..group.end);
            return without_checks_of(&shorter, column);
        }
    }
    text.to_owned()
}

/// The tokens outside of parentheses.
fn outer(text: &str) -> Vec<Token<'_>> {
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    parens::outer(&tokens).map(|(_, token)| *token).collect()
}

/// Returns the parentheses that open after a position, including themselves.
fn group(text: &str, behind: usize) -> Option<Range<usize>> {
    let tokens: Vec<_> = lexer::meaningful(text).filter(|token| token.start >= behind).collect();
    let group = parens::group(&tokens, 0)?;
    Some(tokens[group.start].start..tokens.get(group.end)?.end())
}

/// The start of a constraint, including its name.
fn named(tokens: &[Token<'_>], at: usize) -> usize {
    let name = at.checked_sub(2).filter(|&before| tokens[before].is_word("CONSTRAINT"));
    tokens[name.unwrap_or(at)].start
}

fn without(text: &str, range: Range<usize>) -> String {
    let (head, tail) = (&text[..range.start], &text[range.end..]);
    let blank = if tail.trim_start().is_empty() { "" } else { " " };
    format!("{}{blank}{}", head.trim_end(), tail.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_null_is_removed() {
        for (text, expected) in [
            ("a INT NOT NULL", Some("a INT")),
            ("a INT NOT NULL DEFAULT 1", Some("a INT DEFAULT 1")),
            ("a CONSTRAINT must not null ON CONFLICT FAIL UNIQUE", Some("a UNIQUE")),
            ("a INT CHECK (a IS NOT NULL)", None),
            ("\"not\" NULL", None),
        ] {
            assert_eq!(nullable(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn not_null_is_added_after_the_type() {
        for (text, expected) in [
            ("a", "a NOT NULL"),
            ("a VARCHAR (9)", "a VARCHAR (9) NOT NULL"),
            ("a TEXT DEFAULT 'x' UNIQUE", "a TEXT NOT NULL DEFAULT 'x' UNIQUE"),
            ("a TEXT NULL UNIQUE", "a TEXT NOT NULL UNIQUE"),
            ("a REFERENCES p ON DELETE SET NULL", "a NOT NULL REFERENCES p ON DELETE SET NULL"),
            ("a INT DEFAULT NULL", "a INT NOT NULL DEFAULT NULL"),
            ("\"default\" INT", "\"default\" INT NOT NULL"),
        ] {
            assert_eq!(required(text), expected);
        }
    }

    #[test]
    fn checks_that_name_a_column_are_removed() {
        let column = Name::from("b");
        for (text, expected) in [
            ("a INT CHECK (a > 0)", "a INT CHECK (a > 0)"),
            ("a INT CHECK (a > (b)) DEFAULT 1", "a INT DEFAULT 1"),
            ("a INT CONSTRAINT less CHECK (a < \"B\") CHECK (b) CHECK (a)", "a INT CHECK (a)"),
        ] {
            assert_eq!(without_checks_of(text, &column), expected);
        }
    }
}
