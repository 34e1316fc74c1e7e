//! The database and the backup that replaces it may differ in page size, journal mode and encoding.

use std::fs;
use std::time::Duration;

use expect_test::expect;
use migratory::Backup;
use rusqlite::Connection;

use super::super::{ONE, TWO, files, started};
use super::refused;
use crate::support::{Database, dump, runner, value};

/// Tries each page size over each other, in each journal mode: the backup is restored, or refused with the reason.
#[test]
fn page_sizes_and_journals_may_differ() {
    for journal in ["DELETE", "WAL", "TRUNCATE", "OFF", "MEMORY"] {
        for (here, there) in [(4096, 4096), (4096, 512), (512, 65536), (8192, 4096)] {
            let database = Database::new();
            let mut conn = database.open();
            let setup = format!(
                "PRAGMA page_size = {there}; PRAGMA journal_mode = {journal}; PRAGMA synchronous = OFF"
            );
            conn.execute_batch(&setup).expect("settings");
            runner(&[ONE]).up(&mut conn).expect("up");
            let backup = Backup::beside().take(&mut conn).expect("a backup");
            let before = dump(&conn);
            drop(conn);
            fs::remove_file(database.path()).expect("removed");
            let mut conn = database.open();
            conn.execute_batch(&setup.replace(&there.to_string(), &here.to_string()))
                .expect("settings");
            runner(&[ONE, TWO]).up(&mut conn).expect("up");
            let what = format!("{journal} {here} {there}");
            let restored = Backup::restore(&backup, &mut conn).expect(&what);
            assert_eq!(dump(&conn), before, "{what}");
            assert_eq!(value(&conn, "PRAGMA integrity_check"), "ok", "{what}");
            assert_eq!(value(&conn, "PRAGMA journal_mode"), journal.to_lowercase(), "{what}");
            assert_eq!(value(&conn, "PRAGMA synchronous"), "0", "{what}");
            assert!(restored.replaced().is_some(), "{what}");
            drop(conn);
            assert_eq!(dump(&database.open()), before, "{what}");
        }
    }
}

#[test]
fn an_open_connection_keeps_its_encoding() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("utf16.db");
    let mut conn = Connection::open(&path).expect("a database");
    conn.execute_batch("PRAGMA encoding = 'UTF-16le'").expect("an encoding");
    runner(&[ONE]).up(&mut conn).expect("up");
    drop(conn);
    let (database, before) = started();
    let mut conn = database.open();
    let error = Backup::restore(&path, &mut conn).expect_err("it could not be read after that");
    refused(
        &error,
        folder.path(),
        &expect![[r#"
        utf16.db can't be restored: its text encoding is UTF-16le, the database's is UTF-8, and an open connection can't change that
        the database is unchanged
        help: close the database, move it away, and restore into a new one"#]],
    );
    assert_eq!(dump(&conn), before);
    assert!(files(&database).is_empty());
    let new = Database::new();
    let mut fresh = new.open();
    Backup::restore(&path, &mut fresh).expect("restored");
    assert_eq!(value(&fresh, "PRAGMA encoding"), "UTF-16le");
}

#[test]
fn a_wal_databases_page_size_changes_only_after_others_close_it() {
    let (database, _) = started();
    let other = Database::new();
    let mut conn = other.open();
    conn.execute_batch("PRAGMA page_size = 8192").expect("a page size");
    runner(&[ONE]).up(&mut conn).expect("up");
    let backup = Backup::beside().take(&mut conn).expect("a backup");
    let mut conn = database.open();
    conn.busy_timeout(Duration::ZERO).expect("no timeout");
    value(&conn, "PRAGMA journal_mode = WAL");
    let holder = database.open();
    let before = dump(&holder);
    let error = Backup::restore(&backup, &mut conn).expect_err("it is in use");
    let folder = backup.parent().expect("a folder");
    let name = backup.file_name().expect("a name").to_string_lossy().into_owned();
    expect![[r#"
        app.db.backup can't be restored: its pages have 8192 bytes and the database's 4096, which WAL mode does not allow, and that mode can't be left: database is locked
        the database is unchanged
        help: close the other connections to the database, and try again"#]].assert_eq(
        &format!("{error:#}").replace(&format!("{}/{name}", folder.display()), "app.db.backup"),
    );
    assert_eq!(dump(&holder), before);
    drop(holder);
    Backup::restore(&backup, &mut conn).expect("restored");
    assert_eq!(value(&conn, "PRAGMA journal_mode"), "wal");
}
