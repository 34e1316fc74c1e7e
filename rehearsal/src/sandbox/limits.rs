//! The second wall: SQLite's own limits, which hold whatever the authorizer says.

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use migratory_analysis::{CheckedMigration, CheckedScript};

/// How long a text, a blob or a row may be, unless a script itself holds longer ones.
pub(crate) const LENGTH: usize = 1 << 20;
/// How long it may be at most.
const LONGEST: usize = 16 << 20;
/// How long it may be where a function takes time by the square of it.
const SHORT: usize = 64 << 10;
/// How long a pattern of LIKE or GLOB may be: one that tells the digits of a SHA-512 is 1,024 long.
const PATTERN: i32 = 1_100;
/// How many instructions a statement may have.
const INSTRUCTIONS: i32 = 2_500_000;
/// How long a statement of ours may be, however short those of the set are.
const STATEMENT: usize = 1 << 20;
/// How many pages of 4 KiB a database may have, and its temporary tables: 128 MiB, and 64 MiB.
const PAGES: [(&str, u32); 2] = [("main", 32_768), ("temp", 16_384)];

/// Functions that take time by the square of what they are given, within one instruction of SQLite.
const COSTLY: [&str; 3] = ["json_patch", "jsonb_patch", "snippet"];

/// Whether values have to be short where this function is called.
pub(crate) fn is_costly(function: &str) -> bool {
    COSTLY.iter().any(|costly| costly.eq_ignore_ascii_case(function))
}

/// How long values may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lengths {
    value: usize,
    script: usize,
}

impl Lengths {
    /// Long enough for the scripts of a set: a row holds all literals of a statement, `sqlite_schema` a definition.
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

/// Confines a connection: no other database, no library, no thread, and no value, statement or database too large.
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
        // No write past SQLite's own statements: into `sqlite_schema`, into the tables of a virtual table.
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        conn.set_db_config(option, value)?;
    }
    // The first page is written, as it is in a database that a runner comes to: the size of a page stands, and with it
    // what so many pages come to.
    conn.execute_batch("PRAGMA temp_store = 2; PRAGMA user_version = 0;")?;
    for (schema, pages) in PAGES {
        conn.execute_batch(&format!("PRAGMA {schema}.max_page_count = {pages}"))?;
    }
    Ok(())
}

/// Lets a VACUUM attach its one database, or nothing be attached.
pub(crate) fn attach(conn: &Connection, is_vacuum: bool) {
    set(conn, Limit::SQLITE_LIMIT_ATTACHED, i32::from(is_vacuum));
}

/// Lets values be as long as the set needs, or short.
pub(crate) fn lengthen(conn: &Connection, lengths: Lengths, is_short: bool) {
    let most = if is_short { SHORT } else { lengths.value };
    set(conn, Limit::SQLITE_LIMIT_LENGTH, number(most));
}

/// What it returns differs between versions of rusqlite; SQLite has all of these limits.
fn set(conn: &Connection, limit: Limit, most: i32) {
    let _ = conn.set_limit(limit, most);
}

fn number(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
