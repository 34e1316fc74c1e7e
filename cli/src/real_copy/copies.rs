//! Copies a database as it is at one moment, even while others write to it.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anstream::eprintln;
use migratory_rehearsal::real::Room;
use migratory_runtime::rusqlite::backup::{Backup, StepResult};
use migratory_runtime::rusqlite::{self, Connection};
use tempfile::TempDir;

use super::kept::Kept;
use super::text::bytes;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::style::DIM;

/// How many pages to copy at once, and the pause after them, in which others can write.
const PAGES: i32 = 1024;
const PAUSE: Duration = Duration::from_millis(1);
/// How long to wait for a database that another connection has locked.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a copy may restart because the database was written to, before writers have to wait.
const RESTARTS: usize = 3;
/// How many bytes of rows each side of a comparison may keep in memory.
const MEMORY: usize = 32 << 20;

/// Two copies of a database from the same moment.
#[derive(Debug)]
pub(crate) struct Copies {
    /// The copy that migrations run on.
    copy: Kept,
    /// The copy to compare with.
    before: PathBuf,
    /// Holds both copies; dropped last, once they are closed.
    folder: TempDir,
}

impl Copies {
    /// Copies the database without writing to it. With `keep`, one copy is that file.
    pub(crate) fn of(
        original: &Path,
        keep: Option<&Path>,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()
            .map_err(|error| Failure::new("can't create a folder for the copies").because(error))?;
        let copy = keep.map_or_else(|| folder.path().join("copy.db"), Path::to_owned);
        let copies =
            Self { copy: Kept::reserve(&copy)?, before: folder.path().join("before.db"), folder };
        let source = database::open(original, Access::Read)?;
        eprintln!(
            "{DIM}rehearsing on two copies of {} each, in the folder for temporary files{DIM:#}",
            bytes(size(&source)?)
        );
        copies.duplicate(&source, &copies.before, stop, progress)?;
        drop(source);
        let mut before = copies.before()?;
        stop.interrupts(&mut before);
        progress.stage("checking the copy");
        if let Some(verdict) = unsound(&before)? {
            return Err(Failure::new(format!("{} is damaged", original.display()))
                .because(verdict)
                .help("repair it first; `.recover` in SQLite's shell saves what is readable"));
        }
        copies.duplicate(&before, &copy, stop, progress)?;
        Ok(copies)
    }

    /// Opens the copy that stays unchanged.
    pub(crate) fn before(&self) -> Result<Connection> {
        database::open(&self.before, Access::Read)
    }

    /// Returns the copy that migrations run on.
    pub(crate) fn copy(&self) -> &Path {
        self.copy.path()
    }

    /// Keeps the copy that migrations ran on.
    pub(crate) fn keep(&mut self) {
        self.copy.keep();
    }

    /// Returns where a comparison may store rows.
    pub(crate) fn room(&self) -> Room {
        Room { folder: self.folder.path().to_owned(), memory: MEMORY }
    }

    fn duplicate(
        &self,
        source: &Connection,
        target: &Path,
        stop: &Stop,
        progress: &Progress,
    ) -> Result<()> {
        let copied = duplicate(source, target, stop, progress);
        copied.map_err(|failure| match failure {
            Stopped::Sqlite(error) if is_full(&error) => self.full(source, &error),
            Stopped::Sqlite(error) => error.into(),
            Stopped::Failure(failure) => failure,
        })
    }

    fn full(&self, source: &Connection, error: &rusqlite::Error) -> Failure {
        let size = size(source).unwrap_or_default();
        Failure::new("there isn't enough disk space for the copies")
            .because(error)
            .help(format!(
                "two copies take {}, and a migration that rebuilds a table needs its size once or twice more",
                bytes(2 * size)
            ))
            .help(format!("they are in {}; to use another folder, set `TMPDIR`", self.folder.path().display()))
    }
}

/// Why a copy was not completed.
enum Stopped {
    Sqlite(rusqlite::Error),
    Failure(Failure),
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

fn duplicate(
    source: &Connection,
    target: &Path,
    stop: &Stop,
    progress: &Progress,
) -> Result<(), Stopped> {
    let mut target = database::open(target, Access::Create)?;
    // If the machine crashes, the copy is worthless anyway.
    target.pragma_update(None, "synchronous", "OFF")?;
    let mode: String = source.query_row("PRAGMA main.journal_mode", [], |row| row.get(0))?;
    // In WAL mode, a read transaction doesn't stop writers. In other modes they would have to wait.
    let mut is_held = mode.eq_ignore_ascii_case("wal");
    if is_held {
        hold(source)?;
    }
    let (mut left, mut restarts, mut locked) = (i32::MAX, 0, None);
    let backup = Backup::new(source, &mut target)?;
    loop {
        stop.check()?;
        match backup.step(PAGES)? {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => wait(&mut locked)?,
            _ => locked = None,
        }
        let at = backup.progress();
        progress.pages(at.pagecount - at.remaining, at.pagecount);
        restarts += usize::from(at.remaining > left);
        left = at.remaining;
        if !is_held && restarts >= RESTARTS {
            hold(source)?;
            is_held = true;
        }
        if !is_held {
            thread::sleep(PAUSE);
        }
    }
    drop(backup);
    if is_held {
        source.execute_batch("ROLLBACK")?;
    }
    Ok(())
}

/// Begins a read transaction, so that this connection sees one state of the database.
fn hold(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("BEGIN")?;
    conn.query_row("SELECT count(*) FROM main.sqlite_schema", [], |_| Ok(()))
}

fn wait(since: &mut Option<Instant>) -> Result<()> {
    if since.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
        return Err(Failure::new("the database is in use by another connection")
            .help("try again when nothing writes to it")
            .exit(Exit::Busy));
    }
    thread::sleep(Duration::from_millis(20));
    Ok(())
}

/// Returns the size of a database in bytes.
pub(super) fn size(conn: &Connection) -> rusqlite::Result<u64> {
    // A table of the file could shadow the table-valued function, but not the pragma.
    let pragma = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let [pages, size] = [pragma("PRAGMA main.page_count")?, pragma("PRAGMA main.page_size")?];
    Ok(pages.unsigned_abs().saturating_mul(size.unsigned_abs()))
}

/// Returns the problems that SQLite's own check finds in a database, if any.
pub(super) fn unsound(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let verdict: String = conn.query_row("PRAGMA main.integrity_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}
