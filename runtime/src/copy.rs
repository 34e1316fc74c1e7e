//! Copies a database into another file, page by page, through SQLite's online backup.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::kind::ErrorKind;
use crate::observe::Flow;
use crate::sqlite;

/// How many pages are copied between two words to the observer.
const PAGES: i32 = 512;
/// How long is waited before a busy database is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// How a copy ended that did not fail.
pub(crate) enum Copied {
    Whole,
    Cancelled,
}

/// Told how many pages are copied, and how many there are.
type Progress<'p> = dyn FnMut(usize, usize) -> Flow + 'p;

/// Copies the database at `from` to `to`, checks the copy, and has it on the disk before this returns.
///
/// The error is for people. Nothing is left at `to` that is not whole.
///
/// A database that is busy is waited for as long as `patience` says.
pub(crate) fn copy(
    from: &Path,
    to: &Path,
    patience: Duration,
    tell: &mut Progress<'_>,
) -> Result<Copied, String> {
    if fs::metadata(to).is_ok_and(|there| !there.is_file()) {
        return Err("something that is no file is there".to_owned());
    }
    let partial = Partial::of(to);
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| format!("a second connection can't be opened: {error}"))?;
    let _ = fs::remove_file(&partial.0);
    let mut target = Connection::open(&partial.0).map_err(|error| error.to_string())?;
    let copied = pages(&source, &mut target, patience, tell).map_err(|error| hinted(&error))?;
    if copied.is_break() {
        return Ok(Copied::Cancelled);
    }
    check(&target)
        .map_err(|damage| format!("the copy is damaged, and so is the database: {damage}"))?;
    target.close().map_err(|(_, error)| error.to_string())?;
    let moved =
        sync(&partial.0).and_then(|()| fs::rename(&partial.0, to)).and_then(|()| sync_folder(to));
    moved.map_err(|error| error.to_string())?;
    Ok(Copied::Whole)
}

/// Brings the database of `conn` to what the file holds.
pub(crate) fn restore(from: &Path, conn: &mut Connection) -> Result<(), ErrorKind> {
    if !conn.is_autocommit() {
        return Err(ErrorKind::InTransaction);
    }
    // Not read-only: of a file in WAL mode, SQLite makes an index beside it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let unreadable = |what: String| ErrorKind::Restore { from: from.to_owned(), what };
    let source =
        Connection::open_with_flags(from, flags).map_err(|error| unreadable(error.to_string()))?;
    check(&source).map_err(|damage| unreadable(format!("it is damaged: {damage}")))?;
    let patience = sqlite::patience(conn)?;
    let _whole = pages(&source, conn, patience, &mut |_, _| Flow::Continue(()))?;
    Ok(())
}

fn pages(
    source: &Connection,
    target: &mut Connection,
    patience: Duration,
    tell: &mut Progress<'_>,
) -> rusqlite::Result<Flow> {
    source.busy_timeout(Duration::ZERO)?;
    let backup = Backup::new(source, target)?;
    let until = Instant::now() + patience;
    loop {
        let step = backup.step(PAGES)?;
        if matches!(step, StepResult::Busy | StepResult::Locked) {
            if Instant::now() >= until {
                return Err(busy());
            }
            thread::sleep(PAUSE);
            continue;
        }
        let progress = backup.progress();
        let count = |pages| usize::try_from(pages).unwrap_or_default();
        let total = count(progress.pagecount);
        if tell(total.saturating_sub(count(progress.remaining)), total).is_break() {
            return Ok(Flow::Break(()));
        }
        if step == StepResult::Done {
            return Ok(Flow::Continue(()));
        }
    }
}

fn busy() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, Some("database is locked".to_owned()))
}

/// What SQLite finds wrong with a database, in its words.
fn check(conn: &Connection) -> Result<(), String> {
    match conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)) {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(damage) => Err(damage),
        Err(error) => match sqlite::code(&error) {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Err(error.to_string()),
            // A constraint calls a function of the application's, which this connection lacks. The pages are there.
            _ => Ok(()),
        },
    }
}

fn hinted(error: &rusqlite::Error) -> String {
    match sqlite::code(error) {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("{error}: no second connection can read it, as with `locking_mode = EXCLUSIVE`")
        }
        Some(ErrorCode::NotADatabase) => {
            format!(
                "{error}: it is damaged, or encrypted, and then only its own connection can read it"
            )
        }
        _ => error.to_string(),
    }
}

/// The name that a copy has until it is whole; the file goes when this is dropped.
struct Partial(PathBuf);

impl Partial {
    fn of(to: &Path) -> Self {
        let mut name = to.as_os_str().to_owned();
        name.push(".partial");
        Self(name.into())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn sync(file: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).open(file)?.sync_all()
}

/// A file's name is on the disk only when its folder is. Other systems than Unix do not open folders.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
