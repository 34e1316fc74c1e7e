//! The statements of a script, for those who watch it run and for a run that resumes it.
//!
//! What runs is taken off the text by SQLite itself; here they are found without it, before they could run.

use std::ops::Range;

use crate::sql::lexer::{self, Kind, Token};

/// The number of statements.
pub fn count(sql: &str) -> usize {
    ranges(sql).count()
}

/// Where the statements are, from the first token of each to its semicolon: one that is not within a trigger.
pub fn ranges(sql: &str) -> impl Iterator<Item = Range<usize>> {
    let mut tokens = lexer::meaningful(sql);
    std::iter::from_fn(move || {
        let mut words: Vec<Token<'_>> = Vec::new();
        let mut whole: Option<Range<usize>> = None;
        let mut last: Option<Token<'_>> = None;
        for token in tokens.by_ref() {
            if token.kind == Kind::Semicolon {
                let is_within = is_trigger(&words) && !last.is_some_and(|last| last.is_word("end"));
                if let Some(begun) = whole.as_ref().filter(|_| !is_within) {
                    return Some(begun.start..token.end());
                }
            } else if words.len() < 3 {
                words.push(token);
            }
            if token.kind != Kind::Semicolon || whole.is_some() {
                whole = Some(whole.map_or(token.start, |begun| begun.start)..token.end());
            }
            last = Some(token);
        }
        whole
    })
}

/// Whether a statement that begins with these tokens makes a trigger.
fn is_trigger(words: &[Token<'_>]) -> bool {
    let mut words = words.iter();
    let is_create = words.next().is_some_and(|word| word.is_word("create"));
    is_create
        && words
            .find(|word| !word.is_word("temp") && !word.is_word("temporary"))
            .is_some_and(|word| word.is_word("trigger"))
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn statements_are_counted_as_sqlite_takes_them_off() {
        for (sql, expected) in [
            ("", 0),
            (";; -- nothing", 0),
            ("SELECT 1", 1),
            ("SELECT ';'; SELECT 2;", 2),
            ("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; SELECT 1; END; SELECT 2;", 2),
            ("CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END", 1),
            ("CREATE TABLE trigger_log (x); CREATE TABLE b (x);", 2),
        ] {
            assert_eq!(count(sql), expected, "{sql}");
        }
    }
}
