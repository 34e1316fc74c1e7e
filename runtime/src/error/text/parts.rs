//! The text of an error in parts, for programs that print it their own way.

use crate::error::Error;

/// What a line of the text begins with that says what to do.
const HELP: &str = "help: ";

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
        self.to_string().lines().next().unwrap_or_default().to_owned()
    }

    /// The place, the state that the database is in, and what was done before, in lines.
    pub fn details(&self) -> Vec<String> {
        let text = self.to_string();
        let details = text.lines().skip(1).filter(|line| !line.starts_with(HELP));
        details.map(str::to_owned).collect()
    }

    /// The ways out, a line each.
    pub fn help(&self) -> Vec<String> {
        let text = self.to_string();
        text.lines().filter_map(|line| line.strip_prefix(HELP)).map(str::to_owned).collect()
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
