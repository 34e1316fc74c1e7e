//! Copies a database page by page with SQLite's online backup, and checks the copy.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};

use super::reason::Reason;
use crate::db::errors;
use crate::observe::event::Flow;

/// How many pages to copy between two progress reports.
const PAGES: i32 = 512;
/// How long to wait before the next attempt on a busy database.
const PAUSE: Duration = Duration::from_millis(20);
/// How many lines of a check's output to read.
const COMPLAINTS: i32 = 1000;

/// Receives the number of copied pages and the total.
pub(super) type Progress<'p> = dyn FnMut(usize, usize) -> Flow + 'p;

/// Copies all pages of `source` into `target`, in one transaction of the target.
///
/// `locked` is called once the target is locked and before anything is written. If it or `progress`
/// returns `Break`, the target stays unchanged. A busy database is retried as long as `patience`
/// allows.
pub(super) fn copy(
    source: &Connection,
    target: &mut Connection,
    patience: Duration,
    locked: &mut dyn FnMut() -> Flow,
    progress: &mut Progress<'_>,
) -> rusqlite::Result<Flow> {
    let backup = Backup::new(source, target)?;
    let until = Instant::now() + patience;
    // This step copies no page, but takes the target's lock.
    step(&backup, 0, until)?;
    if locked().is_break() {
        return Ok(Flow::Break(()));
    }
    loop {
        let result = step(&backup, PAGES, until)?;
        let state = backup.progress();
        let count = |pages| usize::try_from(pages).unwrap_or_default();
        let total = count(state.pagecount);
        if progress(total.saturating_sub(count(state.remaining)), total).is_break() {
            return Ok(Flow::Break(()));
        }
        if result == StepResult::Done {
            return Ok(Flow::Continue(()));
        }
    }
}

fn step(backup: &Backup<'_, '_>, pages: i32, until: Instant) -> rusqlite::Result<StepResult> {
    loop {
        match backup.step(pages)? {
            StepResult::Busy | StepResult::Locked if Instant::now() >= until => return Err(busy()),
            StepResult::Busy | StepResult::Locked => thread::sleep(PAUSE),
            result => return Ok(result),
        }
    }
}

fn busy() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, Some("database is locked".to_owned()))
}

/// Checks the pages of a database with `quick_check` or `integrity_check`; the error is the damage
/// that SQLite found.
///
/// A row that violates a constraint is not damage: the original has the same row, and it is the
/// application's business.
pub(super) fn check(conn: &Connection, pragma: &str) -> Result<(), String> {
    let complaints = || {
        let mut statement = conn.prepare(&format!("PRAGMA main.{pragma}({COMPLAINTS})"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    match complaints() {
        Ok(complaints) => match complaints.into_iter().find(|complaint| is_damage(complaint)) {
            None => Ok(()),
            Some(damage) => Err(damage),
        },
        Err(error) => match errors::code(&error) {
            // A constraint calls an application function that this connection doesn't have. The
            // pages are there.
            Some(ErrorCode::Unknown) | None => Ok(()),
            _ => Err(error.to_string()),
        },
    }
}

fn is_damage(complaint: &str) -> bool {
    // SQLite reports `NULL value in t.x`, and in STRICT tables `TEXT value in t.x` or `non-INT
    // value in t.x`.
    let is_about_values =
        complaint.starts_with("CHECK constraint failed in ") || complaint.contains(" value in ");
    complaint != "ok" && !is_about_values
}

/// Returns the file of the main database; `None` if it is in memory or temporary.
pub(super) fn file(conn: &Connection) -> rusqlite::Result<Option<PathBuf>> {
    if let Some(path) = conn.path() {
        return Ok((!path.is_empty()).then(|| PathBuf::from(path)));
    }
    // rusqlite returns no path that isn't UTF-8. A statement is used because a file may have a view
    // named like the pragma's table-valued function.
    let mut statement = conn.prepare("PRAGMA database_list")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str().is_ok_and(|name| name == "main") {
            let bytes = row.get_ref(2)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
            return Ok((!bytes.is_empty()).then(|| path_of(bytes)));
        }
    }
    Ok(None)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(std::ffi::OsStr::from_bytes(bytes)).to_owned()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    Path::new(String::from_utf8_lossy(bytes).as_ref()).to_owned()
}

/// Returns an error if one connection can't read the other's pages: a connection keeps the text
/// encoding that it started with.
pub(super) fn other_encoding(
    source: &Connection,
    target: &Connection,
) -> rusqlite::Result<Option<Reason>> {
    let encoding = |conn: &Connection| -> rusqlite::Result<String> {
        conn.query_row("PRAGMA main.encoding", [], |row| row.get(0))
    };
    let (there, here) = (encoding(source)?, encoding(target)?);
    let what = || {
        let what = format!(
            "its text encoding is {there}, the database's is {here}, and an open connection can't change that"
        );
        Reason::from(what).with_help("close the database, move it away, and restore into a new one")
    };
    Ok((there != here && !is_empty(target)?).then(what))
}

/// Returns whether the main database has no table, index, view or trigger at all, not even the
/// history or SQLite's own.
pub(super) fn is_empty(conn: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM main.sqlite_schema)";
    conn.query_row(sql, [], |row| row.get(0))
}
