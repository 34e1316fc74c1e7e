//! The second wall: SQLite's own limits, which hold whatever the authorizer allows.

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use migratory_analysis::{CheckedMigration, CheckedScript};

/// How long a text, a blob or a row may be, unless a script itself contains longer ones.
pub(crate) const LENGTH: usize = 1 << 20;
/// How long one may be at most.
pub(super) const LONGEST: usize = 16 << 20;
/// How long one may be where a function's time grows with the square of it.
const SHORT: usize = 64 << 10;
/// How long a pattern of LIKE or GLOB may be. One that checks the 128 digits of a SHA-512 has 1,024
/// characters.
const PATTERN: i32 = 1_100;
/// How many instructions of SQLite's virtual machine a statement may compile to.
const INSTRUCTIONS: i32 = 2_500_000;
/// The minimum length allowed for a statement: the rehearsal's own may be longer than those of the
/// set.
const STATEMENT: usize = 1 << 20;
/// How many pages of 4 KiB the database and its temporary tables may have: 128 MiB and 64 MiB.
const PAGES: [(&str, u32); 2] = [("main", 32_768), ("temp", 16_384)];

/// Functions whose time grows with the square of their input, within one instruction of SQLite.
const COSTLY: [&str; 3] = ["json_patch", "jsonb_patch", "snippet"];

/// Whether values must be short where this function is called.
pub(crate) fn is_costly(function: &str) -> bool {
    COSTLY.iter().any(|costly| costly.eq_ignore_ascii_case(function))
}

/// How long values and statements may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lengths {
    value: usize,
    script: usize,
}

impl Lengths {
    /// Lengths that suffice for the scripts of a set: a row may hold all literals of a statement,
    /// and `sqlite_schema` a whole definition.
    pub(crate) fn of(set: &[CheckedMigration]) -> Self {
        let mut script = STATEMENT;
        let mut value = LENGTH;
        for CheckedScript { sql, statements, .. } in set.iter().flat_map(CheckedMigration::scripts)
        {
            script = script.max(sql.len());
            let longest = statements.iter().map(ExactSizeIterator::len).max();
            value = value.max(2 * longest.unwrap_or(0));
        }
        Self { value: value.min(LONGEST), script }
    }
}

/// Confines a connection: no other database, no library, no threads, and no value, statement or
/// database beyond the limits.
pub(crate) fn confine(conn: &Connection, lengths: Lengths) -> Result<()> {
    attach(conn, false);
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN),
        (Limit::SQLITE_LIMIT_VDBE_OP, INSTRUCTIONS),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, number(lengths.script)),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        set(conn, limit, most);
    }
    lengthen(conn, lengths, false);
    for (option, value) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
        // Only SQLite's own statements may write to `sqlite_schema` and to the shadow tables of a
        // virtual table.
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        conn.set_db_config(option, value)?;
    }
    // This writes the first page, as in a database that a runner opens. The page size is then
    // fixed, and with it the size of this many pages.
    conn.execute_batch("PRAGMA temp_store = 2; PRAGMA user_version = 0;")?;
    for (schema, pages) in PAGES {
        conn.execute_batch(&format!("PRAGMA {schema}.max_page_count = {pages}"))?;
    }
    Ok(())
}

/// Lets VACUUM attach its one database, and nothing else attach any.
pub(crate) fn attach(conn: &Connection, is_vacuum: bool) {
    set(conn, Limit::SQLITE_LIMIT_ATTACHED, i32::from(is_vacuum));
}

/// Lets values be as long as the set needs, or keeps them short.
pub(crate) fn lengthen(conn: &Connection, lengths: Lengths, is_short: bool) {
    let most = if is_short { SHORT } else { lengths.value };
    set(conn, Limit::SQLITE_LIMIT_LENGTH, number(most));
}

/// Sets a limit. What rusqlite returns differs between its versions; SQLite has all of these
/// limits.
fn set(conn: &Connection, limit: Limit, most: i32) {
    let _ = conn.set_limit(limit, most);
}

fn number(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
