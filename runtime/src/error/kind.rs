//! The kinds of error, as data; `text` puts them into words.

use std::error::Error;
use std::path::PathBuf;

use migratory_core::Direction;

use crate::adopt::mismatch::Mismatch;
use crate::db::foreign_keys::Violation;
use crate::error::remains::{Remains, Unresumable};
use crate::inspect::drift::Drift;
use crate::origin::Origin;
use crate::{NewerDatabase, Version};

/// An underlying error.
type Source = Box<dyn Error + Send + Sync>;

/// The kinds of [`Error`](crate::Error), with their data.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # migrations::runner().up(&mut conn)?;
/// let error = older_release::runner().up(&mut conn).unwrap_err();
/// if let migratory::ErrorKind::Unknown { migrations, .. } = error.kind() {
///     println!("update this program: the database already has {migrations:?}");
///     assert_eq!(migrations[0].1, "add_tags");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connection is inside a transaction that the runner didn't begin.
    InTransaction,
    /// Another connection held a lock on the database for longer than the busy timeout.
    Busy(rusqlite::Error),
    /// Migrations are pending, and the database can't be written.
    ReadOnly(rusqlite::Error),
    /// The file is not an SQLite database, or is damaged.
    NotADatabase(rusqlite::Error),
    /// SQLite failed outside the statements of a migration.
    Sqlite(rusqlite::Error),
    /// The linked SQLite is older than the set needs. Both are SQLite version numbers.
    OldSqlite {
        /// The linked version.
        found: i32,
        /// The version that the set needs.
        needed: i32,
    },
    /// The database has a `migratory_history` that migratory didn't create.
    NotOurs {
        /// What is unexpected, as a clause.
        what: String,
    },
    /// The history holds something that migratory never writes.
    BrokenHistory {
        /// The row with the problem.
        version: Version,
        /// What is wrong with the row.
        what: String,
    },
    /// The requested version is not in the set.
    NoSuchVersion {
        /// The requested version.
        version: Version,
        /// The newest version of the set.
        latest: Option<Version>,
    },
    /// The database has migrations that this program doesn't know.
    Unknown {
        /// The versions, and their names according to the history.
        migrations: Vec<(Version, String)>,
        /// The newest version of the set.
        latest: Option<Version>,
        /// The runner's policy for such databases.
        policy: NewerDatabase,
    },
    /// Migrations are pending below an applied one.
    OutOfOrder {
        /// The files of the pending migrations.
        pending: Vec<String>,
        /// The file of the newest applied migration.
        applied: String,
    },
    /// The text of applied migrations has changed.
    Changed {
        /// The files.
        files: Vec<String>,
    },
    /// A migration to revert has no down.
    Irreversible {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// The reason given by its author.
        reason: Option<String>,
    },
    /// A down stored in the database was not run, or was rolled back.
    StoredDown {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Why it was not run or was rolled back.
        fault: StoredDownFault,
    },
    /// A statement of a migration failed.
    Statement(Box<StatementFailure>),
    /// A migration left dangling foreign keys.
    ForeignKeys {
        /// The file; `None` if it could be any of several migrations in one transaction.
        file: Option<String>,
        /// The first violations.
        violations: Vec<Violation>,
        /// The total number.
        total: usize,
    },
    /// A `no-transaction` migration stopped half-way, and this program can't continue it.
    Dirty {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Whether it was being applied or reverted.
        direction: Direction,
        /// Why it can't be continued.
        why: Unresumable,
    },
    /// A `no-transaction` migration is half-way. Another process was running it for longer than the
    /// busy timeout, or the operation needs a database without such a migration.
    Underway {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Whether it is being applied or reverted.
        direction: Direction,
    },
    /// A `no-transaction` migration ran to its end but could not be recorded.
    Unrecorded {
        /// The version.
        version: Version,
        /// Its name.
        name: String,
        /// Why it could not be recorded.
        source: Box<ErrorKind>,
        /// Whether the next run records it; otherwise a person must.
        is_resumable: bool,
    },
    /// The observer, or an interrupt of the connection, stopped the run.
    Cancelled {
        /// The version and file of the running migration.
        step: Option<(Version, String)>,
        /// What remains of it.
        remains: Remains,
    },
    /// Migrations have a step in Rust that the program doesn't supply.
    MissingCode {
        /// The version, direction and file of each.
        steps: Vec<(Version, Direction, String)>,
    },
    /// The program supplies a step in Rust that no file declares, or supplies one twice.
    UnexpectedCode {
        /// The version.
        version: Version,
        /// Whether the step belongs to an up or a down.
        direction: Direction,
        /// Whether it was supplied twice.
        is_double: bool,
    },
    /// The step in Rust of a migration failed.
    Code {
        /// The version.
        version: Version,
        /// The file that declares the step.
        file: String,
        /// Whether it was being applied or reverted.
        direction: Direction,
        /// How it failed.
        what: CodeFault,
    },
    /// The backup could not be made, and nothing was changed.
    Backup {
        /// The path of the backup.
        to: Option<PathBuf>,
        /// The reason, without the text of the source; may be empty.
        what: String,
        /// What to do about it.
        help: Option<&'static str>,
        /// The underlying error.
        source: Option<Source>,
    },
    /// A backup could not be restored, and the database is unchanged.
    Restore {
        /// The backup.
        from: PathBuf,
        /// The reason, without the text of the source; may be empty.
        what: String,
        /// What to do about it.
        help: Option<&'static str>,
        /// Whether [`Backup::restore_any`](crate::Backup::restore_any) would restore it: it is a
        /// sound database, but doesn't look like a backup of this one.
        can_insist: bool,
        /// The underlying error.
        source: Option<Source>,
    },
    /// A migration mentions the name of a temporary table, view, index or trigger.
    Shadowed {
        /// The file.
        file: String,
        /// The names.
        objects: Vec<String>,
    },
    /// The connection has temporary triggers on tables of the database, which migrations could
    /// fire.
    TemporaryTriggers {
        /// Each trigger and its table.
        triggers: Vec<(String, String)>,
    },
    /// A migration could reach objects of an attached database by their names.
    ReachesAttached {
        /// The file.
        file: String,
        /// The objects, as `database.name`.
        objects: Vec<String>,
    },
    /// The migrations could not be replayed in memory to learn which schema they produce.
    Replay {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// SQLite's message.
        message: String,
        /// SQLite's error; `None` if the script was refused or left dangling keys.
        source: Option<rusqlite::Error>,
    },
    /// The schema differs from that of the version to record.
    Differs {
        /// The differences.
        drift: Drift,
    },
    /// The schema differs from the one that the migrations produce with the edited text.
    NotAsEdited {
        /// The edited file.
        file: String,
        /// The differences.
        drift: Drift,
    },
    /// Another library's history can't be adopted.
    Mismatch {
        /// The library.
        origin: Origin,
        /// Why it can't be adopted.
        mismatch: Mismatch,
    },
    /// The folder has files that were added after the program was built.
    Stale {
        /// The folder, relative to the package.
        folder: String,
        /// The files.
        files: Vec<String>,
    },
}

/// A failed statement and its position.
///
/// See [`Remains`] for an example.
#[derive(Debug)]
#[non_exhaustive]
pub struct StatementFailure {
    /// The file, relative to the package.
    pub file: String,
    /// The version.
    pub version: Version,
    /// Whether the migration was being applied or reverted.
    pub direction: Direction,
    /// The line of the error, or of the statement's first token, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The text of the statement.
    pub statement: String,
    /// SQLite's message.
    pub message: String,
    /// What remains of the script.
    pub remains: Remains,
    /// Whether it is the first statement of the file.
    pub is_first: bool,
    /// Whether the database has tables but no history: something else created them.
    pub is_untracked: bool,
    /// Whether the statement ran, but made SQLite refuse the COMMIT: it dropped a table that rows
    /// refer to with deferred keys. SQLite counts these as violations even if another table takes
    /// the name.
    pub is_counted: bool,
    /// SQLite's error; `None` if the statement ended the runner's transaction.
    pub source: Option<rusqlite::Error>,
}

/// Why a down stored in the database was not run or was rolled back.
///
/// See [`NewerDatabase::RollBack`] for an example.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoredDownFault {
    /// The connection has attached databases, which the down could reach.
    Attached {
        /// Their names.
        databases: Vec<String>,
    },
    /// It contains something that a stored down may not do.
    Forbidden {
        /// The line, from 1.
        line: usize,
        /// What it contains, as a noun.
        what: String,
    },
    /// The live schema can't be copied to memory for the rehearsal.
    NotCopied {
        /// The object, and SQLite's message.
        what: String,
    },
    /// It fails on an empty copy of the live schema.
    Failed {
        /// The line, from 1.
        line: usize,
        /// SQLite's message.
        message: String,
    },
    /// It produces a schema that differs from that of the program's migrations.
    Schema {
        /// The differences.
        drift: Drift,
    },
    /// It leads to a version whose text has changed since it was applied.
    Unproven {
        /// The version.
        version: Version,
    },
}

/// How a step in Rust failed.
///
/// See [`CodeResult`](crate::CodeResult) for an example.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodeFault {
    /// It returned an error.
    Failed(Source),
    /// It ended the transaction of the migration.
    EndedTransaction,
    /// It changed the schema.
    ChangedSchema,
}

impl ErrorKind {
    /// A run that was cancelled between two migrations.
    pub(crate) const CANCELLED: Self = Self::Cancelled { step: None, remains: Remains::RolledBack };
}

impl Error for ErrorKind {
    /// Returns the underlying error, whose text `Display` omits.
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
            // The source's own text would describe the state of the database wrongly.
            Self::Unrecorded { source, .. } => Error::source(source.as_ref()),
            _ => None,
        }
    }
}
