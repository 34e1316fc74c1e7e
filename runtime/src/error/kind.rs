//! The kinds of error, as data; `message` puts them into words.

use std::error::Error;
use std::path::PathBuf;

use migratory_core::Direction;
use rusqlite::ErrorCode;

use crate::adopt::mismatch::Mismatch;
use crate::adopt::origin::Origin;
use crate::db::errors;
use crate::db::foreign_keys::Violation;
use crate::error::remains::{Remains, Unresumable};
use crate::inspect::drift::Drift;
use crate::{NewerDatabase, Version};

/// An error behind another one.
type Source = Box<dyn Error + Send + Sync>;

/// The kinds of [`Error`](crate::Error), with what is known of each.
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
    /// The database has a `migratory_history` that is not a table as migratory makes it.
    NotOurs {
        /// What is odd about it, as a clause.
        what: String,
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
        /// What the runner was told to do with such a database.
        policy: NewerDatabase,
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
    /// A down that is stored in the database was not run, or was rolled back.
    StoredDown {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Why not.
        fault: StoredDownFault,
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
    /// A `no-transaction` migration was begun and not finished, and this program can't resume it.
    Dirty {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Whether it was being applied or reverted.
        direction: Direction,
        /// Why it can't be resumed.
        why: Unresumable,
    },
    /// A `no-transaction` migration is half-way, and another process was at it for as long as the busy timeout; or
    /// what was asked for needs a database in which none is.
    Underway {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Whether it is being applied or reverted.
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
        /// Whether the next run records it; if not, a person must.
        is_resumable: bool,
    },
    /// The run was stopped: its observer said so, or the connection was interrupted.
    Cancelled {
        /// The migration that was under way, and its file.
        step: Option<(Version, String)>,
        /// What remains of it.
        remains: Remains,
    },
    /// Migrations have a step in Rust that the program does not supply.
    MissingCode {
        /// The migrations, in which direction, and the files that say so.
        steps: Vec<(Version, Direction, String)>,
    },
    /// The program supplies a step in Rust that no file asks for, or the same twice.
    UnexpectedCode {
        /// The version.
        version: Version,
        /// Whether it is the step of an up or of a down.
        direction: Direction,
        /// Whether it is supplied twice.
        is_double: bool,
    },
    /// A migration's step in Rust failed.
    Code {
        /// The version.
        version: Version,
        /// The file that the step belongs to.
        file: String,
        /// Whether it was being applied or reverted.
        direction: Direction,
        /// How it failed.
        what: CodeFault,
    },
    /// The backup could not be made, and nothing was changed.
    Backup {
        /// Where it was to be.
        to: Option<PathBuf>,
        /// Why not, apart from what the source says; may be empty.
        what: String,
        /// What to do about it.
        help: Option<&'static str>,
        /// The error behind it.
        source: Option<Source>,
    },
    /// A backup can't be restored, and the database is as it was.
    Restore {
        /// The backup.
        from: PathBuf,
        /// Why not, apart from what the source says; may be empty.
        what: String,
        /// What to do about it.
        help: Option<&'static str>,
        /// Whether [`Backup::restore_any`](crate::Backup::restore_any) would restore it: it is a sound database, and
        /// does not look like a backup of this one.
        can_insist: bool,
        /// The error behind it.
        source: Option<Source>,
    },
    /// A temporary table, view, index or trigger has a name that a migration mentions.
    Shadowed {
        /// The file.
        file: String,
        /// The names.
        objects: Vec<String>,
    },
    /// The connection has temporary triggers on tables of the database, which migrations could set off.
    TemporaryTriggers {
        /// The triggers, and the tables that they are on.
        triggers: Vec<(String, String)>,
    },
    /// A migration could reach objects of an attached database by their names.
    ReachesAttached {
        /// The file.
        file: String,
        /// The objects, as `database.name`.
        objects: Vec<String>,
    },
    /// The migrations could not be run anew in memory, to see which schema they make.
    Replay {
        /// The file.
        file: String,
        /// The line; the first is 1.
        line: usize,
        /// What SQLite says.
        message: String,
        /// SQLite's error; `None` where the script was refused, or left keys that lead nowhere.
        source: Option<rusqlite::Error>,
    },
    /// The schema is not that of the version at which the database was to be recorded.
    Differs {
        /// In what it differs.
        drift: Drift,
    },
    /// The schema is not the one that the migrations make with the text of an edited one.
    NotAsEdited {
        /// The edited file.
        file: String,
        /// In what the schema differs.
        drift: Drift,
    },
    /// What another library recorded can't be taken over.
    Mismatch {
        /// The library.
        origin: Origin,
        /// Why not.
        mismatch: Mismatch,
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
    /// What remains of the file.
    pub remains: Remains,
    /// Whether it is the first statement of the file.
    pub is_first: bool,
    /// Whether the database has tables and no history: it was made by something else.
    pub is_untracked: bool,
    /// Whether the statement ran, and SQLite refused the COMMIT because of it: it dropped a table to which rows referred
    /// by deferred keys, which SQLite counts as violations also where another table takes its name.
    pub is_counted: bool,
    /// SQLite's error; `None` where the statement ended the runner's transaction.
    pub source: Option<rusqlite::Error>,
}

/// Why a down that is stored in the database does not run.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoredDownFault {
    /// Databases are attached to the connection, which it could reach.
    Attached {
        /// Their names.
        databases: Vec<String>,
    },
    /// It has something that is not on the list of what a stored down may do.
    Forbidden {
        /// The line; the first is 1.
        line: usize,
        /// What it has, as a noun.
        what: String,
    },
    /// The live schema can't be copied to memory, to try it there.
    NotCopied {
        /// The object, and what SQLite says.
        what: String,
    },
    /// It fails on an empty copy of the live schema.
    Failed {
        /// The line; the first is 1.
        line: usize,
        /// What SQLite says.
        message: String,
    },
    /// It ends at another schema than the program's migrations make.
    Schema {
        /// In what it differs.
        drift: Drift,
    },
    /// It ends at a version that the program does not have as it was applied.
    Unproven {
        /// The version.
        version: Version,
    },
}

/// How a step in Rust failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodeFault {
    /// It returned an error.
    Failed(Source),
    /// It committed or rolled back the transaction that the migration runs in.
    EndedTransaction,
    /// It changed the schema.
    ChangedSchema,
}

impl ErrorKind {
    /// A run that was cancelled between migrations.
    pub(crate) const CANCELLED: Self = Self::Cancelled { step: None, remains: Remains::RolledBack };
}

impl Error for ErrorKind {
    /// The error behind this one, whose words the text leaves out.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Busy(source)
            | Self::ReadOnly(source)
            | Self::NotADatabase(source)
            | Self::Sqlite(source)
            | Self::Mismatch { mismatch: Mismatch::Sqlite(source), .. } => Some(source),
            Self::Statement(failure) => failure.source.as_ref().map(|it| it as _),
            Self::Replay { source, .. } => source.as_ref().map(|it| it as _),
            Self::Backup { source, .. } | Self::Restore { source, .. } => {
                source.as_deref().map(|it| it as _)
            }
            Self::Code { what: CodeFault::Failed(source), .. } => Some(source.as_ref()),
            // What the source did to the database is not what its own text says.
            Self::Unrecorded { source, .. } => Error::source(source.as_ref()),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for ErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        match errors::code(&error) {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(error),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotADatabase(error),
            _ => Self::Sqlite(error),
        }
    }
}
