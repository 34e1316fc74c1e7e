//! What can go wrong while a database is migrated, as data; `message` puts it into words.

use std::error;
use std::fmt;

use rusqlite::ErrorCode;

use crate::foreign_keys::Violation;
use crate::plan::Direction;
use crate::report::Report;
use crate::{Version, sqlite};

/// The outcome of a runner's method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a database was not migrated, and what had been done before.
///
/// Its text is made for people: what is wrong, in which file and line, in which state the database is
/// now, and the ways out. Its `Debug` is the same text, so that a `main` that returns it prints it well.
/// SQLite's own error, where there is one, is part of the text and is also its
/// [`source`](error::Error::source).
///
/// ```
/// # use migratory_runtime::{Migration, MigrationSet, Runner};
/// # fn open(conn: &mut rusqlite::Connection, runner: Runner<'_>) {
/// match runner.up(conn) {
///     Ok(report) => println!("{report}"),
///     Err(error) if error.is_busy() => println!("another program is using the database"),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// # open(&mut rusqlite::Connection::open_in_memory().unwrap(), Runner::new(&MigrationSet::new(&[])));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    report: Report,
}

/// The kinds of [`Error`], with what is known of each.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connection is inside of a transaction that is not the runner's.
    InTransaction,
    /// Another connection holds the database locked, and did so for longer than the busy timeout.
    Busy(rusqlite::Error),
    /// There is something to do, and the database can't be written.
    ReadOnly(rusqlite::Error),
    /// The file is not an SQLite database, or a damaged one.
    NotADatabase(rusqlite::Error),
    /// SQLite failed at something that is not a statement of a migration.
    Sqlite(rusqlite::Error),
    /// The SQLite that is linked is older than the set needs, by SQLite's own numbers.
    OldSqlite {
        /// The version that is linked.
        found: i32,
        /// The version that the set needs.
        needed: i32,
    },
    /// A table `migratory_history` exists and was not made by migratory; these columns are missing.
    NotOurs {
        /// The columns of the history that the table lacks.
        missing: Vec<&'static str>,
    },
    /// The history holds something that migratory never writes.
    BrokenHistory {
        /// The row at which it was seen.
        version: Version,
        /// What is wrong with it.
        what: String,
    },
    /// The version that was asked for is not in the set.
    NoSuchVersion {
        /// The version that was asked for.
        version: Version,
        /// The newest version of the set.
        latest: Option<Version>,
    },
    /// The database holds versions that this program does not know.
    Unknown {
        /// The versions, and their names out of the history.
        migrations: Vec<(Version, String)>,
        /// The newest version of the set.
        latest: Option<Version>,
    },
    /// Migrations are pending below one that is applied.
    OutOfOrder {
        /// The files of the pending ones.
        pending: Vec<String>,
        /// The file of the newest applied one.
        applied: String,
    },
    /// The text of migrations changed after they were applied.
    Changed {
        /// The files.
        files: Vec<String>,
    },
    /// A migration that would have to be reverted has no down.
    Irreversible {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// The reason that its author gave.
        reason: Option<String>,
    },
    /// A statement of a migration failed.
    Statement(Box<StatementFailure>),
    /// A migration left references that lead nowhere.
    ForeignKeys {
        /// The file; `None` when several migrations in one transaction brought them about.
        file: Option<String>,
        /// The first of them.
        violations: Vec<Violation>,
        /// How many there are.
        total: usize,
    },
    /// A `no-transaction` migration was begun and not finished.
    Dirty {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Whether it was being applied or reverted.
        direction: Direction,
    },
    /// A `no-transaction` migration ran to its end, and that could not be recorded.
    Unrecorded {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Why not.
        source: Box<ErrorKind>,
    },
    /// The folder holds files that are not part of the program: it was built before they were added.
    Stale {
        /// The folder, relative to the package.
        folder: String,
        /// The files.
        files: Vec<String>,
    },
}

/// A statement that failed, and where it stands.
#[derive(Debug)]
#[non_exhaustive]
pub struct StatementFailure {
    /// The file, relative to the package.
    pub file: String,
    /// The version.
    pub version: Version,
    /// Whether the file was being applied or reverted.
    pub direction: Direction,
    /// The line at which SQLite saw the fault, or at which the statement begins; the first is 1.
    pub line: usize,
    /// The column, in characters; the first is 1.
    pub column: usize,
    /// The text of the statement.
    pub statement: String,
    /// What SQLite says.
    pub message: String,
    /// Whether what the file did before it failed remains, since it runs outside of a transaction.
    pub dirty: bool,
    /// Whether it is the first statement of the file.
    pub is_first: bool,
    /// SQLite's error; `None` where the statement ended the runner's transaction.
    pub source: Option<rusqlite::Error>,
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

    /// Another connection holds the database locked. To try again later is safe.
    pub fn is_busy(&self) -> bool {
        matches!(self.kind(), ErrorKind::Busy(_))
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

    /// A `no-transaction` migration stopped half-way, in this run or in one before.
    pub fn is_dirty(&self) -> bool {
        match self.kind() {
            ErrorKind::Dirty { .. } | ErrorKind::Unrecorded { .. } => true,
            ErrorKind::Statement(failure) => failure.dirty,
            _ => false,
        }
    }

    /// The file of the migration that failed, relative to the package, where one did.
    pub fn file(&self) -> Option<&str> {
        match self.kind() {
            ErrorKind::Statement(failure) => Some(&failure.file),
            ErrorKind::ForeignKeys { file, .. } => file.as_deref(),
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Busy(source)
            | ErrorKind::ReadOnly(source)
            | ErrorKind::NotADatabase(source)
            | ErrorKind::Sqlite(source) => Some(source),
            ErrorKind::Statement(failure) => match &failure.source {
                Some(source) => Some(source),
                None => None,
            },
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(error.into(), Report::default())
    }
}

impl From<rusqlite::Error> for ErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        match sqlite::code(&error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(error),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotADatabase(error),
            _ => Self::Sqlite(error),
        }
    }
}
