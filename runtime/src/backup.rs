//! A copy of the database before it is changed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::kind::ErrorKind;
use crate::error::{Result, bare};
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

/// How many backups are kept, unless told otherwise.
const KEPT: usize = 3;

/// Where a run writes a copy of the database before it changes anything; see [`Runner::backup`].
///
/// The copy is made while the database is locked for the migration: it holds what is there before, no more and
/// no less, also of a database in WAL mode that others are using. It is checked by `quick_check` and is on
/// the disk before the first change; until then it is in a private folder whose name ends in `.partial`. From its
/// first byte, nobody can read it who can't read the database. A database that holds nothing yet is not copied.
///
/// A database in memory can't be backed up: that is an error. So is one that is encrypted, or whose connection is in
/// `locking_mode = EXCLUSIVE`: no second connection can read it. So is a backup onto the database itself or onto a
/// file that belongs to it, by whatever name, onto a file that is not an SQLite database, and onto a database that is
/// not an older backup of this one.
///
/// ```
/// # use migratory_runtime::{Backup, MigrationSet, Runner};
/// # fn open(runner: Runner<'_>) -> Runner<'_> {
/// // `app.db.20261121T101500Z-v12.backup`, and the two before it
/// runner.backup(Backup::beside().keep(3))
/// # }
/// ```
///
/// [`Runner::backup`]: crate::Runner::backup
#[derive(Clone)]
#[must_use = "a backup is made by the runner that it is given to"]
pub struct Backup<'a> {
    place: Place<'a>,
    keep: usize,
}

/// Names a file for the backup of a database.
type Naming<'a> = Arc<dyn Fn(&Path) -> PathBuf + Send + Sync + 'a>;

#[derive(Clone)]
enum Place<'a> {
    Beside,
    At(PathBuf),
    Named(Naming<'a>),
}

impl<'a> Backup<'a> {
    /// In the folder of the database, under its name with the moment and the version added.
    ///
    /// The newest three are kept; see [`keep`](Self::keep).
    pub const fn beside() -> Self {
        Self { place: Place::Beside, keep: KEPT }
    }

    /// At this path. If it is a folder, as with [`beside`](Self::beside) but in there. An older backup that is there
    /// is replaced; any other file, and a database that has nothing in common with this one, is an error.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::At(path.into()), keep: KEPT }
    }

    /// At the path that the closure names; it is given that of the database. What is there is treated as by
    /// [`to`](Self::to).
    pub fn named(name: impl Fn(&Path) -> PathBuf + Send + Sync + 'a) -> Self {
        Self { place: Place::Named(Arc::new(name)), keep: KEPT }
    }

    /// How many backups of the database are kept in the folder, the new one included; at least one is.
    ///
    /// Only files that are named as [`beside`](Self::beside) names them are ever removed, and only after the
    /// new one is complete. In one folder, databases of one name share these names: give each a folder of its own.
    pub const fn keep(mut self, count: usize) -> Self {
        self.keep = count;
        self
    }

    /// Makes a backup now, and says where it is. Nobody can write to the database meanwhile.
    ///
    /// While a `no-transaction` migration is half-way, this waits for as long as the connection would wait for a lock.
    ///
    /// # Errors
    /// If the database is in use or holds nothing, if a `no-transaction` migration is half-way in it, or if the backup
    /// can't be written or is damaged.
    pub fn take(&self, conn: &mut Connection) -> Result<PathBuf> {
        let make = || {
            let (transaction, history) = whole::lock(conn)?;
            let path = self.make(conn, &history, &Audience::new(None))?;
            drop(transaction);
            path.ok_or_else(|| impossible("it holds nothing: no table, and no other object"))
        };
        let outcome = if conn.is_autocommit() { make() } else { Err(ErrorKind::InTransaction) };
        bare(outcome)
    }

    /// Brings a database back to what a backup of it holds, in one transaction.
    ///
    /// All that was written since is no longer in the database, but in a copy of it:
    /// [`Restored::replaced`] says where. Others may have the database open; they must not be using it just then.
    ///
    /// The file has to be undamaged, by `integrity_check`, and a backup of this database: its history and that of the
    /// database share a migration, or one of them is empty. A backup from before the first migration has no
    /// history; it is recognised by its name, or because all its tables are in the database still.
    /// [`Runner::restore`](crate::Runner::restore) asks for the migrations of the program instead, and
    /// [`restore_any`](Self::restore_any) takes any database.
    ///
    /// # Errors
    /// If the file can't be read, is damaged, is not a backup of this database, or is the database itself; if what it
    /// would replace can't be kept; or if the database is in use or can't be written. The database is then as it was.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Backup, Runner};
    /// # fn start(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory_runtime::Result<()> {
    /// if let Err(error) = runner.backup(Backup::beside()).up(conn) {
    ///     if let Some(backup) = error.report().backup() {
    ///         let restored = Backup::restore(backup, conn)?;
    ///         println!("{error:#}\n{restored}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn restore(from: impl AsRef<Path>, conn: &mut Connection) -> Result<Restored> {
        bare(restore(from.as_ref(), conn, Demand::OfDatabase))
    }

    /// Replaces a database by any other that is sound, for a person who has been asked and insists.
    ///
    /// What was there is kept, as by [`restore`](Self::restore).
    ///
    /// # Errors
    /// As [`restore`](Self::restore), but the file need not be a backup of this database.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Backup, Restored};
    /// # fn insist(conn: &mut rusqlite::Connection) -> migratory_runtime::Result<Restored> {
    /// Backup::restore_any("another.db", conn)
    /// # }
    /// ```
    pub fn restore_any(from: impl AsRef<Path>, conn: &mut Connection) -> Result<Restored> {
        bare(restore(from.as_ref(), conn, Demand::Nothing))
    }

    /// Writes the backup, while the caller holds the write lock; `None` if the database holds nothing.
    pub(crate) fn make(
        &self,
        conn: &Connection,
        history: &History,
        audience: &Audience<'_>,
    ) -> std::result::Result<Option<PathBuf>, ErrorKind> {
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
            |done, total| audience.tell(&Event::BackingUp { path: &path, done, total });
        let copy = (path.as_path(), partial);
        match write::write(conn, &database, copy, Health::Checked, &mut progress) {
            Ok(Copied::Complete) => {}
            Ok(Copied::Cancelled) => {
                return Err(ErrorKind::CANCELLED);
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

/// Where a backup goes.
enum Folder {
    /// Into this folder, under a name of ours.
    Of(PathBuf),
    /// To this file.
    Named(PathBuf),
}

/// The unfinished copy for a path that the application chose.
fn at(database: &Path, path: &Path) -> std::result::Result<Partial, ErrorKind> {
    if let Some(what) = write::refusal(database, path) {
        return Err(failed(path, what));
    }
    Partial::replace(path).map_err(|error| failed(path, error))
}

/// A database of which there can be no backup.
fn impossible(what: &str) -> ErrorKind {
    ErrorKind::Backup { to: None, what: what.to_owned(), help: None, source: None }
}

fn failed(to: &Path, reason: impl Into<Reason>) -> ErrorKind {
    let Reason { what, help, source } = reason.into();
    ErrorKind::Backup { to: Some(to.to_owned()), what, help, source }
}

/// The moment, as names have it.
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
