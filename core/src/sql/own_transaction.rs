//! Scripts that begin and end transactions themselves.
//!
//! Some tools run a file as it is and leave transactions to its author. Others open a transaction,
//! which the author leaves temporarily because SQLite turns foreign keys off only outside one. The
//! runner opens a transaction for each script, and runs such a script without these statements.

use std::ops::Range;

use super::lexer::{self, Kind};
use super::statements;

/// Returns the `BEGIN`, `COMMIT` and `END` of a script that can run in one transaction without
/// them.
///
/// They must alternate, and the script must end inside a transaction if it starts inside one:
/// `BEGIN .. COMMIT`, or `COMMIT .. BEGIN` inside a tool's transaction. `None` if the script uses
/// transactions in another way, or not at all.
/// tool's transaction. `None` if the script begins or ends a transaction in another way, or not at all.
///
/// ```
/// use migratory_core::sql::own_transaction::own_transaction;
///
/// let sql = "BEGIN; CREATE TABLE a (b); COMMIT;";
/// let own = own_transaction(sql).expect("a transaction");
/// let own: Vec<_> = own.into_iter().map(|range| &sql[range]).collect();
/// assert_eq!(own, ["BEGIN;", "COMMIT;"]);
/// assert_eq!(own_transaction("BEGIN; CREATE TABLE a (b);"), None);
/// ```
pub fn own_transaction(sql: &str) -> Option<Vec<Range<usize>>> {
    let mut own: Vec<Range<usize>> = Vec::new();
    let mut is_begin_next = None;
    for range in statements::ranges(sql) {
        let is_begin = match word(&sql[range.clone()]) {
            Word::Begin => true,
            Word::End => false,
            Word::Odd => return None,
            Word::Other => continue,
        };
        if is_begin_next.is_some_and(|expected| expected != is_begin) {
            return None;
        }
        is_begin_next = Some(!is_begin);
        own.push(range);
    }
    (!own.is_empty() && own.len() % 2 == 0).then_some(own)
}

enum Word {
    Begin,
    End,
    /// Begins or ends a transaction or savepoint in another way.
    Odd,
    Other,
}

fn word(statement: &str) -> Word {
    match statements::transaction_word(statement) {
        Some("BEGIN") if is_plain(statement) => Word::Begin,
        Some("COMMIT" | "END") if is_plain(statement) => Word::End,
        Some(_) => Word::Odd,
        None => Word::Other,
    }
}

/// Returns whether the text is just `BEGIN`, `COMMIT` or `END`, with its optional words.
fn is_plain(text: &str) -> bool {
    const WORDS: &str = "deferred immediate exclusive transaction";
    lexer::meaningful(text)
        .skip(1)
        .filter(|token| token.kind != Kind::Semicolon)
        .all(|token| token.is_any(WORDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_that_fit_into_one_are_found() {
        for (sql, number) in [
            ("BEGIN; CREATE TABLE a (b); COMMIT;", 2),
            ("begin immediate transaction;\n-- x\nCREATE TABLE a (b);\nend transaction", 2),
            (
                "PRAGMA foreign_keys = OFF; BEGIN; DROP TABLE a; COMMIT; PRAGMA foreign_keys = ON;",
                2,
            ),
            ("BEGIN; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT;", 2),
            ("BEGIN; COMMIT;", 2),
            ("CREATE TABLE a (b); BEGIN; CREATE TABLE c (d); COMMIT;", 2),
            ("BEGIN; CREATE TABLE a (b); COMMIT; CREATE TABLE c (d);", 2),
            ("BEGIN; CREATE TABLE a (b); COMMIT; BEGIN; CREATE TABLE c (d); COMMIT;", 4),
            (
                "COMMIT; PRAGMA foreign_keys = OFF; BEGIN; DROP TABLE a; COMMIT; PRAGMA foreign_keys = ON; BEGIN;",
                4,
            ),
            ("CREATE TABLE a (b); COMMIT TRANSACTION; BEGIN TRANSACTION; DROP TABLE a;", 2),
        ] {
            assert_eq!(own_transaction(sql).map(|own| own.len()), Some(number), "{sql}");
        }
    }

    #[test]
    fn anything_more_complicated_is_left_as_it_is() {
        for sql in [
            "",
            "CREATE TABLE a (b);",
            "BEGIN; CREATE TABLE a (b);",
            "CREATE TABLE a (b); COMMIT;",
            "BEGIN; BEGIN; COMMIT; COMMIT;",
            "BEGIN; CREATE TABLE a (b); COMMIT; BEGIN;",
            "BEGIN; SAVEPOINT s; RELEASE s; COMMIT;",
            "BEGIN; CREATE TABLE a (b); ROLLBACK;",
            "COMMIT; BEGIN; CREATE TABLE a (b); COMMIT;",
            "COMMIT AND CHAIN; BEGIN;",
            "BEGIN CONCURRENT; CREATE TABLE a (b); COMMIT;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
        ] {
            assert_eq!(own_transaction(sql), None, "{sql}");
        }
    }
}
