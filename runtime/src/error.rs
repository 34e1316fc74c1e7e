//! Errors: what went wrong, and what the run had committed before.

use std::error;

use crate::db::patience;
use crate::error::kind::{ErrorKind, StatementFailure};
use crate::error::remains::Remains;
use crate::run::report::Report;

pub(crate) mod from_script;
pub(crate) mod kind;
pub(crate) mod remains;
mod text;
mod words;

/// The result of a runner's method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a run, with a report of the steps that were committed before it.
///
/// Its text is written for people: the problem, the file and line, the state of the database, and
/// what to do. The underlying error, such as SQLite's, is its [`source`](error::Error::source).
/// `Display` omits the source's text, because programs that print the chain of sources would print
/// it twice. `{:#}` includes it, and so does `Debug`, so that a `main` that returns the error
/// prints all of it.
///
/// ```
/// # use migratory_runtime::{Migration, MigrationSet, Runner};
/// # fn open(conn: &mut rusqlite::Connection, runner: Runner<'_>) {
/// match runner.up(conn) {
///     Ok(report) => println!("{report}"),
///     Err(error) if error.is_busy() => println!("another program is using the database"),
///     Err(error) => println!("{error:#}"),
/// }
/// # }
/// # open(&mut rusqlite::Connection::open_in_memory().unwrap(), Runner::new(&MigrationSet::new(&[])));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    report: Report,
}

/// Converts the error of a method that commits nothing in parts.
pub(crate) fn bare<T>(outcome: Result<T, ErrorKind>) -> Result<T> {
    outcome.map_err(|kind| Error::new(kind, Report::default()))
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, report: Report) -> Self {
        Self(Box::new(Inner { kind, report }))
    }

    /// Returns the kind of error, as data.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the steps that were committed before the error.
    ///
    /// It is usually empty, because all pending migrations run in one transaction. Only migrations
    /// that run outside a transaction or with foreign keys off split a run.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Returns whether another connection holds a lock on the database, or is running a
    /// `no-transaction` migration. Retrying is safe, even if a script stopped half-way
    /// ([`is_dirty`](Self::is_dirty)): the next run continues it.
    pub fn is_busy(&self) -> bool {
        match self.kind() {
            ErrorKind::Busy(_) | ErrorKind::Underway { .. } => true,
            ErrorKind::Statement(failure) => {
                matches!(failure.remains, Remains::Resumable { .. })
                    && failure.source.as_ref().is_some_and(patience::is_busy)
            }
            ErrorKind::Unrecorded { source, is_resumable, .. } => {
                *is_resumable && matches!(**source, ErrorKind::Busy(_))
            }
            _ => false,
        }
    }

    /// Returns whether migrations are pending in a database that can't be written.
    pub fn is_read_only(&self) -> bool {
        matches!(self.kind(), ErrorKind::ReadOnly(_))
    }

    /// Returns whether the file is not an SQLite database, or is damaged.
    pub fn is_not_a_database(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotADatabase(_))
    }

    /// Returns whether the database has migrations that this program doesn't know, because a newer
    /// program applied them.
    pub fn is_unknown_version(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unknown { .. })
    }

    /// Returns whether a migration is pending below an applied one.
    pub fn is_out_of_order(&self) -> bool {
        matches!(self.kind(), ErrorKind::OutOfOrder { .. })
    }

    /// Returns whether a migration's text changed after it was applied.
    pub fn is_changed(&self) -> bool {
        matches!(self.kind(), ErrorKind::Changed { .. })
    }

    /// Returns whether a migration to revert has no down.
    pub fn is_irreversible(&self) -> bool {
        matches!(self.kind(), ErrorKind::Irreversible { .. })
    }

    /// Returns whether a migration left dangling foreign keys.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::ForeignKeys { .. })
    }

    /// Returns whether a `no-transaction` migration stopped half-way, in this run or an earlier
    /// one. The next run usually continues it; the error's text says if a person has to act.
    pub fn is_dirty(&self) -> bool {
        match self.kind() {
            ErrorKind::Dirty { .. } | ErrorKind::Unrecorded { .. } => true,
            ErrorKind::Statement(failure) => failure.remains.is_dirty(),
            ErrorKind::Cancelled { remains, .. } => remains.is_dirty(),
            _ => false,
        }
    }

    /// Returns whether the observer, or an interrupt of the connection, stopped the run.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled { .. })
    }

    /// Returns whether the backup could not be made; then nothing was changed.
    pub fn is_backup(&self) -> bool {
        matches!(self.kind(), ErrorKind::Backup { .. })
    }

    /// Returns whether the live schema differs from the one the migrations produce.
    pub fn is_drift(&self) -> bool {
        matches!(self.kind(), ErrorKind::Differs { .. } | ErrorKind::NotAsEdited { .. })
    }

    /// Returns whether a step in Rust failed, is missing, or is unexpected.
    pub fn is_code(&self) -> bool {
        use ErrorKind::{Code, MissingCode, UnexpectedCode};
        matches!(self.kind(), Code { .. } | MissingCode { .. } | UnexpectedCode { .. })
    }

    /// Returns the file of the failed migration, relative to the package; `None` if the error isn't
    /// about a file.
    pub fn file(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Statement(failure) => Some(&failure.file),
            ErrorKind::ForeignKeys { file, .. } => file.as_deref(),
            ErrorKind::Code { file, .. } => Some(file),
            ErrorKind::Cancelled { step, .. } => step.as_ref().map(|(_, file)| file.as_str()),
            _ => None,
        }
    }

    /// Returns the text of the failed statement; `None` if no statement failed.
    pub fn statement(&self) -> Option<&str> {
        self.failure().map(|failure| failure.statement.as_str())
    }

    /// Returns the line of the failure in [`file`](Self::file), from 1; `None` if it isn't known.
    pub fn line(&self) -> Option<usize> {
        self.failure().map(|failure| failure.line)
    }

    fn failure(&self) -> Option<&StatementFailure> {
        match self.kind() {
            ErrorKind::Statement(failure) => Some(failure),
            _ => None,
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        error::Error::source(self.kind())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(error.into(), Report::default())
    }
}
