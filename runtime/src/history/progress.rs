//! The progress of a `no-transaction` script, as stored in its history row.
//!
//! The progress is written in the same transaction as the statement it counts, so it is exact:
//! everything before the byte has run, and nothing after it. A run must hold the row to write it,
//! so only one of two runs of a script continues. A hash identifies the completed part; the
//! remaining part may have been corrected since.

use std::fmt;

use migratory_core::Sha256;
use migratory_core::sql::lexer::{self, Kind};
use rusqlite::Connection;

use crate::Checksum;

/// The progress of a script, and the run that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The hash of the completed part, byte for byte.
    pub(crate) done: String,
    /// The start of the remaining statements; `None` if progress can't be recorded.
    pub(crate) at: Option<usize>,
    /// The run that holds the script; `None` once that run has stopped in an orderly way.
    pub(crate) run: Option<String>,
}

impl Progress {
    /// Parses what `Display` writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut after = |word: &str| words.next().filter(|it| *it == word).and(words.next());
        let (at, done) = (after("byte")?, after("after")?);
        let (done, run) = match done.strip_suffix(',') {
            Some(done) => (done, Some(after("run")?.to_owned())),
            None => (done, None),
        };
        let at = if at == "?" { None } else { Some(at.parse().ok()?) };
        words.next().is_none().then(|| Self { done: done.to_owned(), at, run })
    }

    /// Returns the byte at which this script, which may have been edited, can continue.
    pub(crate) fn fits(&self, sql: &str) -> Option<usize> {
        let at = self.at?;
        let done = sql.get(..at)?;
        // Without its semicolon, the last statement could continue differently in an edited text.
        let is_ended = at == 0 || at == sql.len() || done.ends_with(';');
        (is_ended && name_of(&hash_of(done)) == self.done).then_some(at)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "byte {at} after {}", self.done)?,
            None => write!(f, "byte ? after {}", self.done)?,
        }
        self.run.iter().try_for_each(|run| write!(f, ", run {run}"))
    }
}

/// Hashes a part of a script, including comments and line ends.
pub(crate) fn hash_of(sql: &str) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update(sql.as_bytes());
    hash
}

/// Returns a hash as the digits that are stored.
pub(crate) fn name_of(hash: &Sha256) -> String {
    Checksum::new(hash.clone().finish()).to_string().chars().take(16).collect()
}

/// Returns a unique name for a run.
pub(crate) fn name_of_run(conn: &Connection) -> rusqlite::Result<String> {
    conn.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))
}

/// Returns whether progress can be written between the statements of a script.
///
/// A script that calls `changes()` would see the rows of that write.
pub(crate) fn is_recordable(sql: &str) -> bool {
    !mentions(sql, &["changes", "total_changes"])
}

/// Returns whether another connection can continue a script.
///
/// Temporary tables, attached databases and the last rowid disappear with their connection.
pub(crate) fn is_resumable(sql: &str) -> bool {
    is_recordable(sql) && !mentions(sql, &["temp", "temporary", "attach", "last_insert_rowid"])
}

/// Returns whether a script contains one of these names. SQLite also reads a string before a dot as
/// a name.
fn mentions(sql: &str, words: &[&str]) -> bool {
    let mut tokens = lexer::meaningful(sql).peekable();
    while let Some(token) = tokens.next() {
        let is_name =
            token.kind != Kind::Text || tokens.peek().is_some_and(|next| next.text == ".");
        let name = token.unquoted();
        if is_name && words.iter().any(|word| lexer::is_same(&name, word)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_round_trips() {
        for at in [None, Some(0), Some(1234)] {
            for run in [None, Some("0123456789abcdef".to_owned())] {
                let progress = Progress { done: name_of(&hash_of("VACUUM")), at, run };
                assert_eq!(Progress::parse(&progress.to_string()), Some(progress));
            }
        }
        for odd in ["", "byte", "byte x after 12", "byte -1 after 12", "12 after 13"] {
            assert_eq!(Progress::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_completed_part_must_be_unchanged_and_the_rest_may_be_edited() {
        let done = "DELETE FROM a;";
        let progress = Progress { done: name_of(&hash_of(done)), at: Some(done.len()), run: None };
        assert_eq!(progress.fits("DELETE FROM a; SELECT 1"), Some(14));
        assert_eq!(progress.fits("DELETE FROM a;"), Some(14));
        let done = "DELETE FROM a";
        let whole = Progress { done: name_of(&hash_of(done)), at: Some(done.len()), run: None };
        assert_eq!(whole.fits(done), Some(13));
        assert_eq!(whole.fits("DELETE FROM a WHERE b"), None);
        for other in ["DELETE FROM b; SELECT 1", "DELETE FROM a", "DELETE FROM abcé"] {
            assert_eq!(progress.fits(other), None, "{other}");
        }
    }

    #[test]
    fn a_script_bound_to_its_connection_is_not_resumed() {
        for sql in [
            "CREATE TEMP TABLE a (b)",
            "create temporary view v AS SELECT 1",
            "INSERT INTO \"temp\".a VALUES (1)",
            "INSERT INTO 'temp' . a VALUES (1)",
            "INSERT INTO a VALUES (Last_Insert_Rowid())",
            "ATTACH 'x' AS y",
        ] {
            assert!(is_recordable(sql) && !is_resumable(sql), "{sql}");
        }
        for sql in ["INSERT INTO a SELECT changes()", "SELECT TOTAL_CHANGES()"] {
            assert!(!is_recordable(sql) && !is_resumable(sql), "{sql}");
        }
        for sql in ["INSERT INTO a VALUES ('temp')", "VACUUM -- temp", "DELETE FROM change"] {
            assert!(is_resumable(sql), "{sql}");
        }
    }
}
