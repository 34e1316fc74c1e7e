//! The statements that a run skips inside its own transaction.
//!
//! A shipped script may have been written for a tool that runs files outside a transaction. The
//! resulting tables and rows don't depend on these statements. In a script that has not shipped,
//! they are build errors.

use std::borrow::Cow;
use std::ops::Range;

use super::own_transaction::own_transaction;
use super::pragmas::Pragma;
use super::{lexer, statements};

/// Pragmas without a lasting effect: SQLite refuses or ignores them inside a transaction, or a run
/// restores the setting afterwards. `temp_store` fails inside a run, which has read the temporary
/// schema before.
const PRAGMAS: [&str; 6] =
    ["journal_mode", "mmap_size", "synchronous", "temp_store", "threads", "wal_checkpoint"];

/// Returns the statements to skip, in order: the script's own `BEGIN` and `COMMIT`, and those
/// without effect inside a transaction.
///
/// ```
/// use migratory_core::sql::left_out::left_out;
///
/// let sql = "PRAGMA journal_mode = WAL; CREATE TABLE a (b);";
/// let skipped: Vec<_> = left_out(sql).into_iter().map(|range| &sql[range]).collect();
/// assert_eq!(skipped, ["PRAGMA journal_mode = WAL;"]);
/// ```
pub fn left_out(sql: &str) -> Vec<Range<usize>> {
    // Most scripts have none of these words, and searching for them is cheaper than splitting the
    // script.
    if !lexer::has_any(sql, &["begin", "pragma", "vacuum"]) {
        return Vec::new();
    }
    let own = own_transaction(sql).unwrap_or_default();
    let mut left_out = Vec::new();
    for range in statements::ranges(sql) {
        if own.contains(&range) || without_effect(&sql[range.clone()]).is_some() {
            left_out.push(range);
        }
    }
    left_out
}

/// Returns the name of a statement without effect inside a run's transaction: `VACUUM`, or the
/// pragma's name.
///
/// ```
/// use migratory_core::sql::left_out::without_effect;
///
/// assert_eq!(without_effect("PRAGMA main.synchronous = OFF"), Some("synchronous"));
/// assert_eq!(without_effect("PRAGMA cache_size = 7"), None);
/// ```
pub fn without_effect(statement: &str) -> Option<&'static str> {
    let first = statements::first_word(statement)?;
    if first.is_word("vacuum") {
        let is_copy = lexer::meaningful(statement).any(|token| token.is_word("into"));
        return (!is_copy).then_some("VACUUM");
    }
    let pragma = Pragma::parse(statement).filter(|_| first.is_word("pragma"))?;
    let known = PRAGMAS.into_iter().find(|known| pragma.is(known))?;
    // Without a value, it is a query.
    (pragma.value.is_some() || known == "wal_checkpoint").then_some(known)
}

/// Returns the script without the statements that a run skips.
///
/// ```
/// use migratory_core::sql::left_out::without;
///
/// assert_eq!(without("BEGIN; SELECT 1; END;"), "       SELECT 1;     ");
/// assert_eq!(without("SELECT 1;"), "SELECT 1;");
/// ```
pub fn without(sql: &str) -> Cow<'_, str> {
    match left_out(sql) {
        nothing if nothing.is_empty() => Cow::Borrowed(sql),
        ranges => Cow::Owned(blanked(sql, &ranges)),
    }
}

/// Replaces statements by blanks, so that the rest of the script keeps its positions.
///
/// ```
/// use migratory_core::sql::left_out::blanked;
///
/// assert_eq!(blanked("BEGIN; SELECT 1; END;", &[0..6, 17..21]), "       SELECT 1;     ");
/// ```
pub fn blanked(sql: &str, statements: &[Range<usize>]) -> String {
    let (mut text, mut at) = (String::with_capacity(sql.len()), 0);
    for range in statements {
        text.push_str(&sql[at..range.start]);
        text.push_str(&" ".repeat(range.len()));
        at = range.end;
    }
    text.push_str(&sql[at..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_without_effect_in_a_transaction_are_skipped() {
        for (sql, left) in [
            ("CREATE TABLE a (b);", "CREATE TABLE a (b);"),
            ("PRAGMA journal_mode = WAL; CREATE TABLE a (b);", "CREATE TABLE a (b);"),
            ("BEGIN; CREATE TABLE a (b); COMMIT; VACUUM;", "CREATE TABLE a (b);"),
            ("pragma main.SYNCHRONOUS(1); PRAGMA mmap_size = 268435456; PRAGMA threads = 4;", ""),
            ("PRAGMA \"temp_store\" = memory; PRAGMA wal_checkpoint; VACUUM main", ""),
            (
                "PRAGMA journal_mode; PRAGMA cache_size = 7;",
                "PRAGMA journal_mode; PRAGMA cache_size = 7;",
            ),
            ("VACUUM INTO 'x';", "VACUUM INTO 'x';"),
            (
                "SELECT 'PRAGMA synchronous = OFF'; -- VACUUM",
                "SELECT 'PRAGMA synchronous = OFF'; -- VACUUM",
            ),
            ("CREATE TABLE a (b); COMMIT; VACUUM;", "CREATE TABLE a (b); COMMIT;"),
        ] {
            let without = without(sql);
            assert_eq!(without.len(), sql.len(), "{sql}");
            assert_eq!(without.trim(), left, "{sql}");
        }
    }
}
