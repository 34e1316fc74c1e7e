//! The table in which a database remembers what was applied to it.

use rusqlite::Connection;

/// The table's name.
pub(crate) const TABLE: &str = "migratory_history";

/// The first SQLite that knows STRICT tables: 3.37.0.
pub(crate) const MIN_SQLITE: i32 = 3_037_000;

const CREATE: &str = "\
CREATE TABLE main.migratory_history (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    chain TEXT NOT NULL, -- over the chain of the row before, the version and the checksum
    schema_hash TEXT, -- of the schema after it: as it was proven, and in the last row as a run left it
    down TEXT, -- the script that reverts it; NULL: irreversible
    applied_at INTEGER NOT NULL, -- unix seconds, UTC
    duration_ms INTEGER NOT NULL,
    state TEXT NOT NULL, -- 'applied'; 'applying' or 'reverting' while a no-transaction one is under way
    stamp INTEGER NOT NULL, -- user_version as a run left it, to tell it from one of the application's
    compatible_with INTEGER, -- programs that know this version may use the database; NULL: was not said
    down_code INTEGER NOT NULL, -- 1: the program that applied it reverts it with code of its own
    remark TEXT, -- where it comes from, if no run applied it, and what a person decided about it
    progress TEXT -- of one under way: what of its script is done, and which run is at it
) STRICT";

/// Makes the table in a database that has none yet.
pub(crate) fn create(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(CREATE)
}
