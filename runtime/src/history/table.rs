//! The history's table.

use rusqlite::Connection;

pub(crate) use crate::db::schema::HISTORY as TABLE;

/// The first SQLite with STRICT tables: 3.37.0.
pub(crate) const MIN_SQLITE: i32 = 3_037_000;

const CREATE: &str = "\
CREATE TABLE main.migratory_history (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    chain TEXT NOT NULL, -- hash of the previous row's chain, the version and the checksum
    schema_hash TEXT, -- of the schema after it: as proven, or in the last row as the last run left it
    down TEXT, -- the script that reverts it; NULL: irreversible
    applied_at INTEGER NOT NULL, -- unix seconds, UTC
    duration_ms INTEGER NOT NULL,
    state TEXT NOT NULL, -- 'applied'; 'applying' or 'reverting' while a no-transaction script is half-way
    stamp INTEGER NOT NULL, -- user_version as the last run left it, to distinguish it from an application's
    compatible_with INTEGER, -- programs that know this version can use the database; NULL: not declared
    down_code INTEGER NOT NULL, -- 1: its down has a step in Rust in the program that applied it
    remark TEXT, -- its origin, if no run applied it, and manual resolutions
    progress TEXT -- of a half-way script: the completed part, and the run that holds it
) STRICT";

/// Creates the table.
pub(crate) fn create(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(CREATE)
}
