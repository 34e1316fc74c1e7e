//! Reads the history of a database.

use migratory_core::Direction;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use crate::db::query;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::error::remains::Unresumable;
use crate::history::progress::Progress;
use crate::history::shape;
use crate::{Checksum, Migration, MigrationSet, Version};

/// The maximum number of rows. No set has so many migrations, and reading more would waste memory.
const MAX_ROWS: usize = 100_000;

/// The maximum lengths of a name and of a stored down, in bytes.
const MAX_NAME: usize = 1024;
const MAX_DOWN: usize = 64 << 20;

/// The history row of one migration.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) version: Version,
    pub(crate) name: String,
    pub(crate) checksum: Checksum,
    pub(crate) chain: Checksum,
    pub(crate) schema: Option<Checksum>,
    pub(crate) applied_at: i64,
    pub(crate) duration_ms: i64,
    /// Its state, if it is a `no-transaction` migration that is half-way.
    pub(crate) underway: Option<Underway>,
    pub(crate) stamp: i32,
    pub(crate) compatible_with: Option<Version>,
    /// Whether its down has a step in Rust in the program that applied it.
    pub(crate) down_code: bool,
    /// The stored down, read only if the set can't supply it because the migration has changed or
    /// is unknown.
    pub(crate) down: Option<String>,
}

/// The state of a half-way `no-transaction` migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Underway {
    pub(crate) direction: Direction,
    pub(crate) progress: Option<Progress>,
}

impl Underway {
    /// Returns whether a run is executing it, or was killed while executing it.
    pub(crate) fn is_held(&self) -> bool {
        self.progress.as_ref().is_some_and(|progress| progress.run.is_some())
    }

    /// Returns the error of a run that can't continue the script.
    #[cold]
    pub(crate) fn dirty(&self, entry: &Entry, why: Unresumable) -> Error {
        let (version, name) = (entry.version, entry.name.clone());
        ErrorKind::Dirty { version, name, direction: self.direction, why }.into()
    }

    /// Returns the error of an operation that needs a database without a half-way script.
    #[cold]
    pub(crate) fn refusal(&self, entry: &Entry) -> Error {
        let (version, name) = (entry.version, entry.name.clone());
        ErrorKind::Underway { version, name, direction: self.direction }.into()
    }
}

/// The history of a database, in ascending order of version.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) exists: bool,
    pub(crate) entries: Vec<Entry>,
}

impl History {
    /// Reads the history; it is empty if the table doesn't exist.
    pub(crate) fn read(conn: &Connection, set: &MigrationSet<'_>) -> Result<Self, Error> {
        if !shape::exists(conn)? {
            return Ok(Self::default());
        }
        let mut entries = entries(conn)?;
        for entry in &mut entries {
            let known = set.get(entry.version).map(Migration::checksum);
            if known != Some(entry.checksum) {
                entry.down = stored_down(conn, entry.version)?;
            }
        }
        Ok(Self { exists: true, entries })
    }

    pub(crate) fn get(&self, version: Version) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&version, |entry| entry.version).ok()?;
        self.entries.get(at)
    }

    pub(crate) fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Returns the half-way migration, if any.
    pub(crate) fn underway(&self) -> Option<(&Entry, &Underway)> {
        self.entries.iter().find_map(|entry| Some((entry, entry.underway.as_ref()?)))
    }

    /// Returns whether the applied migrations are the first of the set, unchanged and finished.
    pub(crate) fn is_prefix_of(&self, set: &MigrationSet<'_>) -> bool {
        self.entries.len() <= set.migrations().len()
            && self.entries.iter().zip(set.migrations()).all(|(entry, migration)| {
                entry.version == migration.version()
                    && entry.checksum == migration.checksum()
                    && entry.chain == migration.chain()
                    && entry.underway.is_none()
            })
    }
}

fn entries(conn: &Connection) -> Result<Vec<Entry>, Error> {
    let sql = "SELECT version, name, checksum, chain, schema_hash, applied_at, duration_ms, state, stamp, \
         compatible_with, down_code, progress FROM main.migratory_history ORDER BY version";
    let (mut entries, mut version) = (Vec::new(), None);
    let read = query::rows(conn, sql, &[], &mut |row| {
        let at = row.get(0).map(Version::new)?;
        version = Some(at);
        if entries.len() < MAX_ROWS {
            entries.push(entry(at, row)?);
            version = None;
        }
        Ok(version.is_none())
    });
    match (read, version) {
        (Ok(()), None) => Ok(entries),
        (Ok(()), Some(version)) => {
            let what = format!("it has more than {MAX_ROWS} rows");
            Err(ErrorKind::BrokenHistory { version, what }.into())
        }
        (Err(error), Some(version)) => Err(broken(version, error)),
        (Err(error), None) => Err(error.into()),
    }
}

fn entry(version: Version, row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        version,
        name: name(row)?,
        checksum: checksum(row, 2, "checksum")?.ok_or_else(|| unreadable("checksum"))?,
        chain: checksum(row, 3, "chain")?.ok_or_else(|| unreadable("chain"))?,
        schema: checksum(row, 4, "schema_hash")?,
        applied_at: row.get(5)?,
        duration_ms: row.get(6)?,
        underway: underway(row)?,
        stamp: row.get(8)?,
        compatible_with: row.get::<_, Option<i64>>(9)?.map(Version::new),
        down_code: row.get(10)?,
        down: None,
    })
}

fn name(row: &Row<'_>) -> rusqlite::Result<String> {
    // Names are printed, so control characters, which move a terminal's cursor, and bidirectional
    // overrides are refused.
    let turns = |letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_odd = |letter: char| letter.is_control() || turns(letter);
    text(row, 1, "name")?
        .filter(|name| name.len() <= MAX_NAME && !name.contains(is_odd))
        .map(str::to_owned)
        .ok_or_else(|| unreadable("name"))
}

fn underway(row: &Row<'_>) -> rusqlite::Result<Option<Underway>> {
    let direction = match text(row, 7, "state")? {
        Some("applied") => return Ok(None),
        Some("applying") => Direction::Up,
        Some("reverting") => Direction::Down,
        _ => return Err(unreadable("state")),
    };
    let progress = match text(row, 11, "progress")? {
        None => None,
        Some(text) => Some(Progress::parse(text).ok_or_else(|| unreadable("progress"))?),
    };
    Ok(Some(Underway { direction, progress }))
}

fn checksum(row: &Row<'_>, column: usize, name: &str) -> rusqlite::Result<Option<Checksum>> {
    match text(row, column, name)? {
        None => Ok(None),
        Some(text) => Checksum::from_hex(text).map(Some).ok_or_else(|| unreadable(name)),
    }
}

/// Reads a text without copying it, because it may be long or invalid.
///
/// Columns are read by index: pragmas can change their names.
fn text<'r>(row: &'r Row<'_>, column: usize, name: &str) -> rusqlite::Result<Option<&'r str>> {
    row.get_ref(column)?.as_str_or_null().map_err(|_| unreadable(name))
}

#[cold]
fn unreadable(column: &str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(0, column.to_owned(), Type::Text)
}

/// Converts an error: a value that can't be read is a broken history, and anything else is SQLite's
/// failure.
#[cold]
fn broken(version: Version, error: rusqlite::Error) -> Error {
    let what = match error {
        rusqlite::Error::InvalidColumnType(_, column, _) => {
            format!("its `{column}` has a value that migratory never writes")
        }
        rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::FromSqlConversionFailure(..) => error.to_string(),
        error => return error.into(),
    };
    ErrorKind::BrokenHistory { version, what }.into()
}

fn stored_down(conn: &Connection, version: Version) -> Result<Option<String>, Error> {
    let sql = "SELECT down FROM main.migratory_history WHERE version = ?1";
    let mut down = None;
    let read = query::rows(conn, sql, &[&version.get()], &mut |row| {
        down = match text(row, 0, "down")? {
            Some(down) if down.len() > MAX_DOWN => return Err(unreadable("down")),
            down => down.map(str::to_owned),
        };
        Ok(false)
    });
    read.map_err(|error| broken(version, error))?;
    Ok(down)
}
