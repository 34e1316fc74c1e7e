//! Backups of a database before it changes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::kind::ErrorKind;
use crate::error::{Error, Result};
use crate::history::read::History;
use crate::observe::event::{Audience, Event};

mod journal;
mod naming;
mod pages;
mod partial;
mod reason;
mod restore;
mod same_file;
mod source;
mod whole;
mod write;

pub use restore::Restored;
pub(crate) use restore::{Demand, restore};

use naming::{BACKUP, Names};
use partial::Partial;
use reason::Reason;
use write::{Copied, Health};

/// The default number of backups to keep.
const KEPT: usize = 3;

/// Where a run writes a backup of the database before it changes anything; see [`Runner::backup`].
///
/// The runner copies the database while it holds the migration's lock, so the backup is exactly the
/// state before the run, even in WAL mode with other connections. `quick_check` verifies the
/// backup, and it is synced to disk before the first change. Until then it is in a private folder
/// whose name ends in `.partial`. At no moment can anybody read the backup who can't read the
/// database. An empty database is not backed up.
///
/// It is an error to back up a database that is in memory or encrypted, or whose connection has
/// `locking_mode = EXCLUSIVE`: no second connection can read these. It is also an error to write
/// the backup over the database or one of its side files, over a file that isn't an SQLite
/// database, or over a database that isn't an older backup of this one.
///
/// [`Runner::backup`]: crate::Runner::backup
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Backup;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = Folder::new("backup")?;
/// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
/// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
/// // `app.db.20261121T101500Z-v1.backup`, and the two before it
/// let report = migrations::runner().backup(Backup::beside().keep(3)).up(&mut conn)?;
/// assert!(report.backup().is_some_and(|path| path.exists()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a backup is made by the runner that it is given to"]
pub struct Backup<'a> {
    place: Place<'a>,
    keep: usize,
}

/// Returns the path of the backup for the path of a database.
type Naming<'a> = Arc<dyn Fn(&Path) -> PathBuf + Send + Sync + 'a>;

#[derive(Clone)]
enum Place<'a> {
    Beside,
    At(PathBuf),
    Named(Naming<'a>),
}

impl<'a> Backup<'a> {
    /// Writes the backup next to the database, under its name with the time and version appended.
    ///
    /// Keeps the newest three; see [`keep`](Self::keep).
    ///
    /// See [`Backup`] for an example.
    pub const fn beside() -> Self {
        Self { place: Place::Beside, keep: KEPT }
    }

    /// Writes the backup to this path, or, if the path is a folder, into it under a name like that
    /// of [`beside`](Self::beside).
    ///
    /// An older backup at the path is replaced; any other file, or an unrelated database, is an
    /// error.
    ///
    /// See [`take`](Self::take) for an example.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::At(path.into()), keep: KEPT }
    }

    /// Writes the backup to the path that the closure returns for the path of the database. An
    /// existing file is treated as by [`to`](Self::to).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Backup;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("backup-named")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// // One backup, under a name that does not change: `app.backup` for `app.db`.
    /// let backup = Backup::named(|database| database.with_extension("backup"));
    /// migrations::runner().backup(backup).up(&mut conn)?;
    /// assert!(folder.file("app.backup").exists());
    /// # Ok(())
    /// # }
    /// ```
    pub fn named(name: impl Fn(&Path) -> PathBuf + Send + Sync + 'a) -> Self {
        Self { place: Place::Named(Arc::new(name)), keep: KEPT }
    }

    /// Sets how many backups of the database to keep in the folder, including the new one; at least
    /// one.
    ///
    /// Only files named like those of [`beside`](Self::beside) are removed, and only once the new
    /// backup is complete. Databases of the same name share these names, so give each its own
    /// folder.
    ///
    /// See [`Backup`] for an example.
    pub const fn keep(mut self, count: usize) -> Self {
        self.keep = count;
        self
    }

    /// Makes a backup now and returns its path, while other connections can't write.
    ///
    /// If a `no-transaction` migration is half-way, this waits as long as the connection would wait
    /// for a lock.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::Backup;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("backup-take")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # migrations::runner().up(&mut conn)?;
    /// # let backups = folder.file("backups");
    /// # std::fs::create_dir(&backups)?;
    /// // Before an import, say. `backups` is a folder: each backup gets a name of its own.
    /// let path = Backup::to(&backups).take(&mut conn)?;
    /// println!("{}", path.display()); // backups/app.db.20261121T101500Z-v2.backup
    /// assert!(path.starts_with(&backups));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the database is in use or empty, if a `no-transaction` migration is half-way, or if
    /// the backup can't be written or is damaged.
    pub fn take(&self, conn: &mut Connection) -> Result<PathBuf> {
        let make = || {
            let (transaction, history) = whole::lock(conn)?;
            let path = self.make(conn, &history, &Audience::new(None))?;
            drop(transaction);
            path.ok_or_else(|| impossible("it holds nothing: no table, and no other object"))
        };
        if conn.is_autocommit() { make() } else { Err(ErrorKind::InTransaction.into()) }
    }

    /// Restores a database from a backup, in one transaction.
    ///
    /// The current contents are kept in a copy, whose path [`Restored::replaced`] returns. Other
    /// connections may be open, but must not be using the database at that moment.
    ///
    /// The file must pass `integrity_check` and be a backup of this database: the two histories
    /// share a migration, or one of them is empty. A backup from before the first migration has no
    /// history; its name identifies it, or the fact that the database still has all its tables. To
    /// require the program's migrations instead, use [`Runner::restore`](crate::Runner::restore);
    /// to restore any database, use [`restore_any`](Self::restore_any).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{Backup, Runner};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("backup-restore")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # let create = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);";
    /// # let split = "-- migratory: no-transaction\nCREATE TABLE tag (name); INSERT INTO nowhere;";
    /// # let update = set(&[("initial_schema", create, ""), ("add_tags", split, "")]);
    /// # migrations::runner().to(&mut conn, migrations::V1_INITIAL_SCHEMA)?;
    /// // A `no-transaction` migration stops half-way, and the release has to be withdrawn.
    /// let runner = Runner::new(update).backup(Backup::beside());
    /// if let Err(error) = runner.up(&mut conn) {
    ///     if let Some(backup) = error.report().backup() {
    ///         let restored = Backup::restore(backup, &mut conn)?;
    ///         println!("{error:#}\n{restored}");
    ///     }
    /// }
    /// assert_eq!(runner.status(&conn)?.current(), Some(migrations::V1_INITIAL_SCHEMA));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails if the file can't be read, is damaged, isn't a backup of this database, or is the
    /// database itself; if the current contents can't be kept; or if the database is in use or
    /// can't be written. Then the database is unchanged.
    pub fn restore(from: impl AsRef<Path>, conn: &mut Connection) -> Result<Restored> {
        restore(from.as_ref(), conn, Demand::OfDatabase)
    }

    /// Restores a database from any sound database, after a person has confirmed it.
    ///
    /// The current contents are kept, as by [`restore`](Self::restore).
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{Backup, ErrorKind};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Folder::new("backup-restore-any")?;
    /// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
    /// # migrations::runner().up(&mut conn)?;
    /// # let theirs = folder.file("theirs.db");
    /// # rusqlite::Connection::open(&theirs)?.execute_batch("CREATE TABLE a (b)")?;
    /// // A copy of another user's database, to find out what is wrong with it.
    /// let error = Backup::restore(&theirs, &mut conn).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Restore { can_insist: true, .. }));
    ///
    /// let restored = Backup::restore_any(&theirs, &mut conn)?;
    /// assert!(restored.replaced().is_some_and(|path| path.exists()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Fails like [`restore`](Self::restore), except that the file need not be a backup of this
    /// database.
    pub fn restore_any(from: impl AsRef<Path>, conn: &mut Connection) -> Result<Restored> {
        restore(from.as_ref(), conn, Demand::Nothing)
    }

    /// Writes the backup while the caller holds the write lock; `None` if the database is empty.
    pub(crate) fn make(
        &self,
        conn: &Connection,
        history: &History,
        audience: &Audience<'_>,
    ) -> Result<Option<PathBuf>> {
        let Some(database) = pages::file(conn)? else {
            let what = "the database is in memory, or a temporary one: no other connection sees it";
            return Err(impossible(what));
        };
        if pages::is_empty(conn)? {
            return Ok(None);
        }
        let version = history.last().map_or(0, |entry| entry.version.get());
        let folder = self.folder(&database);
        let (path, partial) = match &folder {
            Folder::Of(folder) => Names::new(&database, folder, BACKUP)
                .next(&moment(conn)?, version)
                .map_err(|error| failed(folder, error))?,
            Folder::Named(path) => {
                if let Some(reason) = source::another(path, conn, history) {
                    return Err(failed(path, reason));
                }
                (path.clone(), at(&database, path)?)
            }
        };
        let mut progress =
            |done, total| audience.emit(&Event::BackingUp { path: &path, done, total });
        let copy = (path.as_path(), partial);
        match write::write(conn, &database, copy, Health::Checked, &mut progress) {
            Ok(Copied::Complete) => {}
            Ok(Copied::Cancelled) => {
                return Err(ErrorKind::CANCELLED.into());
            }
            Err(reason) => return Err(failed(&path, reason)),
        }
        if let Folder::Of(folder) = &folder {
            Names::new(&database, folder, BACKUP).prune(&path, self.keep.max(1));
        }
        Ok(Some(path))
    }

    fn folder(&self, database: &Path) -> Folder {
        match &self.place {
            Place::Named(name) => Folder::Named(name(database)),
            Place::At(path) if !path.is_dir() => Folder::Named(path.clone()),
            Place::At(folder) => Folder::Of(folder.clone()),
            Place::Beside => Folder::Of(database.parent().unwrap_or(Path::new("")).to_owned()),
        }
    }
}

/// The destination of a backup.
enum Folder {
    /// Into this folder, under a generated name.
    Of(PathBuf),
    /// To this file.
    Named(PathBuf),
}

/// Creates the unfinished copy for a path that the application chose.
fn at(database: &Path, path: &Path) -> Result<Partial> {
    if let Some(what) = write::refusal(database, path) {
        return Err(failed(path, what));
    }
    Partial::replace(path).map_err(|error| failed(path, error))
}

/// Creates the error for a database that can't be backed up.
fn impossible(what: &str) -> Error {
    ErrorKind::Backup { to: None, what: what.to_owned(), help: None, source: None }.into()
}

fn failed(to: &Path, reason: impl Into<Reason>) -> Error {
    let Reason { what, help, source } = reason.into();
    ErrorKind::Backup { to: Some(to.to_owned()), what, help, source }.into()
}

/// Returns the current time in the format of backup names.
fn moment(conn: &Connection) -> rusqlite::Result<String> {
    conn.query_row("SELECT strftime('%Y%m%dT%H%M%SZ', 'now')", [], |row| row.get(0))
}

impl fmt::Debug for Backup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Backup");
        match &self.place {
            Place::Beside => told.field("place", &"beside"),
            Place::At(path) => told.field("place", path),
            Place::Named(_) => told.field("place", &"named by a closure"),
        };
        told.field("keep", &self.keep).finish()
    }
}
