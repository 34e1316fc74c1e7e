//! The text of an error in parts, for programs that print it their own way.

use std::path::Path;

use super::words;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::run::report::Report;

/// What to do with the backup that was made before a run that failed.
pub(super) const BACKUP_HELP: &str = "`Backup::restore` brings it back; or close all connections, remove the `-wal` \
    and `-shm` beside the database, and copy that file over it";

/// What a run had done before it failed, in lines.
pub(super) fn done_before(report: &Report) -> Vec<String> {
    if report.is_empty() {
        return Vec::new();
    }
    let table = report.to_string();
    let lines = table.lines().map(|line| format!("    {line}"));
    std::iter::once("done before that, and kept:".to_owned()).chain(lines).collect()
}

pub(super) fn backup(path: &Path) -> String {
    format!("the database as it was before the run: {}", path.display())
}

impl ErrorKind {
    /// What went wrong, in one line.
    pub(crate) fn problem(&self) -> String {
        words(self).problem
    }
}

impl Error {
    /// What went wrong, in one line.
    ///
    /// The text of an error is its problem, its [`details`](Self::details) and its [`help`](Self::help), in lines.
    ///
    /// ```
    /// use migratory_runtime::{MigrationSet, Runner};
    ///
    /// let mut conn = rusqlite::Connection::open_in_memory().unwrap();
    /// conn.execute_batch("BEGIN").unwrap();
    /// let set = MigrationSet::new(&[]);
    /// let error = Runner::new(&set).up(&mut conn).unwrap_err();
    /// assert_eq!(error.problem(), "the connection is inside of a transaction, and migrations run in one of their own");
    /// assert_eq!(error.help(), ["call the runner before the transaction begins, or after it has ended"]);
    /// ```
    pub fn problem(&self) -> String {
        self.kind().problem()
    }

    /// The place, the state that the database is in, and what was done before, in lines.
    pub fn details(&self) -> Vec<String> {
        let report = self.report();
        let words = words(self.kind());
        let details = words.details(!report.is_empty());
        details.chain(done_before(report)).chain(report.backup().map(backup)).collect()
    }

    /// The ways out. Each is a line, and may have more, which are indented.
    pub fn help(&self) -> Vec<String> {
        let mut help = words(self.kind()).help;
        help.extend(self.report().backup().map(|_| BACKUP_HELP.to_owned()));
        help
    }
}

#[cfg(test)]
mod tests {
    use crate::error::kind::ErrorKind;
    use crate::run::report::Report;
    use crate::{Error, Version};

    #[test]
    fn the_parts_make_up_the_text() {
        let version = Version::new(7);
        for kind in [
            ErrorKind::InTransaction,
            ErrorKind::OldSqlite { found: 3_030_000, needed: 3_040_001 },
            ErrorKind::NoSuchVersion { version, latest: None },
            ErrorKind::Irreversible { version, name: "x".to_owned(), reason: None },
        ] {
            let error = Error::new(kind, Report::default());
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
