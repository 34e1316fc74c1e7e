//! How backups are named, and which of them go.

use std::fs;

use migratory::Backup;
use rusqlite::Connection;

use super::{ONE, TWO, dumped, files, started};
use crate::support::{dump, runner, value};

#[test]
fn the_newest_are_kept_however_many_a_second_has() {
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

/// Up and down within a second: the version says nothing about which came first.
#[test]
fn the_order_is_not_that_of_the_versions() {
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
fn what_is_no_backup_is_never_removed() {
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
        .expect("what a killed process left");
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

/// Names that a URI, a shell or UTF-8 would read otherwise.
#[cfg(unix)]
#[test]
fn a_path_is_taken_as_it_is() {
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
        let report = super::beside().up(&mut conn).expect("up");
        let backup = report.backup().expect("a backup").to_owned();
        assert_eq!(backup.parent(), Some(folder.path()), "{}", backup.display());
        assert!(backup.file_name().expect("a name").as_bytes().starts_with(name));
        for _ in 0..4 {
            Backup::beside().keep(2).take(&mut conn).expect("a backup");
        }
        assert!(!backup.exists(), "old ones are recognised");
        runner(&[ONE, TWO]).down(&mut conn, 1).expect("down");
        let backup = Backup::beside().take(&mut conn).expect("a backup");
        super::beside().up(&mut conn).expect("up");
        let restored = Backup::restore(&backup, &mut conn).expect("restored");
        assert_eq!(dump(&conn), before);
        assert_ne!(dumped_any(restored.replaced().expect("what was there")), before);
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
