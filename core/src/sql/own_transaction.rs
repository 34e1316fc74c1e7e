//! Scripts that begin and end a transaction themselves, around all that they do.
//!
//! Tools that run a file as it stands leave the transaction to its author. The runner opens one for
//! each script, and runs such a script without the two statements.

use std::borrow::Cow;
use std::ops::Range;

use super::lexer::{self, Kind};
use super::statements;

/// The `BEGIN` and the `COMMIT` or `END` of a script that stand around all of it.
///
/// Before and after them, only pragmas may stand. `None` if the script has anything else that begins or
/// ends a transaction, or nothing of the kind.
///
/// ```
/// use migratory_core::sql::own_transaction::own_transaction;
///
/// let sql = "BEGIN; CREATE TABLE a (b); COMMIT;";
/// let own = own_transaction(sql).expect("a transaction");
/// assert_eq!(own.map(|range| &sql[range]), ["BEGIN;", "COMMIT;"]);
/// assert_eq!(own_transaction("BEGIN; COMMIT; BEGIN; COMMIT;"), None);
/// ```
pub fn own_transaction(sql: &str) -> Option<[Range<usize>; 2]> {
    let statements = statements::ranges(sql).map(|range| (first_word(sql, &range), range));
    let mut own: Vec<Range<usize>> = Vec::new();
    for (word, range) in statements {
        let is_plain = is_plain(&sql[range.clone()]);
        match (own.len(), word) {
            (0 | 2, Word::Pragma) | (1, Word::Pragma | Word::Other) => {}
            (0, Word::Begin) | (1, Word::End) if is_plain => own.push(range),
            _ => return None,
        }
    }
    own.try_into().ok()
}

/// The script with blanks in the place of the two statements: what is left stands where it stood.
///
/// ```
/// use migratory_core::sql::own_transaction::without;
///
/// assert_eq!(without("BEGIN; SELECT 1; END;"), "       SELECT 1;     ");
/// assert_eq!(without("SELECT 1;"), "SELECT 1;");
/// ```
pub fn without(sql: &str) -> Cow<'_, str> {
    own_transaction(sql).map_or(Cow::Borrowed(sql), |own| Cow::Owned(blanked(sql, &own)))
}

/// The script with blanks in the place of these statements.
///
/// ```
/// use migratory_core::sql::own_transaction::blanked;
///
/// assert_eq!(blanked("BEGIN; SELECT 1; END;", &[0..6, 17..21]), "       SELECT 1;     ");
/// ```
pub fn blanked(sql: &str, own: &[Range<usize>; 2]) -> String {
    let mut text = sql.to_owned();
    for range in own {
        text.replace_range(range.clone(), &" ".repeat(range.len()));
    }
    text
}

enum Word {
    Begin,
    End,
    Pragma,
    /// Begins or ends something in another way.
    Odd,
    Other,
}

fn first_word(sql: &str, range: &Range<usize>) -> Word {
    let text = &sql[range.clone()];
    let Some(first) = lexer::meaningful(text).next() else { return Word::Other };
    if first.is_word("pragma") {
        return Word::Pragma;
    }
    match statements::transaction_word(text) {
        Some("BEGIN") => Word::Begin,
        Some("COMMIT" | "END") => Word::End,
        Some(_) => Word::Odd,
        None => Word::Other,
    }
}

/// Whether it is `BEGIN`, `COMMIT` or `END` with the words that may follow, and nothing else.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 4] = ["deferred", "immediate", "exclusive", "transaction"];
    lexer::meaningful(text)
        .skip(1)
        .filter(|token| token.kind != Kind::Semicolon)
        .all(|token| WORDS.iter().any(|word| token.is_word(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_around_a_whole_script_is_found() {
        for sql in [
            "BEGIN; CREATE TABLE a (b); COMMIT;",
            "begin immediate transaction;\n-- x\nCREATE TABLE a (b);\nend transaction",
            "PRAGMA foreign_keys = OFF; BEGIN; DROP TABLE a; COMMIT; PRAGMA foreign_keys = ON;",
            "BEGIN; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT;",
            "BEGIN; COMMIT;",
        ] {
            let without = without(sql);
            assert_eq!(without.len(), sql.len(), "{sql}");
            let words = statements::ranges(&without);
            let is_left = words.map(|range| first_word(&without, &range));
            assert!(
                is_left.into_iter().all(|it| matches!(it, Word::Pragma | Word::Other)),
                "{sql}"
            );
            assert!(own_transaction(sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn anything_more_complicated_is_left_as_it_is() {
        for sql in [
            "",
            "CREATE TABLE a (b);",
            "BEGIN; CREATE TABLE a (b);",
            "CREATE TABLE a (b); COMMIT;",
            "CREATE TABLE a (b); BEGIN; CREATE TABLE c (d); COMMIT;",
            "BEGIN; CREATE TABLE a (b); COMMIT; CREATE TABLE c (d);",
            "BEGIN; CREATE TABLE a (b); COMMIT; BEGIN; CREATE TABLE c (d); COMMIT;",
            "BEGIN; BEGIN; COMMIT; COMMIT;",
            "BEGIN; SAVEPOINT s; RELEASE s; COMMIT;",
            "BEGIN; CREATE TABLE a (b); ROLLBACK;",
            "COMMIT; BEGIN;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
        ] {
            assert_eq!(own_transaction(sql), None, "{sql}");
            assert_eq!(without(sql), sql);
        }
    }
}
