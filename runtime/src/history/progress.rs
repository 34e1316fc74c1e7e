//! How far a script that runs outside of a transaction has come, as its row of the history says it.
//!
//! The text is written in the transaction of the statement that it counts, so it is exact: what is before the byte
//! is done, what is after it is not. Whoever writes it must hold it, so of two runs of one script only one goes on.
//! The part that is done is known by its hash; the part that is left may have been corrected since.

use std::fmt;

use migratory_core::Sha256;
use migratory_core::sql::lexer::{self, Kind};
use rusqlite::Connection;

use crate::Checksum;

/// How far a script has come, and which run is at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// A hash over the part that is done, byte by byte.
    pub(crate) done: String,
    /// Where the statements begin that are not done; `None` where that can't be recorded.
    pub(crate) at: Option<usize>,
    /// The run that is at it; `None` once that run has stopped in an orderly way.
    pub(crate) run: Option<String>,
}

impl Progress {
    /// Reads what `Display` writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (rest, run) = match text.split_once(", run ") {
            Some((rest, run)) => (rest, Some(run.to_owned())),
            None => (text, None),
        };
        let (at, done) = rest.strip_prefix("byte ")?.split_once(" after ")?;
        let at = if at == "?" { None } else { Some(at.parse().ok()?) };
        Some(Self { done: done.to_owned(), at, run })
    }

    /// Where this script, which may not be the one that was running, can be continued.
    pub(crate) fn fits(&self, sql: &str) -> Option<usize> {
        let at = self.at?;
        let done = sql.get(..at)?;
        // Without its semicolon, the last statement could go on in another text.
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

/// The hash over a part of a script, comments and line ends included.
pub(crate) fn hash_of(sql: &str) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update(sql.as_bytes());
    hash
}

/// A hash in so many digits as are written.
pub(crate) fn name_of(hash: &Sha256) -> String {
    Checksum::new(hash.clone().finish()).to_string().chars().take(16).collect()
}

/// A name for a run, which no other has.
pub(crate) fn name_of_run(conn: &Connection) -> rusqlite::Result<String> {
    conn.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))
}

/// Whether the progress of a script can be written between its statements.
///
/// `changes()` counts the rows of the last statement, and that would be ours.
pub(crate) fn is_recordable(sql: &str) -> bool {
    !mentions(sql, &["changes", "total_changes"])
}

/// Whether another connection can go on with a script.
///
/// Temporary tables, attached databases and the last rowid are gone with the connection that made them.
pub(crate) fn is_resumable(sql: &str) -> bool {
    is_recordable(sql) && !mentions(sql, &["temp", "temporary", "attach", "last_insert_rowid"])
}

/// Whether a script has one of these names. Before a dot, SQLite takes a text for a name too.
fn mentions(sql: &str, words: &[&str]) -> bool {
    let mut tokens = lexer::meaningful(sql).peekable();
    while let Some(token) = tokens.next() {
        let is_name =
            token.kind != Kind::Text || tokens.peek().is_some_and(|next| next.text == ".");
        let name = token.unquoted();
        if is_name && words.iter().any(|word| name.eq_ignore_ascii_case(word)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
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
    fn what_is_done_must_be_as_it_was_and_what_is_left_need_not() {
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
    fn what_belongs_to_the_connection_is_not_resumed() {
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
