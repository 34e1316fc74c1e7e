//! How backups are named, and which ones are removed.

use std::fs;

use migratory::Backup;
use rusqlite::Connection;

use super::{ONE, TWO, dumped, files, started};
use crate::support::{dump, runner, value};

#[test]
fn the_newest_backups_are_kept_even_within_one_second() {
    let (database, _) = started();
    let mut conn = database.open();
    let mut taken = Vec::new();
    for _ in 0..13 {
        taken.push(Backup::beside().keep(3).take(&mut conn).expect("a backup"));
        let left: Vec<_> = taken.iter().filter(|path| path.exists()).collect();
        assert_eq!(left, taken.iter().rev().take(3).rev().collect::<Vec<_>>());
    }
    assert_eq!(files(&database).len(), 3);
}

/// An up and a down within a second: the versions don't tell which backup came first.
#[test]
fn backups_are_ordered_by_time_not_by_version() {
    let (database, _) = started();
    let mut conn = database.open();
    let runner = runner(&[ONE, TWO]).backup(Backup::beside().keep(2));
    let mut taken = Vec::new();
    for round in 0..6 {
        let report = if round % 2 == 0 { runner.up(&mut conn) } else { runner.down(&mut conn, 1) };
        taken.push(report.expect("a run").backup().expect("a backup").to_owned());
    }
    let left: Vec<_> = taken.iter().filter(|path| path.exists()).collect();
    assert_eq!(left, taken[4..].iter().collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn other_files_are_never_removed() {
    let (database, _) = started();
    let folder = database.path().parent().expect("a folder").to_owned();
    let named = |name: &str| folder.join(name);
    fs::create_dir(named("app.db.20200101T000000Z-v1.backup")).expect("a folder");
    fs::write(named("letter"), "dear").expect("a file");
    std::os::unix::fs::symlink(named("letter"), named("app.db.20200102T000000Z-v1.backup"))
        .expect("a link");
    fs::write(named("app.db.20200103T000000Z-v1.backup.old"), "x").expect("a file");
    fs::write(named("app.db.20200103T000000Z-v1.replaced"), "x").expect("a file");
    fs::create_dir(named("app.db.20200104T000000Z-v1.backup.partial")).expect("a folder");
    fs::write(named("app.db.20200104T000000Z-v1.backup.partial/migratory-backup-1-2"), "x")
        .expect("a leftover");
    fs::create_dir(named("app.db.20200105T000000Z-v1.backup.partial")).expect("a folder");
    fs::write(named("app.db.20200105T000000Z-v1.backup.partial/mine"), "x").expect("a file");
    let before = files(&database);
    let taken = Backup::beside().keep(0).take(&mut database.open()).expect("a backup");
    let mut expected = before;
    expected.retain(|name| name != "app.db.20200104T000000Z-v1.backup.partial");
    expected.push(taken.file_name().expect("a name").to_string_lossy().into_owned());
    expected.sort();
    assert_eq!(files(&database), expected);
    assert_eq!(fs::read_to_string(named("letter")).expect("a file"), "dear");
}

/// Names that a URI, a shell or a UTF-8 decoder would read differently.
#[cfg(unix)]
#[test]
fn special_characters_in_a_path_are_taken_literally() {
    use std::os::unix::ffi::OsStrExt as _;
    for name in [
        &b"caf\xe9.db"[..],
        b"a b?mode=ro#x%41.db",
        b"it's \"it\".db",
        b".hidden",
        "größe.db".as_bytes(),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        let flags =
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_CREATE;
        let open = || Connection::open_with_flags(&path, flags).expect("a database");
        let mut conn = open();
        runner(&[ONE]).up(&mut conn).expect("the first version");
        let before = dump(&conn);
        let report = super::runner_with_backup().up(&mut conn).expect("up");
        let backup = report.backup().expect("a backup").to_owned();
        assert_eq!(backup.parent(), Some(folder.path()), "{}", backup.display());
        assert!(backup.file_name().expect("a name").as_bytes().starts_with(name));
        for _ in 0..4 {
            Backup::beside().keep(2).take(&mut conn).expect("a backup");
        }
        assert!(!backup.exists(), "old ones are recognised");
        runner(&[ONE, TWO]).down(&mut conn, 1).expect("down");
        let backup = Backup::beside().take(&mut conn).expect("a backup");
        super::runner_with_backup().up(&mut conn).expect("up");
        let restored = Backup::restore(&backup, &mut conn).expect("restored");
        assert_eq!(dump(&conn), before);
        assert_ne!(dumped_any(restored.replaced().expect("the replaced database")), before);
        assert!(conn.close().is_ok());
        assert_eq!(value(&open(), "PRAGMA integrity_check"), "ok");
    }
}

fn dumped_any(path: &std::path::Path) -> String {
    let copy = tempfile::tempdir().expect("a folder");
    let plain = copy.path().join("plain.db");
    fs::copy(path, &plain).expect("a copy");
    dumped(&plain)
}
