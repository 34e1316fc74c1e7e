//! How many statements a script has, for those who watch it run.
//!
//! What runs is taken off the text by SQLite itself; this count is made before, and nothing depends on it.

use crate::lexer::{self, Kind, Token};

/// The number of statements: each ends at a semicolon that is not one within a trigger.
pub(crate) fn count(sql: &str) -> usize {
    let mut count = 0;
    let mut words: Vec<Token<'_>> = Vec::new();
    let mut last = None;
    for token in lexer::meaningful(sql) {
        if token.kind == Kind::Semicolon {
            let is_within =
                is_trigger(&words) && !last.is_some_and(|last: Token<'_>| last.is_word("end"));
            if !is_within {
                count += usize::from(!words.is_empty());
                words.clear();
            }
        } else if words.len() < 3 {
            words.push(token);
        }
        last = Some(token);
    }
    count + usize::from(!words.is_empty())
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
