//! Any database file is refused or used, and nothing panics.

#![no_main]

use std::sync::OnceLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_fuzz::bounded::bound;
use migratory_fuzz::set::migrations;
use migratory_runtime::{MigrationSet, Origin, Runner, Version};
use rusqlite::Connection;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Bytes(&'a [u8]),
    Damaged { template: u8, end: Option<u16>, edits: Vec<(u16, &'a [u8])> },
    Rewritten { template: u8, from: &'a [u8], to: &'a [u8] },
}

const SCRIPTS: [(&str, &str); 3] = [
    ("CREATE TABLE a (b TEXT, c INTEGER NOT NULL DEFAULT 0);", "DROP TABLE a;"),
    (
        "CREATE INDEX a_b ON a (b); CREATE VIEW v AS SELECT b FROM a;",
        "DROP VIEW v; DROP INDEX a_b;",
    ),
    (
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a WHERE b < new.b; END;",
        "DROP TRIGGER t;",
    ),
];

/// The history that each library leaves after it migrated to the second version.
const RECORDS: [&str; 8] = [
    "",
    "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
     run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); \
     INSERT INTO __diesel_schema_migrations (version) VALUES ('1'), ('2');",
    "CREATE TABLE schema_migrations (version uint64, dirty bool); \
     INSERT INTO schema_migrations VALUES (2, 0);",
    "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
     installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
     checksum BLOB NOT NULL, execution_time BIGINT NOT NULL); \
     INSERT INTO _sqlx_migrations VALUES (1, 'step', '', 1, zeroblob(48), 0), (2, 'step', '', 1, zeroblob(48), 0);",
    "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name VARCHAR(255), \
     applied_on VARCHAR(255), checksum VARCHAR(255)); \
     INSERT INTO refinery_schema_history VALUES (1, 'step', '', '1234'), (2, 'step', '', '5678');",
    "PRAGMA user_version = 2;",
    "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, \
     is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now'))); \
     INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1), (2, 0), (2, 1);",
    "CREATE TABLE schema_migrations (version varchar(128) primary key); \
     INSERT INTO schema_migrations VALUES ('1'), ('2');",
];

/// Small databases: one of migratory's, and one of each library. Their pages are small too, so that most of their
/// bytes matter.
fn templates() -> &'static [Vec<u8>] {
    static TEMPLATES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    TEMPLATES.get_or_init(|| RECORDS.iter().map(|record| template(record)).collect())
}

fn template(record: &str) -> Vec<u8> {
    let mut conn = Connection::open_in_memory().expect("a database in memory");
    conn.execute_batch("PRAGMA page_size = 512").expect("a pragma");
    let migrations = migrations(&SCRIPTS);
    if record.is_empty() {
        Runner::new(&MigrationSet::new(&migrations)).up(&mut conn).expect("a schema");
    } else {
        for (up, _) in &SCRIPTS[..2] {
            conn.execute_batch(up).expect("a schema");
        }
        conn.execute_batch(record).expect("a record");
    }
    conn.serialize("main").expect("the bytes of the database").to_vec()
}

fn bytes(input: &Input<'_>) -> Vec<u8> {
    let template = |at: u8| templates()[usize::from(at) % templates().len()].clone();
    match input {
        Input::Bytes(bytes) => bytes.to_vec(),
        Input::Damaged { template: at, end, edits } => {
            let mut bytes = template(*at);
            for (at, edit) in edits {
                let at = usize::from(*at) % bytes.len();
                let end = bytes.len().min(at + edit.len());
                bytes[at..end].copy_from_slice(&edit[..end - at]);
            }
            if let Some(end) = end {
                bytes.truncate(usize::from(*end));
            }
            bytes
        }
        Input::Rewritten { template: at, from, to } => rewritten(template(*at), from, to),
    }
}

/// Replaces all occurrences of these bytes.
fn rewritten(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let length = from.len().min(to.len());
    let mut at = 0;
    while length > 0 && at + length <= bytes.len() {
        if bytes[at..at + length] == from[..length] {
            bytes[at..at + length].copy_from_slice(&to[..length]);
            at += length;
        }
        at += 1;
    }
    bytes
}

fn open(bytes: &[u8]) -> Option<Connection> {
    let mut conn = Connection::open_in_memory().expect("a database in memory");
    conn.deserialize_read_exact("main", bytes, bytes.len(), false).ok()?;
    bound(&mut conn);
    Some(conn)
}

fuzz_target!(|input: Input<'_>| {
    let bytes = bytes(&input);
    let migrations = migrations(&SCRIPTS);
    let set = MigrationSet::new(&migrations);
    let runner = Runner::new(&set);
    let Some(mut conn) = open(&bytes) else { return };
    look(&runner, &conn);
    let _ = Origin::detect(&conn);
    drop(runner.up(&mut conn).map(|report| report.to_string()).map_err(|error| error.to_string()));
    look(&runner, &conn);
    assert!(conn.is_autocommit());

    for &origin in Origin::ALL {
        let Some(mut conn) = open(&bytes) else { return };
        let adopted = runner.adopt(&mut conn, origin);
        drop(adopted.map(|taken| taken.to_string()).map_err(|error| error.to_string()));
        assert!(conn.is_autocommit());
    }
    let Some(mut conn) = open(&bytes) else { return };
    let taken = runner.baseline(&mut conn, Version::new(2));
    drop(taken.map(|taken| taken.to_string()).map_err(|error| error.to_string()));
    assert!(conn.is_autocommit());
});

fn look(runner: &Runner<'_>, conn: &Connection) {
    let status = runner.status(conn).map(|status| status.to_string());
    drop(status.map_err(|error| error.to_string()));
    let drift = runner.verify(conn).map(|drift| drift.to_string());
    drop(drift.map_err(|error| error.to_string()));
}
