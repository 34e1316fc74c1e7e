//! A database with one transaction to disturb.

use migratory_faulty::{Disk, Fault, Snapshot};
use rusqlite::{Connection, Result};

/// The settings of a connection, and whether commits under them survive a power loss.
pub(crate) struct Mode {
    pub(crate) settings: &'static str,
    pub(crate) durable: bool,
}

const fn mode(settings: &'static str, durable: bool) -> Mode {
    Mode { settings, durable }
}

/// The modes in which SQLite promises that a transaction happens completely or not at all.
pub(crate) const MODES: [Mode; 7] = [
    mode("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL", false),
    mode("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA", true),
    mode("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL", true),
    mode("PRAGMA journal_mode = PERSIST; PRAGMA synchronous = FULL", true),
    mode("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", false),
    mode("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", true),
    mode(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
        true,
    ),
];

const START: &str = "
    PRAGMA page_size = 1024;
    CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, body TEXT);
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)
    INSERT INTO item SELECT i, 'item ' || i, printf('%0200d', i * 7919) FROM n;";

/// Changes most pages, adds some, and frees some; the small cache makes SQLite write before the
/// commit.
const TRANSACTION: &str = "
    PRAGMA cache_size = 6;
    BEGIN IMMEDIATE;
    UPDATE item SET body = printf('%0250d', id) WHERE id % 3 = 0;
    DELETE FROM item WHERE id % 5 = 0;
    CREATE TABLE part (item REFERENCES item, body);
    INSERT INTO part SELECT id, body FROM item WHERE id > 20;
    ALTER TABLE item ADD COLUMN note DEFAULT 'none';
    COMMIT;";

/// Reuses the journal or the WAL of the transaction, without changing the rows that are compared.
const AFTERWARDS: &str = "PRAGMA wal_checkpoint; UPDATE item SET name = name WHERE id = 1";

/// A database in a mode, and its contents before and after the transaction.
pub(crate) struct Subject {
    pub(crate) disk: Disk,
    pub(crate) mode: &'static Mode,
    start: Snapshot,
    before: String,
    after: String,
}

/// The state in which a database is found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Before,
    After,
    Corrupt(String),
}

impl Subject {
    pub(crate) fn new(mode: &'static Mode) -> Self {
        let disk = Disk::new();
        let connection = disk.open("app.db").unwrap();
        connection.execute_batch(START).unwrap();
        connection.execute_batch(mode.settings).unwrap();
        drop(connection);
        let start = disk.snapshot();
        let before = content(&disk.open("app.db").unwrap()).unwrap();
        let mut subject = Self { disk, mode, start, before, after: String::new() };
        let (connection, done) = subject.run(u64::MAX, Fault::Once);
        done.unwrap();
        subject.after = content(&connection.unwrap()).unwrap();
        subject
    }

    /// Opens the initial database and runs the transaction, failing the `n`th call.
    pub(crate) fn run(&self, n: u64, fault: Fault) -> (Option<Connection>, Result<()>) {
        self.disk.disarm();
        self.disk.restore(&self.start);
        self.disk.arm(n, fault);
        let connection = match self.disk.open("app.db") {
            Ok(connection) => connection,
            Err(error) => return (None, Err(error)),
        };
        let done = connection
            .execute_batch(self.mode.settings)
            .and_then(|()| connection.execute_batch(TRANSACTION));
        (Some(connection), done)
    }

    /// Like [`run`](Self::run), and then continues for a while. Returns how the transaction ended.
    pub(crate) fn attempt(&self, n: u64, fault: Fault) -> (Option<Connection>, Result<()>) {
        let (connection, done) = self.run(n, fault);
        if let (Some(connection), Ok(())) = (&connection, &done) {
            // A failure here must not harm what was committed.
            let _ = connection.execute_batch(AFTERWARDS);
        }
        (connection, done)
    }

    /// Returns how many calls an attempt makes, including closing its connection.
    pub(crate) fn calls(&self) -> u64 {
        drop(self.attempt(u64::MAX, Fault::Once));
        self.disk.disarm()
    }

    /// Returns the state that a new connection finds.
    pub(crate) fn found(&self) -> Found {
        match self.disk.open("app.db").and_then(|connection| content(&connection)) {
            Ok(content) if content == self.before => Found::Before,
            Ok(content) if content == self.after => Found::After,
            Ok(content) => Found::Corrupt(content),
            Err(error) => Found::Corrupt(error.to_string()),
        }
    }
}

/// Returns the whole contents of a database, or what is wrong with it.
fn content(connection: &Connection) -> Result<String> {
    let mut lines = texts(connection, "PRAGMA integrity_check")?;
    lines.extend(texts(connection, "SELECT coalesce(sql, name) FROM sqlite_schema")?);
    for table in texts(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'")? {
        let mut columns =
            texts(connection, &format!("SELECT name FROM pragma_table_info('{table}')"))?;
        for column in &mut columns {
            *column = format!("quote({column})");
        }
        lines.extend(texts(connection, &format!("SELECT {} FROM {table}", columns.join(" || ")))?);
    }
    Ok(lines.join("\n"))
}

/// Returns the first column of all rows.
pub(crate) fn texts(connection: &Connection, query: &str) -> Result<Vec<String>> {
    connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}
