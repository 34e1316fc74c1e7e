//! Opens a backup without leaving files behind, checks it and identifies it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::pages;
use super::reason::Reason;
use super::same_file::with_suffix;
use crate::MigrationSet;
use crate::db::errors;
use crate::db::schema::{self, Object};
use crate::error::kind::ErrorKind;
use crate::history::read::{Entry, History};
use crate::history::table::TABLE;

/// Opens a backup, and holds it in the state that is checked.
pub(super) fn open(path: &Path) -> Result<Connection, Reason> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        // Opening a pipe would wait forever.
        let kind = if found.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(format!("it is {kind}, not a file").into());
    }
    if found.len() == 0 {
        return Err("it is empty".into());
    }
    let conn = opened(path).and_then(|conn| hold(&conn).map(|()| conn));
    conn.map_err(|error| match errors::code(&error) {
        Some(ErrorCode::NotADatabase) => {
            "it is not an SQLite database, or it is encrypted".into()
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) if is_live(path) => Reason::because(
            "it has a journal or a log next to it; open and close it once with SQLite in a writable folder",
            error,
        ),
        Some(ErrorCode::DatabaseCorrupt) => {
            Reason::because("it is damaged, or a part of it is missing", error)
        }
        _ => error.into(),
    })
}

/// Checks that the file is a complete, undamaged and non-empty database.
pub(super) fn check(conn: &Connection) -> Result<(), Reason> {
    if pages::is_empty(conn).map_err(|error| Reason::because("it is damaged", error))? {
        return Err("it is a database without any table".into());
    }
    pages::check(conn, "integrity_check")
        .map_err(|damage| format!("it is damaged: {damage}").into())
}

/// Returns whether a file is an SQLite database, without writing anything, not even next to it.
pub(super) fn is_database(path: &Path) -> bool {
    let version = |conn: Connection| {
        conn.query_row("PRAGMA main.schema_version", [], |row| row.get::<_, i64>(0))
    };
    immutable(path).and_then(version).is_ok()
}

fn opened(path: &Path) -> rusqlite::Result<Connection> {
    if !is_live(path) {
        return immutable(path);
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let open =
        |access| Connection::open_with_flags(&path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    // For a file with a log, SQLite writes an index next to it.
    if with_suffix(&path, "-wal").exists() {
        return open(OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| open(OpenFlags::SQLITE_OPEN_READ_ONLY));
    }
    open(OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Returns whether a database is in use, or was when its process ended.
fn is_live(path: &Path) -> bool {
    super::same_file::SIDE_FILES.iter().any(|suffix| with_suffix(path, suffix).exists())
}

/// Opens a file that nobody uses. Otherwise SQLite would create files next to a WAL database, and
/// fail if it can't write to the folder.
fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(&path), flags)
}

/// Returns the path as a URI that stands for exactly these bytes.
fn uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) {
        uri.push_str("///");
    }
    for &byte in bytes {
        let byte = if cfg!(windows) && byte == b'\\' { b'/' } else { byte };
        let is_plain = byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
        let _ = match byte {
            b':' if cfg!(windows) => write!(uri, ":"),
            _ if is_plain => write!(uri, "{}", char::from(byte)),
            _ => write!(uri, "%{byte:02X}"),
        };
    }
    uri.push_str("?immutable=1");
    uri
}

fn hold(conn: &Connection) -> rusqlite::Result<()> {
    // The schema may come from anyone.
    conn.execute_batch("PRAGMA trusted_schema = OFF; BEGIN")?;
    pages::is_empty(conn).map(drop)
}

/// Returns the history of a backup; `None` if it has none.
pub(super) fn history(
    conn: &Connection,
    set: &MigrationSet<'_>,
) -> Result<Option<History>, String> {
    let sql = "SELECT count(*) FROM main.sqlite_schema WHERE lower(name) = ?1 AND type <> 'table'";
    let others: i64 =
        conn.query_row(sql, [TABLE], |row| row.get(0)).map_err(|error| error.to_string())?;
    if others > 0 {
        return Err(format!("its `{TABLE}` is not a table"));
    }
    let history = History::read(conn, set).map_err(|error| match error.kind() {
        ErrorKind::NotOurs { .. } => format!("its `{TABLE}` is not one that migratory created"),
        kind => kind.problem(),
    })?;
    Ok(history.exists.then_some(history))
}

/// Describes how a backup's history differs from that of the database it would replace, if they
/// share no migration. An empty history fits any other.
pub(super) fn difference(backup: &History, database: &History) -> Option<String> {
    let is_same =
        |one: &Entry, other: &Entry| one.version == other.version && one.checksum == other.checksum;
    let mut pairs = backup.entries.iter().zip(&database.entries);
    let (theirs, ours) = pairs.clone().next()?;
    if pairs.any(|(one, other)| is_same(one, other)) {
        return None;
    }
    let named = |entry: &Entry| format!("`{} {}`", entry.version, entry.name);
    let (theirs, ours) = (named(theirs), named(ours));
    let of_another_text = if theirs == ours { ", with a different text" } else { "" };
    Some(format!(
        "it has other migrations: its first is {theirs}, the database's is {ours}{of_another_text}"
    ))
}

/// Describes how a backup's history differs from a set, if it doesn't belong to it.
pub(super) fn unknown_to(set: &MigrationSet<'_>, backup: &History) -> Option<String> {
    let unknown: Vec<_> =
        backup.entries.iter().filter(|it| set.get(it.version).is_none()).collect();
    if !unknown.is_empty() {
        let names: Vec<_> =
            unknown.iter().map(|entry| format!("`{} {}`", entry.version, entry.name)).collect();
        return Some(format!(
            "it has migrations that this program does not have: {}",
            names.join(", ")
        ));
    }
    let is_ours = |entry: &Entry| {
        set.get(entry.version).is_some_and(|ours| ours.checksum() == entry.checksum)
    };
    match backup.entries.first() {
        Some(first) if !backup.entries.iter().any(is_ours) => Some(format!(
            "it has other migrations: its `{} {}` has a different text from this program's",
            first.version, first.name
        )),
        _ => None,
    }
}

/// Returns whether the database has all objects of a backup without a history, which was made
/// before the first migration.
pub(super) fn is_part_of(backup: &Connection, database: &Connection) -> rusqlite::Result<bool> {
    let (theirs, ours) = (schema::objects(backup)?, schema::objects(database)?);
    Ok(!theirs.is_empty() && theirs.iter().all(|object| ours.contains(object)))
}

/// Returns an error if the file at `path` is a different database from `database`: their histories
/// share no migration or, if one has no history, they share no table.
///
/// A backup that can't be read any more is worthless and may be overwritten.
pub(super) fn another(path: &Path, database: &Connection, history: &History) -> Option<Reason> {
    fs::metadata(path).ok().filter(|it| it.is_file() && it.len() > 0)?;
    let found = immutable(path).ok()?;
    let backup = self::history(&found, &MigrationSet::new(&[])).ok()?.unwrap_or_default();
    let what = if backup.entries.is_empty() || history.entries.is_empty() {
        let (theirs, ours) = (schema::objects(&found).ok()?, schema::objects(database).ok()?);
        let is_ours = |it: &Object| ours.iter().any(|our| our.name.eq_ignore_ascii_case(&it.name));
        if theirs.is_empty() || theirs.iter().any(is_ours) {
            return None;
        }
        "it has none of this one's tables".to_owned()
    } else {
        difference(&backup, history)?
    };
    let what = format!(
        "the database at that path is not a backup of this one, so it is not overwritten: {what}"
    );
    Some(Reason::from(what).with_help("choose another path, or remove that file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_uri_keeps_every_byte_of_a_path() {
        use std::os::unix::ffi::OsStrExt as _;
        for (path, expected) in [
            (&b"/a/b.db"[..], "file:/a/b.db?immutable=1"),
            (b"/a b?c#d%e&f=g", "file:/a%20b%3Fc%23d%25e%26f%3Dg?immutable=1"),
            (b"/file:x\xff", "file:/file%3Ax%FF?immutable=1"),
        ] {
            assert_eq!(uri(Path::new(std::ffi::OsStr::from_bytes(path))), expected);
        }
    }
}
