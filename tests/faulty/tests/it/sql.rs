//! SQLite works on this disk as on any other.

use std::thread;
use std::time::Duration;

use migratory_faulty::Disk;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::support::texts;

const JOURNALS: [&str; 4] = ["DELETE", "TRUNCATE", "PERSIST", "WAL"];

fn open(disk: &Disk, journal: &str) -> Connection {
    let connection = disk.open("app.db").unwrap();
    let query = format!("PRAGMA journal_mode = {journal}");
    let set = texts(&connection, &query).unwrap();
    assert_eq!(set, [journal.to_lowercase()]);
    connection
}

fn count(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

#[test]
fn another_connection_reads_what_was_written() {
    for journal in JOURNALS {
        let disk = Disk::new();
        let connection = open(&disk, journal);
        connection.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)").unwrap();
        assert_eq!(count(&open(&disk, journal)), 2);
        connection.execute_batch("DELETE FROM t; VACUUM; INSERT INTO t VALUES (3)").unwrap();
        drop(connection);
        assert_eq!(count(&disk.open("app.db").unwrap()), 1);
    }
}

#[test]
fn a_closed_database_leaves_one_file() {
    for journal in ["DELETE", "WAL"] {
        let disk = Disk::new();
        open(&disk, journal).execute_batch("CREATE TABLE t (a)").unwrap();
        assert_eq!(disk.snapshot().names().collect::<Vec<_>>(), ["app.db"]);
    }
}

#[test]
fn disks_have_files_of_their_own_and_clones_share_them() {
    let (disk, other) = (Disk::new(), Disk::new());
    disk.open("app.db").unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert_eq!(count(&disk.clone().open("app.db").unwrap()), 0);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let missing = Connection::open_with_flags_and_vfs("app.db", flags, other.vfs());
    assert_eq!(missing.unwrap_err().sqlite_error_code(), Some(ErrorCode::CannotOpen));
}

#[test]
fn a_temporary_file_holds_what_exceeds_memory() {
    let disk = Disk::new();
    let connection = disk.open("app.db").unwrap();
    connection
        .execute_batch(
            "PRAGMA temp_store = FILE; PRAGMA temp.cache_size = 2; CREATE TEMP TABLE t (a);
             WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             INSERT INTO t SELECT randomblob(500) FROM n;
             CREATE INDEX temp.u ON t (a)",
        )
        .unwrap();
    assert_eq!(count(&connection), 500);
    let snapshot = disk.snapshot();
    assert_eq!(snapshot.names().collect::<Vec<_>>(), ["app.db"], "a temporary file has no name");
}

#[test]
fn a_writer_keeps_another_writer_out() {
    for journal in JOURNALS {
        let disk = Disk::new();
        let (writer, other) = (open(&disk, journal), open(&disk, journal));
        other.busy_timeout(Duration::ZERO).unwrap();
        writer
            .execute_batch("CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
            .unwrap();
        let refused = other.execute_batch("BEGIN IMMEDIATE").unwrap_err();
        assert_eq!(refused.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
        assert_eq!(count(&other), 0, "what is not committed is not seen");
        writer.execute_batch("COMMIT").unwrap();
        assert_eq!(count(&other), 1);
    }
}

#[test]
fn a_reader_keeps_its_view_while_another_connection_commits_to_the_wal() {
    let disk = Disk::new();
    let (writer, reader) = (open(&disk, "WAL"), open(&disk, "WAL"));
    writer.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(&reader), 1);
    writer.execute_batch("INSERT INTO t VALUES (2); PRAGMA wal_checkpoint").unwrap();
    assert_eq!((count(&reader), count(&writer)), (1, 2));
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader), 2);
}

#[test]
fn a_reader_of_a_journal_keeps_a_commit_waiting() {
    let disk = Disk::new();
    let (writer, reader) = (open(&disk, "DELETE"), open(&disk, "DELETE"));
    writer.busy_timeout(Duration::ZERO).unwrap();
    writer.execute_batch("CREATE TABLE t (a)").unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
    writer.execute_batch("BEGIN; INSERT INTO t VALUES (1)").unwrap();
    let refused = writer.execute_batch("COMMIT").unwrap_err();
    assert_eq!(refused.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
    reader.execute_batch("COMMIT").unwrap();
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader), 1);
}

#[test]
fn threads_lose_no_update() {
    for journal in JOURNALS {
        let disk = Disk::new();
        open(&disk, journal).execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (0)").unwrap();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let connection = disk.open("app.db").unwrap();
                    connection.busy_timeout(Duration::from_secs(60)).unwrap();
                    for _ in 0..20 {
                        connection.execute("UPDATE t SET a = a + 1", []).unwrap();
                    }
                });
            }
        });
        let connection = disk.open("app.db").unwrap();
        assert_eq!(texts(&connection, "SELECT a || '' FROM t").unwrap(), ["60"], "{journal}");
    }
}
