//! Restores a database from a backup, and keeps the replaced contents.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::journal::Journal;
use super::naming::{BACKUP, Names, REPLACED};
use super::pages;
use super::partial;
use super::reason::Reason;
use super::same_file::{part_of, with_suffix};
use super::source;
use super::write::{self, Copied, Health};
use crate::db::patience;
use crate::error::kind::ErrorKind;
use crate::error::{Error, Result};
use crate::history::read::History;
use crate::observe::event::Flow;
use crate::{MigrationSet, Version};

/// File systems update modification times in ticks, of up to 10 ms on Linux.
const TICK: Duration = Duration::from_millis(20);

/// The result of [`Backup::restore`](crate::Backup::restore).
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Backup;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = Folder::new("restored")?;
/// # let mut conn = rusqlite::Connection::open(folder.file("app.db"))?;
/// # migrations::runner().up(&mut conn)?;
/// let backup = Backup::beside().take(&mut conn)?;
/// conn.execute_batch("DROP TABLE tag")?; // a mistake
///
/// let restored = Backup::restore(&backup, &mut conn)?;
/// println!("{restored}"); // restored, at version 2, and where the replaced database is
/// assert_eq!(restored.version(), Some(migrations::V2_ADD_TAGS));
///
/// // If the restore was the mistake, it can be undone.
/// let replaced = restored.replaced().expect("the database was not empty");
/// Backup::restore(replaced, &mut conn)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    version: Option<Version>,
    replaced: Option<PathBuf>,
}

impl Restored {
    /// Returns the newest migration of the restored database; `None` if it has none.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Returns the file next to the database that holds the replaced contents; `None` if the
    /// database was empty.
    ///
    /// This file can be restored in turn, and migratory never removes it.
    pub fn replaced(&self) -> Option<&Path> {
        self.replaced.as_deref()
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "restored, at version {version}")?,
            None => f.write_str("restored, without migrations")?,
        }
        match &self.replaced {
            Some(path) => write!(f, "\nthe replaced database is in: {}", path.display()),
            None => Ok(()),
        }
    }
}

/// What a file must be in order to be restored.
#[derive(Clone, Copy)]
pub(crate) enum Demand<'s> {
    /// A backup of the database, according to both histories.
    OfDatabase,
    /// A backup with migrations of this set.
    OfSet(&'s MigrationSet<'s>),
    /// Any sound database.
    Nothing,
}

/// Replaces the database of `conn` with the file's contents, in one transaction.
pub(crate) fn restore(from: &Path, conn: &mut Connection, demand: Demand<'_>) -> Result<Restored> {
    if !conn.is_autocommit() {
        return Err(ErrorKind::InTransaction.into());
    }
    let refused = |(reason, can_insist): (Reason, bool)| {
        let Reason { what, help, source } = reason;
        Error::from(ErrorKind::Restore { from: from.to_owned(), what, help, can_insist, source })
    };
    let database = pages::file(conn)?;
    if let Some(part) = database.as_deref().and_then(|database| part_of(database, from)) {
        return Err(refused((part.into(), false)));
    }
    let source = source::open(from)
        .and_then(|source| source::check(&source).map(|()| source))
        .map_err(|reason| refused((reason, false)))?;
    if let Some(reason) = pages::other_encoding(&source, conn)? {
        return Err(refused((reason, false)));
    }
    let history = recognised(&source, from, conn, database.as_deref(), demand)
        .map_err(|(what, can_insist)| refused((what.into(), can_insist)))?;
    if let Some(database) = &database {
        partial::narrow(database, from)
            .map_err(|error| refused((Reason::because("its permissions", error), false)))?;
    }
    let journal = Journal::prepare(conn, &source).map_err(|reason| refused((reason, false)))?;
    let outcome = replace(&source, conn, database.as_deref());
    journal.put_back(conn);
    let replaced = outcome.map_err(|trouble| match trouble {
        Trouble::Sqlite(error) => match error.into() {
            ErrorKind::Sqlite(error) => refused((error.into(), false)),
            kind => kind.into(),
        },
        Trouble::Kept(reason) => refused((reason, false)),
    })?;
    let version = history.and_then(|history| Some(history.last()?.version));
    Ok(Restored { version, replaced })
}

/// Returns the history of a file that may be restored. The error says why not, and whether a person
/// may insist.
fn recognised(
    source: &Connection,
    from: &Path,
    conn: &Connection,
    database: Option<&Path>,
    demand: Demand<'_>,
) -> Result<Option<History>, (String, bool)> {
    let none = MigrationSet::new(&[]);
    let history = match (source::history(source, &none), demand) {
        (Ok(history), _) => history,
        (Err(_), Demand::Nothing) => return Ok(None),
        (Err(what), _) => return Err((what, true)),
    };
    let difference = match (&history, demand) {
        (_, Demand::Nothing) => None,
        (Some(history), Demand::OfSet(set)) => source::unknown_to(set, history),
        // A history that can't be read is a reason to restore, and not an argument against the
        // backup.
        (Some(history), Demand::OfDatabase) => History::read(conn, &none)
            .ok()
            .and_then(|database| source::difference(history, &database)),
        (None, _) => {
            let is_named = database.is_some_and(|database| {
                [BACKUP, REPLACED]
                    .iter()
                    .any(|ending| Names::new(database, Path::new(""), ending).is_before_first(from))
            });
            let is_backup = is_named || source::is_part_of(source, conn).unwrap_or(false);
            let what =
                "it has no `migratory_history`, so it does not look like a backup of this database";
            (!is_backup).then(|| what.to_owned())
        }
    };
    difference.map_or(Ok(history), |what| Err((what, true)))
}

enum Trouble {
    Sqlite(rusqlite::Error),
    /// The current contents could not be kept.
    Kept(Reason),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Keeps a copy of the current contents, copies the pages, and returns the path of that copy.
fn replace(
    source: &Connection,
    conn: &mut Connection,
    database: Option<&Path>,
) -> Result<Option<PathBuf>, Trouble> {
    let patience = patience::busy_timeout(conn)?;
    let until = Instant::now() + patience;
    loop {
        let kept = Kept::of(conn, database)?;
        // SQLite can't copy into a connection with an open transaction, so its lock is released and
        // taken again.
        let mut locked =
            || if kept.is_all(database) { Flow::Continue(()) } else { Flow::Break(()) };
        let copied =
            pages::copy(source, conn, patience, &mut locked, &mut |_, _| Flow::Continue(()));
        match copied {
            Ok(Flow::Continue(())) => return Ok(kept.into_path()),
            // Another connection wrote between the two locks, and the copy doesn't have that yet.
            Ok(Flow::Break(())) if Instant::now() < until => {}
            Ok(Flow::Break(())) => {
                let what = "others write to the database all the time; stop them, and try again";
                return Err(Trouble::Kept(what.into()));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A copy of the contents to be replaced, which is removed on drop unless it is needed.
struct Kept {
    path: Option<PathBuf>,
    written: Option<[Written; 2]>,
}

/// The modification times and lengths of the database and its log.
type Written = Option<(SystemTime, u64)>;

impl Kept {
    /// Makes the copy, while this connection holds the write lock.
    fn of(conn: &Connection, database: Option<&Path>) -> Result<Self, Trouble> {
        let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        let is_empty = pages::is_empty(conn)?;
        let Some(database) = database else {
            let what = "the database is in memory, and what it holds can't be kept: restore into an empty one";
            return if is_empty {
                Ok(Self { path: None, written: None })
            } else {
                Err(Trouble::Kept(what.into()))
            };
        };
        let path = if is_empty { None } else { Some(keep(conn, database)?) };
        let kept = Self { path, written: Some(written(database)) };
        let newest = kept.written.iter().flatten().flatten().map(|(moment, _)| *moment).max();
        if newest.is_some_and(|it| it.elapsed().is_ok_and(|elapsed| elapsed < TICK)) {
            // Makes sure that any write after the lock is released gets a different modification
            // time.
            thread::sleep(TICK);
        }
        drop(transaction);
        Ok(kept)
    }

    /// Returns whether nobody has written since.
    fn is_all(&self, database: Option<&Path>) -> bool {
        self.written == database.map(written)
    }

    fn into_path(mut self) -> Option<PathBuf> {
        self.path.take()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// Reads the metadata by path: closing a handle would release all locks of this process on the
/// file.
fn written(database: &Path) -> [Written; 2] {
    [database.to_owned(), with_suffix(database, "-wal")]
        .map(|path| fs::metadata(path).and_then(|it| Ok((it.modified()?, it.len()))).ok())
}

fn keep(conn: &Connection, database: &Path) -> Result<PathBuf, Trouble> {
    let version = History::read(conn, &MigrationSet::new(&[]))
        .ok()
        .and_then(|history| Some(history.last()?.version.get()));
    let folder = database.parent().unwrap_or(Path::new(""));
    let kept = |reason: Reason| Trouble::Kept(reason.within("what it would replace can't be kept"));
    let names = Names::new(database, folder, REPLACED);
    names.remove_left_overs();
    let (path, partial) = names
        .next(&super::moment(conn)?, version.unwrap_or(0))
        .map_err(|error| kept(error.into()))?;
    let mut progress = |_, _| Flow::Continue(());
    // A damaged database is a reason to restore, and is kept as it is.
    match write::write(conn, database, (&path, partial), Health::AsItIs, &mut progress) {
        Ok(Copied::Complete | Copied::Cancelled) => Ok(path),
        Err(reason) => Err(kept(reason)),
    }
}
