//! The parts of an error's text, for programs that print it their own way.

use std::path::Path;

use super::words;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::report::Report;

/// What to do with the backup made before a failed run.
pub(super) const BACKUP_HELP: &str = "to return to it, call `Backup::restore`; or close all connections, remove the `-wal` \
    and `-shm` next to the database, and copy that file over it";

/// Describes what a run did before it failed, line by line.
pub(super) fn done_before(report: &Report) -> Vec<String> {
    if report.is_empty() {
        return Vec::new();
    }
    let table = report.to_string();
    let lines = table.lines().map(|line| format!("    {line}"));
    std::iter::once("done and committed before that:".to_owned()).chain(lines).collect()
}

pub(super) fn backup(path: &Path) -> String {
    format!("the backup from before the run: {}", path.display())
}

impl ErrorKind {
    /// Returns the problem in one line.
    pub(crate) fn problem(&self) -> String {
        words(self).first_line().to_owned()
    }
}

impl Error {
    /// Returns the problem in one line.
    ///
    /// The text of an error consists of its problem, its [`details`](Self::details) and its
    /// [`help`](Self::help), one per line.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// use migratory::{MigrationSet, Runner};
    ///
    /// let mut conn = rusqlite::Connection::open_in_memory().unwrap();
    /// conn.execute_batch("BEGIN").unwrap();
    /// let set = MigrationSet::new(&[]);
    /// let error = Runner::new(&set).up(&mut conn).unwrap_err();
    /// assert_eq!(error.problem(), "the connection is inside a transaction, and migrations need their own");
    /// assert_eq!(error.help(), ["call the runner before the transaction begins or after it ends"]);
    /// ```
    pub fn problem(&self) -> String {
        self.kind().problem()
    }

    /// Returns the place, the state of the database, and the steps committed before, line by line.
    ///
    /// See [`is_irreversible`](Self::is_irreversible) for an example.
    pub fn details(&self) -> Vec<String> {
        let report = self.report();
        let mut details = words(self.kind()).details(!report.is_empty());
        details.extend(done_before(report));
        details.extend(report.backup().map(backup));
        details
    }

    /// Returns the possible remedies. Each may have further lines, which are indented.
    ///
    /// See [`problem`](Self::problem) for an example.
    pub fn help(&self) -> Vec<String> {
        let mut help: Vec<_> = words(self.kind()).helps().map(str::to_owned).collect();
        help.extend(self.report().backup().map(|_| BACKUP_HELP.to_owned()));
        help
    }
}

#[cfg(test)]
mod tests {
    use crate::error::kind::ErrorKind;
    use crate::{Error, Version};

    #[test]
    fn the_parts_joined_are_the_text() {
        let version = Version::new(7);
        for kind in [
            ErrorKind::InTransaction,
            ErrorKind::OldSqlite { found: 3_030_000, needed: 3_040_001 },
            ErrorKind::NoSuchVersion { version, latest: None },
            ErrorKind::Irreversible { version, name: "x".to_owned(), reason: None },
        ] {
            let error = Error::from(kind);
            let help = error.help().into_iter().map(|line| format!("help: {line}"));
            let parts = [error.problem()].into_iter().chain(error.details()).chain(help);
            let mut parts: Vec<_> = parts.collect();
            let text = error.to_string();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            parts.sort_unstable();
            lines.sort_unstable();
            assert_eq!(parts, lines);
        }
    }
}
