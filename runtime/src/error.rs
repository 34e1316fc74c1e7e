//! Errors: what went wrong, and what the run had committed before.

use std::error;

use crate::db::patience;
use crate::error::kind::{ErrorKind, StatementFailure};
use crate::error::remains::Remains;
use crate::report::Report;

mod conversions;
pub(crate) mod from_script;
pub(crate) mod kind;
pub(crate) mod remains;
mod text;
mod words;

/// The result of a runner's method.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use rusqlite::Connection;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// fn migrated(mut conn: Connection) -> migratory::Result<Connection> {
///     migrations::runner().up(&mut conn)?;
///     Ok(conn)
/// }
/// let conn = migrated(Connection::open_in_memory()?)?;
/// assert!(migrations::runner().status(&conn)?.is_up_to_date());
/// # Ok(())
/// # }
/// ```
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
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Runner;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = Folder::new("error")?;
/// # let path = folder.file("app.db");
/// # let up = "CREATE TABLE item (id);\nINSERT INTO items VALUES (1);";
/// # let set = set(&[("items", up, "DROP TABLE item;")]);
/// // The second line of this update names a table that does not exist.
/// let mut conn = rusqlite::Connection::open(&path)?;
/// match Runner::new(set).up(&mut conn) {
///     Ok(report) => println!("{report}"),
///     Err(error) if error.is_busy() => println!("another program is using the database"),
///     Err(error) => {
///         println!("{error:#}"); // with SQLite's own words, as for a log
///         assert_eq!(error.file(), Some("migrations/1_items.up.sql"));
///         assert_eq!(error.line(), Some(2));
///         assert_eq!(error.statement(), Some("INSERT INTO items VALUES (1);"));
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    report: Report,
}

impl Error {
    /// Returns the kind of error, as data.
    ///
    /// See [`ErrorKind`] for an example.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the steps that were committed before the error.
    ///
    /// It is usually empty, because all pending migrations run in one transaction. Only migrations
    /// that run outside a transaction or with foreign keys off split a run.
    ///
    /// See [`Runner::grouping`](crate::Runner::grouping) for an example, and
    /// [`Backup::restore`](crate::Backup::restore) for one with a backup.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// Returns whether another connection holds a lock on the database, or is running a
    /// `no-transaction` migration. Retrying is safe, even if a script stopped half-way
    /// ([`is_dirty`](Self::is_dirty)): the next run continues it.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("is-busy")?;
    /// # let path = folder.file("app.db");
    /// # let mut conn = rusqlite::Connection::open(&path)?;
    /// let importer = rusqlite::Connection::open(&path)?;
    /// importer.execute_batch("BEGIN IMMEDIATE")?;
    ///
    /// conn.busy_timeout(std::time::Duration::from_millis(10))?; // the default is 5 s
    /// assert!(migrations::runner().up(&mut conn).is_err_and(|error| error.is_busy()));
    /// importer.execute_batch("COMMIT")?;
    /// assert!(migrations::runner().up(&mut conn).is_ok());
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use rusqlite::{Connection, OpenFlags};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("is-read-only")?;
    /// # let path = folder.file("app.db");
    /// # Connection::open(&path)?.execute_batch("VACUUM")?;
    /// let mut conn = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    /// assert!(migrations::runner().up(&mut conn).is_err_and(|error| error.is_read_only()));
    ///
    /// migrations::runner().up(&mut Connection::open(&path)?)?;
    /// assert!(migrations::runner().up(&mut conn).is_ok(), "nothing is pending");
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_read_only(&self) -> bool {
        matches!(self.kind(), ErrorKind::ReadOnly(_))
    }

    /// Returns whether the file is not an SQLite database, or is damaged.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("is-not-a-database")?;
    /// # let path = folder.file("app.db");
    /// std::fs::write(&path, "<html>404: no such backup</html>".repeat(100))?;
    /// let mut conn = rusqlite::Connection::open(&path)?; // SQLite reads nothing yet
    /// assert!(migrations::runner().up(&mut conn).is_err_and(|error| error.is_not_a_database()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_not_a_database(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotADatabase(_))
    }

    /// Returns whether the database has migrations that this program doesn't know, because a newer
    /// program applied them.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// migrations::runner().up(&mut conn)?;
    /// // A program without `V2_ADD_TAGS`: the user has installed an older release.
    /// let error = older_release::runner().up(&mut conn).unwrap_err();
    /// assert!(error.is_unknown_version()); // or choose a `NewerDatabase`
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_unknown_version(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unknown { .. })
    }

    /// Returns whether a migration is pending below an applied one.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Runner;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # let [_, add_tags] = migrations::MIGRATIONS.migrations() else { unreachable!() };
    /// # let branch = numbered(&[(2, "add_tags", add_tags.up().sql(), "")]);
    /// // A branch with migration 2 ran on this database before the branch with 1 was merged.
    /// Runner::new(branch).up(&mut conn)?;
    /// let error = migrations::runner().up(&mut conn).unwrap_err();
    /// assert!(error.is_out_of_order());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_out_of_order(&self) -> bool {
        matches!(self.kind(), ErrorKind::OutOfOrder { .. })
    }

    /// Returns whether a migration's text changed after it was applied.
    ///
    /// See [`Runner::repair`](crate::Runner::repair) for an example.
    pub fn is_changed(&self) -> bool {
        matches!(self.kind(), ErrorKind::Changed { .. })
    }

    /// Returns whether a migration to revert has no down.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Runner;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// # conn.execute_batch("CREATE TABLE draft (text)")?;
    /// # let set = set(&[("drop_drafts", "DROP TABLE draft;", "")]);
    /// // 0001_drop_drafts.up.sql: -- migratory: irreversible: the rows are gone
    /// let runner = Runner::new(set);
    /// runner.up(&mut conn)?;
    /// let error = runner.down(&mut conn, 1).unwrap_err();
    /// assert!(error.is_irreversible());
    /// assert!(error.problem().contains("the rows are gone"));
    /// assert_eq!(error.details(), ["nothing was changed"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_irreversible(&self) -> bool {
        matches!(self.kind(), ErrorKind::Irreversible { .. })
    }

    /// Returns whether a migration left dangling foreign keys.
    ///
    /// See [`Violation`](crate::Violation) for an example.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.kind(), ErrorKind::ForeignKeys { .. })
    }

    /// Returns whether a `no-transaction` migration stopped half-way, in this run or an earlier
    /// one. The next run usually continues it; the error's text says if a person has to act.
    ///
    /// See [`Remains`] for an example.
    pub fn is_dirty(&self) -> bool {
        match self.kind() {
            ErrorKind::Dirty { .. } | ErrorKind::Unrecorded { .. } => true,
            ErrorKind::Statement(failure) => failure.remains.is_dirty(),
            ErrorKind::Cancelled { remains, .. } => remains.is_dirty(),
            _ => false,
        }
    }

    /// Returns whether the observer, or an interrupt of the connection, stopped the run.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use std::ops::ControlFlow;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// let stop = AtomicBool::new(true); // as a handler of Ctrl-C sets it
    /// let runner = migrations::runner().observer(|_| match stop.load(Ordering::Relaxed) {
    ///     true => ControlFlow::Break(()),
    ///     false => ControlFlow::Continue(()),
    /// });
    /// assert!(runner.up(&mut conn).is_err_and(|error| error.is_cancelled()));
    /// assert_eq!(runner.status(&conn)?.pending(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled { .. })
    }

    /// Returns whether the backup could not be made; then nothing was changed.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Backup;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("is-backup")?;
    /// # let path = folder.file("app.db");
    /// # let mut conn = rusqlite::Connection::open(&path)?;
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// let nowhere = folder.file("no such folder/app.backup"); // or a full disk
    /// let runner = migrations::runner().backup(Backup::to(nowhere));
    /// assert!(runner.up(&mut conn).is_err_and(|error| error.is_backup()));
    /// assert_eq!(runner.status(&conn)?.current(), Some(migrations::V1_INITIAL_SCHEMA));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_backup(&self) -> bool {
        matches!(self.kind(), ErrorKind::Backup { .. })
    }

    /// Returns whether the live schema differs from the one the migrations produce.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::ErrorKind;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY)")?; // without a title
    /// let runner = migrations::runner();
    /// let error = runner.baseline(&mut conn, migrations::V1_INITIAL_SCHEMA).unwrap_err();
    /// assert!(error.is_drift());
    /// let ErrorKind::Differs { drift } = error.kind() else { unreachable!() };
    /// assert!(drift.differences()[0].is_different());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_drift(&self) -> bool {
        matches!(self.kind(), ErrorKind::Differs { .. } | ErrorKind::NotAsEdited { .. })
    }

    /// Returns whether a step in Rust failed, is missing, or is unexpected.
    ///
    /// See [`CodeResult`](crate::CodeResult) for an example.
    pub fn is_code(&self) -> bool {
        use ErrorKind::{Code, MissingCode, UnexpectedCode};
        matches!(self.kind(), Code { .. } | MissingCode { .. } | UnexpectedCode { .. })
    }

    /// Returns the file of the failed migration, relative to the package; `None` if the error isn't
    /// about a file.
    ///
    /// See [`Error`] for an example.
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
    ///
    /// See [`Error`] for an example.
    pub fn statement(&self) -> Option<&str> {
        self.failure().map(|failure| failure.statement.as_str())
    }

    /// Returns the line of the failure in [`file`](Self::file), from 1; `None` if it isn't known.
    ///
    /// See [`Error`] for an example.
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
