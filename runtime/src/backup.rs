//! A copy of the database before it is changed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::copy::{self, Copied};
use crate::error::{Result, bare};
use crate::history::History;
use crate::kind::ErrorKind;
use crate::observe::{Audience, Event};
use crate::{MigrationSet, sqlite};

/// How many backups are kept, unless told otherwise.
const KEPT: usize = 3;

/// Where a run writes a copy of the database before it changes anything; see [`Runner::backup`].
///
/// The copy is made while the database is locked for the migration: it holds what is there before, no more and
/// no less, also of a database in WAL mode that others are using. It is checked by `quick_check` and is on
/// the disk before the first change; until then it has a name that ends in `.partial`.
///
/// A database in memory has nothing beside it, and can't be backed up: that is an error. So is one that
/// is encrypted, or whose connection is in `locking_mode = EXCLUSIVE`: no second connection can read it.
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

    /// At this path. If it is a folder, as with [`beside`](Self::beside) but in there; if it is a file, it
    /// is replaced.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::At(path.into()), keep: KEPT }
    }

    /// At the path that the closure names; it is given that of the database. A file that is there is replaced.
    pub fn named(name: impl Fn(&Path) -> PathBuf + Send + Sync + 'a) -> Self {
        Self { place: Place::Named(Arc::new(name)), keep: KEPT }
    }

    /// How many backups of the database are kept in the folder, the new one included; at least one is.
    ///
    /// Only files that are named as [`beside`](Self::beside) names them are ever removed, and only after the
    /// new one is complete.
    pub const fn keep(mut self, count: usize) -> Self {
        self.keep = count;
        self
    }

    /// Makes a backup now, and says where it is. Nobody can write to the database meanwhile.
    ///
    /// # Errors
    /// If the database is in use, or the backup can't be written or is damaged.
    pub fn take(&self, conn: &mut Connection) -> Result<PathBuf> {
        let make = || {
            let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
            let history = History::read(conn, &MigrationSet::new(&[]))?;
            let path = self.make(conn, &history, &Audience::new(None))?;
            drop(transaction);
            Ok(path)
        };
        let outcome = if conn.is_autocommit() { make() } else { Err(ErrorKind::InTransaction) };
        bare(outcome)
    }

    /// Brings a database back to what a backup of it holds, in one transaction.
    ///
    /// All that was written since is gone. Others may have the database open; they must not be using it just
    /// then.
    ///
    /// # Errors
    /// If the backup can't be read or is damaged, or if the database is in use or can't be written. It is then
    /// as it was.
    ///
    /// ```no_run
    /// # use migratory_runtime::{Backup, Runner};
    /// # fn start(runner: Runner<'_>, conn: &mut rusqlite::Connection) -> migratory_runtime::Result<()> {
    /// if let Err(error) = runner.backup(Backup::beside()).up(conn) {
    ///     if let Some(backup) = error.report().backup() {
    ///         Backup::restore(backup, conn)?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn restore(from: impl AsRef<Path>, conn: &mut Connection) -> Result<()> {
        bare(copy::restore(from.as_ref(), conn))
    }

    /// Writes the backup, while the caller holds the write lock.
    pub(crate) fn make(
        &self,
        conn: &Connection,
        history: &History,
        audience: &Audience<'_>,
    ) -> std::result::Result<PathBuf, ErrorKind> {
        let database = conn.path().filter(|path| !path.is_empty()).map(Path::new);
        let Some(database) = database else {
            let what = "the database is in memory, or a temporary one: no other connection sees it";
            return Err(ErrorKind::Backup { to: None, what: what.to_owned() });
        };
        let (path, is_ours) = self.path(conn, database, history)?;
        let mut tell = |done, total| audience.tell(&Event::BackingUp { path: &path, done, total });
        match copy::copy(database, &path, sqlite::patience(conn)?, &mut tell) {
            Ok(Copied::Whole) => {}
            Ok(Copied::Cancelled) => {
                return Err(ErrorKind::Cancelled { step: None, dirty: false });
            }
            Err(what) => return Err(ErrorKind::Backup { to: Some(path), what }),
        }
        if is_ours {
            prune(database, &path, self.keep.max(1));
        }
        Ok(path)
    }

    /// Where to, and whether we named it.
    fn path(
        &self,
        conn: &Connection,
        database: &Path,
        history: &History,
    ) -> std::result::Result<(PathBuf, bool), ErrorKind> {
        let folder = match &self.place {
            Place::Named(name) => return Ok((name(database), false)),
            Place::At(path) if !path.is_dir() => return Ok((path.clone(), false)),
            Place::At(folder) => folder.as_path(),
            Place::Beside => database.parent().unwrap_or(Path::new("")),
        };
        let moment: String =
            conn.query_row("SELECT strftime('%Y%m%dT%H%M%SZ', 'now')", [], |row| row.get(0))?;
        let version = history.last().map_or(0, |entry| entry.version.get());
        let named =
            |more: &str| folder.join(format!("{}{moment}-v{version}{more}{END}", stem(database)));
        let mut path = named("");
        let mut nth = 2;
        while path.exists() {
            path = named(&format!("-{nth}"));
            nth += 1;
        }
        Ok((path, true))
    }
}

const END: &str = ".backup";

/// What the name of each of our backups of this database begins with.
fn stem(database: &Path) -> String {
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}.")
}

/// Removes the oldest backups. One that can't be removed stays: that is no reason to fail.
fn prune(database: &Path, newest: &Path, keep: usize) {
    let Some(entries) = newest.parent().and_then(|folder| folder.read_dir().ok()) else { return };
    let stem = stem(database);
    let mut ours: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| is_ours(name, &stem)))
        .map(|entry| entry.path())
        .collect();
    ours.sort();
    let surplus = ours.len().saturating_sub(keep);
    for old in ours.into_iter().filter(|path| path != newest).take(surplus) {
        let _ = std::fs::remove_file(old);
    }
}

/// Whether a file is named as we name the backups of the database.
fn is_ours(name: &str, stem: &str) -> bool {
    let inside = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(END));
    let Some((moment, version)) = inside.and_then(|inside| inside.split_once("Z-v")) else {
        return false;
    };
    let is_moment = moment.len() == 15
        && moment.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            _ => byte.is_ascii_digit(),
        });
    is_moment && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_named_is_ours() {
        let stem = stem(Path::new("/data/app.db"));
        for name in [
            "app.db.20261121T101500Z-v12.backup",
            "app.db.20261121T101500Z-v0-2.backup",
            "app.db.20261121T101500Z-v-1.backup",
        ] {
            assert!(is_ours(name, &stem), "{name}");
        }
        for name in [
            "app.db",
            "app.db.backup",
            "app.db.20261121T101500Z-v12.backup.partial",
            "app.db.2026-11-21T1015Z-v12.backup",
            "app.db.20261121T101500Z-vx.backup",
            "other.db.20261121T101500Z-v12.backup",
        ] {
            assert!(!is_ours(name, &stem), "{name}");
        }
    }
}
