//! Positions in a script.

use std::ops::Range;

use migratory_core::sql::statements;

/// Returns the range of the statement that starts at `at`, without leading blanks and comments.
///
/// `end` is where SQLite found its end, if it could parse it.
pub(crate) fn locate(sql: &str, at: usize, end: Option<usize>) -> Range<usize> {
    let rest = sql.get(at..end.unwrap_or(sql.len())).unwrap_or_default();
    statements::ranges(rest).next().map_or(at..at, |found| at + found.start..at + found.end)
}

/// Converts a byte offset into a line and a column in characters, both from 1.
pub(crate) fn place(sql: &str, offset: usize) -> (usize, usize) {
    let before = sql.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
