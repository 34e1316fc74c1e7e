//! Writes a copy of an open database to a file.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::pages::{self, Progress};
use super::partial::Partial;
use super::reason::Reason;
use super::same_file::{part_of, with_suffix};
use super::source;
use crate::db::errors;
use crate::db::patience;
use crate::observe::event::Flow;

/// The outcome of a copy that didn't fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copied {
    Complete,
    Cancelled,
}

/// Whether to copy a damaged database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Checked,
    AsItIs,
}

/// Copies the database of `conn`, which holds its write lock, and syncs the copy to disk.
///
/// An incomplete copy never stays at `to`.
pub(super) fn write(
    conn: &Connection,
    database: &Path,
    (to, partial): (&Path, Partial),
    health: Health,
    progress: &mut Progress<'_>,
) -> Result<Copied, Reason> {
    let patience = patience::busy_timeout(conn)?;
    let original =
        fs::metadata(database).map_err(|error| Reason::because("the database's file", error))?;
    let source = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| Reason::because("a second connection can't be opened", error))?;
    if state(conn)? != state(&source).map_err(hinted)? {
        let what =
            "is not the one that the connection has open: it was moved or replaced meanwhile";
        return Err(format!("{} {what}", database.display()).into());
    }
    let mut target = open(partial.file(), OpenFlags::SQLITE_OPEN_READ_WRITE)
        .and_then(|target| as_draft(&target).map(|()| target))?;
    let mut locked = || Flow::Continue(());
    let copied = pages::copy(&source, &mut target, patience, &mut locked, progress);
    if copied.map_err(hinted)?.is_break() {
        return Ok(Copied::Cancelled);
    }
    if health == Health::Checked {
        pages::check(&target, "quick_check")
            .map_err(|damage| format!("the copy is damaged, and so is the database: {damage}"))?;
    }
    target.close().map_err(|(_, error)| error)?;
    partial.publish(to, &original)?;
    Ok(Copied::Complete)
}

/// Opens an existing file by its literal path: SQLite can also read `file:x` as a URI.
fn open(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let conn = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(std::time::Duration::ZERO)?;
    Ok(conn)
}

/// Turns the journal off: nobody else opens the copy, and it is synced before it is published.
fn as_draft(target: &Connection) -> rusqlite::Result<()> {
    target.execute_batch("PRAGMA synchronous = OFF")?;
    target.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))
}

/// Returns numbers that are equal on two connections to one database while nobody else can write to
/// it.
fn state(conn: &Connection) -> rusqlite::Result<[i64; 3]> {
    let read =
        |pragma: &str| conn.query_row(&format!("PRAGMA main.{pragma}"), [], |row| row.get(0));
    Ok([read("page_count")?, read("schema_version")?, read("user_version")?])
}

/// Says why nothing may be written to a path that the application or a person chose.
pub(super) fn refusal(database: &Path, to: &Path) -> Option<String> {
    if let Some(part) = part_of(database, to) {
        return Some(part.to_owned());
    }
    let has_content = |path: &Path| fs::metadata(path).is_ok_and(|it| it.len() > 0);
    for suffix in ["-wal", "-journal"] {
        let side_file = with_suffix(to, suffix);
        if has_content(&side_file) {
            return Some(format!(
                "{} belongs to a database of that name, and would damage the backup",
                side_file.display()
            ));
        }
    }
    match fs::metadata(to) {
        Ok(there) if !there.is_file() => Some("that path is not a file".to_owned()),
        Ok(there) if there.len() > 0 && !source::is_database(to) => Some(
            "the file at that path is not an SQLite database, so it is not overwritten".to_owned(),
        ),
        _ => None,
    }
}

fn hinted(error: rusqlite::Error) -> Reason {
    match errors::code(&error) {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            let what = "no second connection can read it, as with `locking_mode = EXCLUSIVE`";
            Reason::because(what, error)
        }
        Some(ErrorCode::NotADatabase) => {
            let what = "it is damaged, or encrypted, and then only its own connection can read it";
            Reason::because(what, error)
        }
        _ => error.into(),
    }
}
