//! Only complete backups of this database are restored, and the replaced database is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use expect_test::{Expect, expect};
use migratory::{Backup, Error, Version};
use rusqlite::Connection;

use super::{ONE, TWO, dumped, files, started};
use crate::support::{Database, dump, numbered_set, runner, value};

mod layout;

fn made(path: &Path, sql: &str) {
    let conn = Connection::open(path).expect("a database");
    conn.execute_batch(sql).expect("statements that run");
}

/// Creates the database of another program, whose first migration has this name and script.
fn of_another_program(path: &Path, name: &str, up: &'static str) {
    let set = numbered_set(&[(1, up, Some("")), (7, "CREATE TABLE seven (x)", Some(""))]);
    let mut conn = Connection::open(path).expect("a database");
    migratory::Runner::new(set).up(&mut conn).expect("up");
    let rename = format!("UPDATE migratory_history SET name = '{name}' WHERE version = 1");
    conn.execute_batch(&rename).expect("a name");
}

#[track_caller]
fn refused(error: &Error, folder: &Path, expected: &Expect) {
    expected.assert_eq(&format!("{error:#}").replace(&format!("{}/", folder.display()), ""));
}

fn file(folder: &Path, kind: &str, backup: &Path) -> PathBuf {
    let path = folder.join(kind);
    match kind {
        "empty" => fs::write(&path, "").expect(kind),
        "text" => fs::write(&path, "This is no database. ".repeat(200)).expect(kind),
        "folder" => fs::create_dir(&path).expect(kind),
        "no_tables" => made(&path, "CREATE TABLE a (b); DROP TABLE a"),
        "unrelated" => made(&path, "CREATE TABLE unrelated (x)"),
        "same_name" => made(&path, "CREATE TABLE t (y)"),
        "view" => {
            made(&path, "CREATE TABLE t (x); CREATE VIEW migratory_history AS SELECT 1 AS version");
        }
        "foreign_table" => made(&path, "CREATE TABLE migratory_history (version, at)"),
        "truncated" => {
            let bytes = fs::read(backup).expect("the backup");
            fs::write(&path, &bytes[..bytes.len() / 2]).expect(kind);
        }
        "damaged" => {
            let mut bytes = fs::read(backup).expect("the backup");
            let middle = bytes.len() / 2;
            bytes[middle..].fill(0xA5);
            fs::write(&path, bytes).expect(kind);
        }
        "another_program" => of_another_program(&path, "notes", "CREATE TABLE note (x)"),
        "same_step" => of_another_program(&path, "step", "CREATE TABLE note (x)"),
        _ => {}
    }
    path
}

#[test]
fn files_that_are_no_backup_are_refused_without_a_change() {
    let (database, _) = started();
    let mut conn = database.open();
    let backup = Backup::beside().take(&mut conn).expect("a backup");
    let folder = tempfile::tempdir().expect("a folder");
    let (before, names) = (dump(&conn), files(&database));
    for (kind, expected) in [
        (
            "missing",
            expect![[r#"
                missing can't be restored: No such file or directory (os error 2)
                the database is unchanged"#]],
        ),
        (
            "empty",
            expect![[r#"
                empty can't be restored: it is empty
                the database is unchanged"#]],
        ),
        (
            "text",
            expect![[r#"
                text can't be restored: it is not an SQLite database, or it is encrypted
                the database is unchanged"#]],
        ),
        (
            "folder",
            expect![[r#"
                folder can't be restored: it is a folder, not a file
                the database is unchanged"#]],
        ),
        (
            "no_tables",
            expect![[r#"
                no_tables can't be restored: it is a database without any table
                the database is unchanged"#]],
        ),
        (
            "unrelated",
            expect![[r#"
                unrelated can't be restored: it has no `migratory_history`, so it does not look like a backup of this database
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
        (
            "same_name",
            expect![[r#"
                same_name can't be restored: it has no `migratory_history`, so it does not look like a backup of this database
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
        (
            "view",
            expect![[r#"
                view can't be restored: its `migratory_history` is not a table
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
        (
            "foreign_table",
            expect![[r#"
                foreign_table can't be restored: its `migratory_history` is not one that migratory created
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
        (
            "truncated",
            expect![[r#"
                truncated can't be restored: it is damaged, or a part of it is missing: database disk image is malformed
                the database is unchanged"#]],
        ),
        (
            "damaged",
            expect![[r#"
                damaged can't be restored: it is damaged: database disk image is malformed
                the database is unchanged"#]],
        ),
        (
            "another_program",
            expect![[r#"
                another_program can't be restored: it has other migrations: its first is `1 notes`, the database's is `1 step`
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
        (
            "same_step",
            expect![[r#"
                same_step can't be restored: it has other migrations: its first is `1 step`, the database's is `1 step`, with a different text
                the database is unchanged
                help: to restore that database anyway, call `Backup::restore_any`"#]],
        ),
    ] {
        let path = file(folder.path(), kind, &backup);
        let error = Backup::restore(&path, &mut conn).expect_err(kind);
        refused(&error, folder.path(), &expected);
        assert_eq!((dump(&conn), files(&database)), (before.clone(), names.clone()), "{kind}");
    }
}

/// Opening a pipe waits for a writer, and a device has no end.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_without_waiting() {
    let (database, before) = started();
    let mut conn = database.open();
    let pipe = database.path().with_extension("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("a command");
    assert!(made.success());
    for path in [pipe.as_path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
        for restored in [Backup::restore(path, &mut conn), Backup::restore_any(path, &mut conn)] {
            let error = restored.expect_err("no file").to_string();
            assert!(error.contains("it is a pipe or a device, not a file"), "{error}");
        }
        assert!(Backup::to(path).take(&mut conn).expect_err("no file").is_backup());
    }
    assert_eq!(dump(&conn), before);
}

#[test]
fn the_replaced_database_is_kept_and_can_be_restored() {
    let (database, before) = started();
    let mut conn = database.open();
    let backup = Backup::beside().take(&mut conn).expect("a backup");
    conn.execute_batch("INSERT INTO t VALUES ('written since')").expect("a row");
    let since = dump(&conn);
    let restored = Backup::restore(&backup, &mut conn).expect("restored");
    let kept = restored.replaced().expect("the replaced database").to_owned();
    assert_eq!((restored.version(), dump(&conn)), (Some(Version::new(1)), before));
    assert_eq!(dumped(&kept), since);
    let text = restored.to_string();
    assert_eq!(
        text,
        format!("restored, at version 1\nthe replaced database is in: {}", kept.display())
    );
    Backup::restore(&kept, &mut conn).expect("restored");
    assert_eq!(dump(&conn), since);
    Backup::beside().keep(1).take(&mut conn).expect("a backup");
    assert!(kept.exists(), "it is never removed");
}

#[test]
fn restore_any_accepts_any_database_and_keeps_the_replaced_one() {
    let (database, before) = started();
    let folder = tempfile::tempdir().expect("a folder");
    for kind in ["unrelated", "same_name", "view", "foreign_table", "another_program"] {
        let path = file(folder.path(), kind, Path::new(""));
        let mut conn = database.open();
        let restored = Backup::restore_any(&path, &mut conn).expect(kind);
        assert!(!dump(&conn).contains("'one'") && dump(&conn) != before, "{kind}");
        let kept = restored.replaced().expect("the replaced database");
        assert_eq!(dumped(kept), before, "{kind}");
        Backup::restore_any(kept, &mut conn).expect("restored");
        assert_eq!(dump(&conn), before, "{kind}");
    }
    for kind in ["empty", "text", "folder", "no_tables"] {
        let path = file(folder.path(), kind, Path::new(""));
        Backup::restore_any(&path, &mut database.open()).expect_err(kind);
    }
    assert_eq!(dump(&database.open()), before);
}

/// The first backup of a database that existed before migratory has no history.
#[test]
fn a_backup_from_before_the_first_migration_is_recognised() {
    let own = "CREATE TABLE own (x); INSERT INTO own VALUES (1)";
    let fails = ("UPDATE own SET x = 2; SELECT nothing", "");
    let unprotected =
        ("-- migratory: no-transaction\nALTER TABLE own RENAME TO other; SELECT nothing", "");
    for (place, script) in [
        (Backup::beside(), fails),
        (Backup::beside(), unprotected),
        (Backup::named(|path| path.with_extension("mine")), fails),
    ] {
        let database = Database::with(own);
        let mut conn = database.open();
        let before = dump(&conn);
        let error = runner(&[script]).backup(place).up(&mut conn).expect_err("it fails");
        conn.execute_batch("CREATE TABLE more (x)").expect("a table");
        let backup = error.report().backup().expect("a backup");
        Backup::restore(backup, &mut conn).expect("restored");
        assert_eq!(dump(&conn), before);
    }
}

#[test]
fn a_runner_restores_only_its_own_migrations() {
    let (database, _) = started();
    let mut conn = database.open();
    runner(&[ONE, TWO]).up(&mut conn).expect("up");
    let backup = Backup::beside().take(&mut conn).expect("a backup");
    let folder = database.path().parent().expect("a folder").to_owned();
    let error = runner(&[ONE]).restore(&mut conn, &backup).expect_err("a newer one").to_string();
    assert!(
        error.contains("it has migrations that this program does not have: `2 step`"),
        "{error}"
    );
    let other = runner(&[TWO, ONE]).restore(&mut conn, &backup).expect_err("another set");
    assert!(other.to_string().contains("its `1 step` has a different text"), "{other}");
    runner(&[ONE, TWO, ONE]).restore(&mut conn, &backup).expect("its own");
    let mut fresh = Connection::open(folder.join("fresh.db")).expect("a database");
    let restored = runner(&[ONE, TWO]).restore(&mut fresh, &backup).expect("into a new file");
    assert_eq!((restored.replaced(), dump(&fresh)), (None, dump(&conn)));
}

/// SQLite creates an index and a WAL next to a file in WAL mode when it reads it, unless told not to.
#[test]
fn reading_a_backup_leaves_no_files() {
    let (database, before) = started();
    let mut conn = database.open();
    value(&conn, "PRAGMA journal_mode = WAL");
    let folder = tempfile::tempdir().expect("a folder");
    let backup = Backup::to(folder.path()).take(&mut conn).expect("a backup");
    let bytes = fs::read(&backup).expect("the backup");
    runner(&[ONE, TWO]).up(&mut conn).expect("up");
    Backup::restore(&backup, &mut conn).expect("restored");
    assert_eq!(dump(&conn), before);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    assert!(bytes == fs::read(&backup).expect("the backup"));
}

/// A live database is a valid source: rows that are only in its WAL belong to it.
#[test]
fn a_live_databases_wal_is_restored_too() {
    let (source, _) = started();
    let live = source.open();
    value(&live, "PRAGMA journal_mode = WAL");
    live.execute_batch("PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES ('in the log')")
        .expect("a row");
    let (database, _) = started();
    Backup::restore(source.path(), &mut database.open()).expect("restored");
    assert_eq!(dump(&database.open()), dump(&live));
}

#[test]
fn an_in_memory_database_is_replaced_only_if_it_is_empty() {
    let (database, before) = started();
    let backup = Backup::beside().take(&mut database.open()).expect("a backup");
    let mut conn = Connection::open_in_memory().expect("a database");
    let restored = Backup::restore(&backup, &mut conn).expect("restored");
    assert_eq!((restored.replaced(), dump(&conn)), (None, before));
    let error = Backup::restore(&backup, &mut conn).expect_err("it would be lost").to_string();
    assert!(
        error.contains("the database is in memory, and what it holds can't be kept"),
        "{error}"
    );
}

/// Damaged databases are what restoring is for.
#[test]
fn a_damaged_database_is_kept_and_replaced() {
    let (database, _) = started();
    let rows = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 2000) \
                INSERT INTO t SELECT hex(zeroblob(500)) FROM n";
    database.open().execute_batch(rows).expect("rows");
    let before = dump(&database.open());
    let folder = tempfile::tempdir().expect("a folder");
    let backup = Backup::to(folder.path()).take(&mut database.open()).expect("a backup");
    let mut bytes = fs::read(database.path()).expect("a database");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40_000].fill(0xA5);
    fs::write(database.path(), bytes).expect("damage");
    let restored = Backup::restore(&backup, &mut database.open()).expect("restored");
    assert!(dump(&database.open()) == before);
    let kept = fs::read(restored.replaced().expect("the replaced database")).expect("a file");
    assert!(kept.windows(40_000).any(|bytes| bytes.iter().all(|byte| *byte == 0xA5)));
}

/// Each row that another connection committed is in the restored database or in the kept one.
#[test]
fn rows_that_others_write_during_a_restore_are_kept() {
    for journal in ["DELETE", "WAL"] {
        let (database, _) = started();
        value(&database.open(), &format!("PRAGMA journal_mode = {journal}"));
        let backup = Backup::beside().take(&mut database.open()).expect("a backup");
        let stop = AtomicBool::new(false);
        let (committed, kept) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let conn = database.open();
                // It retries at once, so that it is waiting when a lock is released.
                conn.busy_timeout(Duration::ZERO).expect("no timeout");
                conn.execute_batch("PRAGMA synchronous = OFF").expect("a pragma");
                let mut committed = 0;
                while !stop.load(Ordering::Relaxed) {
                    if conn.execute("INSERT INTO t VALUES (?1)", [committed]).is_ok() {
                        committed += 1;
                    }
                }
                committed
            });
            let mut conn = database.open();
            conn.busy_timeout(Duration::from_secs(30)).expect("a timeout");
            let mut kept = Vec::new();
            for _ in 0..3 {
                std::thread::sleep(Duration::from_millis(30));
                let restored = Backup::restore(&backup, &mut conn).expect("restored");
                kept.extend(restored.replaced().map(Path::to_owned));
            }
            stop.store(true, Ordering::Relaxed);
            (writer.join().expect("a writer"), kept)
        });
        let mut found: Vec<i64> = Vec::new();
        for path in kept.iter().chain([&database.path()]) {
            let conn = Connection::open(path).expect("a database");
            let mut rows =
                conn.prepare("SELECT x FROM t WHERE typeof(x) = 'integer'").expect("rows");
            let rows = rows.query_map([], |row| row.get::<_, i64>(0)).expect("rows");
            found.extend(rows.map(|row| row.expect("a row")));
        }
        found.sort_unstable();
        assert_eq!(found, (0..committed).collect::<Vec<i64>>(), "{journal}");
    }
}
