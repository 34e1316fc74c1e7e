//! Writes to the history, in the caller's transaction.

use std::borrow::Cow;

use rusqlite::{Connection, Statement, params};

use crate::db::query;
use crate::history::progress::Progress;
use crate::{Checksum, Down, Migration, Mode, Script, Version};

/// The values of a row in addition to the migration's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) duration_ms: i64,
    /// `applied`, `applying` or `reverting`.
    pub(crate) state: &'a str,
    /// The origin of the migration, if no run applied it.
    pub(crate) remark: Option<&'a str>,
}

impl Row<'_> {
    pub(crate) const APPLYING: Self = Row { duration_ms: 0, state: "applying", remark: None };

    pub(crate) const fn applied(duration_ms: i64) -> Self {
        Self { duration_ms, state: "applied", remark: None }
    }
}

/// Inserts rows. Preparing the statement costs more than running it, so it is prepared once.
pub(crate) struct Recorder<'c> {
    conn: &'c Connection,
    down_text: DownText,
    statement: Option<Statement<'c>>,
}

impl<'c> Recorder<'c> {
    pub(crate) fn new(conn: &'c Connection, down_text: DownText) -> Self {
        Self { conn, down_text, statement: None }
    }

    /// Inserts the row of a migration.
    pub(crate) fn insert(
        &mut self,
        migration: &Migration<'_>,
        row: Row<'_>,
    ) -> rusqlite::Result<()> {
        let statement = match &mut self.statement {
            Some(statement) => statement,
            none => none.insert(self.conn.prepare(INSERT)?),
        };
        insert(statement, migration, row, self.down_text)
    }
}

const INSERT: &str = "\
INSERT INTO main.migratory_history (version, name, checksum, chain, schema_hash, down, applied_at, duration_ms, \
state, stamp, compatible_with, down_code, remark) \
VALUES (?1, ?2, ?3, ?4, ?5, ?6, CAST(strftime('%s', 'now') AS INTEGER), ?7, ?8, 0, ?9, ?10, ?11)";

fn insert(
    statement: &mut Statement<'_>,
    migration: &Migration<'_>,
    row: Row<'_>,
    down_text: DownText,
) -> rusqlite::Result<()> {
    let values = params![
        migration.version().get(),
        migration.name(),
        migration.checksum().to_string(),
        migration.chain().to_string(),
        migration.schema().map(|schema| schema.to_string()),
        down(migration, down_text),
        row.duration_ms,
        row.state,
        migration.compatible_with().map(Version::get),
        has_down_code(migration),
        row.remark,
    ];
    // As in `query::run`, a row may come back.
    query::exhaust(statement, values)
}

/// Returns the down to store for a migration, if it has one.
fn down<'a>(migration: &Migration<'a>, text: DownText) -> Option<Cow<'a, str>> {
    match migration.down() {
        Down::Script(script) => Some(text(script)),
        Down::Irreversible(_) | Down::UpOnly => None,
    }
}

fn has_down_code(migration: &Migration<'_>) -> bool {
    matches!(migration.down(), Down::Script(script) if script.has_code())
}

/// Returns the text to store for a down.
pub(crate) type DownText = for<'a> fn(&Script<'a>) -> Cow<'a, str>;

/// Returns the text of a down that runs in a transaction.
pub(crate) fn as_it_is<'a>(down: &Script<'a>) -> Cow<'a, str> {
    Cow::Borrowed(down.sql())
}

/// Returns the text of any down. If its mode comes from elsewhere, such as Diesel's metadata, a
/// directive is added to the text.
pub(crate) fn with_mode<'a>(down: &Script<'a>) -> Cow<'a, str> {
    if down.mode() == Mode::NoTransaction && Mode::of_script(down.sql()) != down.mode() {
        Cow::Owned(format!("-- migratory: no-transaction\n{}", down.sql()))
    } else {
        Cow::Borrowed(down.sql())
    }
}

/// Deletes the row of a migration.
pub(crate) fn delete(conn: &Connection, version: Version) -> rusqlite::Result<()> {
    query::run(conn, "DELETE FROM main.migratory_history WHERE version = ?1", &[&version.get()])
}

/// Sets the state `applied`, and clears the progress.
pub(crate) fn set_applied(conn: &Connection, version: Version) -> rusqlite::Result<()> {
    let sql =
        "UPDATE main.migratory_history SET state = 'applied', progress = NULL WHERE version = ?1";
    query::run(conn, sql, &[&version.get()])
}

/// Records that a run is executing the script of a migration.
pub(crate) fn set_underway(
    conn: &Connection,
    version: Version,
    state: &str,
    progress: &Progress,
) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history SET state = ?2, progress = ?3 WHERE version = ?1";
    query::run(conn, sql, params![version.get(), state, progress.to_string()])
}

/// Records the progress of a script, if this run still holds it.
pub(crate) fn set_progress(
    conn: &Connection,
    version: Version,
    run_name: &str,
    progress: &Progress,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE main.migratory_history SET progress = ?3 \
         WHERE version = ?1 AND progress LIKE '%, run ' || ?2";
    query::run(conn, sql, params![version.get(), run_name, progress.to_string()])?;
    Ok(conn.changes() == 1)
}

/// Returns whether this run still holds the script of the migration.
pub(crate) fn is_held(conn: &Connection, version: Version, run: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM main.migratory_history \
         WHERE version = ?1 AND progress LIKE '%, run ' || ?2";
    let count: Option<i64> = query::first(conn, sql, params![version.get(), run])?;
    Ok(count == Some(1))
}

/// Records that a half-way migration is applied, and its duration.
pub(crate) fn finish(conn: &Connection, version: Version, ms: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history SET duration_ms = ?2, state = 'applied', progress = NULL \
         WHERE version = ?1";
    query::run(conn, sql, params![version.get(), ms])
}

/// Replaces the checksum and the chain of a migration.
pub(crate) fn set_checksum(conn: &Connection, migration: &Migration<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history SET name = ?2, checksum = ?3, chain = ?4, down = ?5, \
         compatible_with = ?6, down_code = ?7 WHERE version = ?1";
    let values = params![
        migration.version().get(),
        migration.name(),
        migration.checksum().to_string(),
        migration.chain().to_string(),
        down(migration, with_mode),
        migration.compatible_with().map(Version::get),
        has_down_code(migration),
    ];
    query::run(conn, sql, values)
}

/// Appends a remark to a migration, with the time.
pub(crate) fn remark(conn: &Connection, version: Version, what: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history \
         SET remark = coalesce(remark || '; ', '') || ?2 || ' on ' || datetime('now') || ' UTC' \
         WHERE version = ?1";
    query::run(conn, sql, params![version.get(), what])
}

/// Records the schema's fingerprint after a run, in the row of the newest migration.
pub(crate) fn set_schema(conn: &Connection, schema: Checksum) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history SET schema_hash = ?1 \
         WHERE version = (SELECT max(version) FROM main.migratory_history)";
    query::run(conn, sql, &[&schema.to_string()])
}

/// Records the stamp after a run, in the row of the newest migration.
pub(crate) fn set_stamp(conn: &Connection, stamp: i32) -> rusqlite::Result<()> {
    let sql = "UPDATE main.migratory_history SET stamp = ?1 \
         WHERE version = (SELECT max(version) FROM main.migratory_history)";
    query::run(conn, sql, &[&stamp])
}
