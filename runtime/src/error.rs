//! What can go wrong while a database is migrated, and what had been done before.

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

/// The outcome of a runner's method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a database was not migrated, and what had been done before.
///
/// Its text is made for people: what is wrong, in which file and line, in which state the database is
/// now, and the ways out. The error behind it, such as SQLite's, is its [`source`](error::Error::source), and its words are
/// left out of the text, since programs that print an error with its sources would print them twice. `{:#}` is the whole
/// text, with them. So is `Debug`, so that a `main` that returns an error prints it well.
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

/// The outcome of what does nothing by parts.
pub(crate) fn bare<T>(outcome: Result<T, ErrorKind>) -> Result<T> {
    outcome.map_err(|kind| Error::new(kind, Report::default()))
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, report: Report) -> Self {
        Self(Box::new(Inner { kind, report }))
    }

    /// What went wrong, as data.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What had been done, and remains, before it went wrong.
    ///
    /// Nothing in most cases: what is pending goes in one transaction. Only a migration that runs
    /// outside of it or with foreign keys off ends one before its time.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Another connection holds the database locked, or is running a `no-transaction` migration. To try again later
    /// is safe, also where a script stopped half-way ([`is_dirty`](Self::is_dirty)): the next run continues it.
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

    /// There is something to do, and the database can't be written.
    pub fn is_read_only(&self) -> bool {
        matches!(self.kind(), ErrorKind::ReadOnly(_))
    }

    /// The file is not an SQLite database, or a damaged one.
    pub fn is_not_a_database(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotADatabase(_))
    }

    /// The database holds versions that this program does not know: a newer program made them.
    pub fn is_unknown_version(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unknown { .. })
    }

    /// A migration is pending below one that is applied.
    pub fn is_out_of_order(&self) -> bool {
        matches!(self.kind(), ErrorKind::OutOfOrder { .. })
    }

    /// A migration's text changed after it was applied.
    pub fn is_changed(&self) -> bool {
        matches!(self.kind(), ErrorKind::Changed { .. })
    }

    /// A migration that would have to be reverted has no down.
    pub fn is_irreversible(&self) -> bool {
        matches!(self.kind(), ErrorKind::Irreversible { .. })
    }

    /// A migration left references that lead nowhere.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::ForeignKeys { .. })
    }

    /// A `no-transaction` migration stopped half-way, in this run or in one before. In most cases the next run
    /// continues it; the error's text says if a person has to do something.
    pub fn is_dirty(&self) -> bool {
        match self.kind() {
            ErrorKind::Dirty { .. } | ErrorKind::Unrecorded { .. } => true,
            ErrorKind::Statement(failure) => failure.remains.is_dirty(),
            ErrorKind::Cancelled { remains, .. } => remains.is_dirty(),
            _ => false,
        }
    }

    /// The run was stopped by its observer, or by an interrupt of the connection.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled { .. })
    }

    /// The backup could not be made; nothing was changed.
    pub fn is_backup(&self) -> bool {
        matches!(self.kind(), ErrorKind::Backup { .. })
    }

    /// The live schema is another one than the migrations make.
    pub fn is_drift(&self) -> bool {
        matches!(self.kind(), ErrorKind::Differs { .. } | ErrorKind::NotAsEdited { .. })
    }

    /// A step in Rust failed, is missing, or is one too many.
    pub fn is_code(&self) -> bool {
        use ErrorKind::{Code, MissingCode, UnexpectedCode};
        matches!(self.kind(), Code { .. } | MissingCode { .. } | UnexpectedCode { .. })
    }

    /// The file of the migration that failed, relative to the package, where one did.
    pub fn file(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Statement(failure) => Some(&failure.file),
            ErrorKind::ForeignKeys { file, .. } => file.as_deref(),
            ErrorKind::Code { file, .. } => Some(file),
            ErrorKind::Cancelled { step, .. } => step.as_ref().map(|(_, file)| file.as_str()),
            _ => None,
        }
    }

    /// The text of the statement that failed, where one did.
    pub fn statement(&self) -> Option<&str> {
        self.failure().map(|failure| failure.statement.as_str())
    }

    /// The line in [`file`](Self::file) at which it failed; the first is 1.
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
