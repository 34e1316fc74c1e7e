//! A backup is as private as the database from its first byte on, and either complete or absent.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};

use migratory::{Backup, Event};
use rusqlite::Connection;

use super::{ONE, TWO, dumped, files, started};
use crate::support::{dump, runner, value};

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn a_backup_gets_the_databases_permissions_and_is_private_until_then() {
    use std::os::unix::fs::PermissionsExt as _;
    for journal in ["DELETE", "WAL"] {
        for wanted in [0o600, 0o640, 0o644, 0o660] {
            let (database, before) = started();
            value(&database.open(), &format!("PRAGMA journal_mode = {journal}"));
            fs::set_permissions(database.path(), fs::Permissions::from_mode(wanted))
                .expect("a mode");
            let look = |event: &Event<'_>| {
                if let Event::BackingUp { path, .. } = event {
                    let partial = format!("{}.partial", path.display());
                    assert_eq!(mode(Path::new(&partial)), 0o700);
                    for entry in fs::read_dir(&partial).expect("a folder") {
                        let path = entry.expect("a file").path();
                        assert_eq!(mode(&path), 0o600, "{}", path.display());
                    }
                }
                ControlFlow::Continue(())
            };
            let runner = runner(&[ONE, TWO]).backup(Backup::beside()).observer(look);
            let report = runner.up(&mut database.open()).expect("up");
            let backup = report.backup().expect("a backup").to_owned();
            assert_eq!(mode(&backup), wanted, "{journal}");
            assert_eq!(dumped(&backup), before);
            let restored = Backup::restore(&backup, &mut database.open()).expect("restored");
            assert_eq!(mode(restored.replaced().expect("the replaced database")), wanted);
            assert_eq!(mode(&database.path()), wanted);
            let fresh = database.path().with_file_name("fresh.db");
            let restored = Backup::restore(&backup, &mut Connection::open(&fresh).expect("a file"));
            restored.expect("restored");
            assert_eq!(mode(&fresh) & !wanted, 0, "a new file is as private as the backup");
        }
    }
}

#[test]
fn an_empty_database_is_not_backed_up() {
    let database = crate::support::Database::new();
    let mut conn = database.open();
    let report = super::runner_with_backup().up(&mut conn).expect("a first start");
    assert_eq!((report.steps().len(), report.backup()), (2, None));
    assert!(files(&database).is_empty());
    let database = crate::support::Database::with("CREATE TABLE gone (x); DROP TABLE gone");
    let error = Backup::beside().take(&mut database.open()).expect_err("nothing to copy");
    assert_eq!(
        format!("{error:#}"),
        "the database can't be backed up: it holds nothing: no table, and no other object\n\
         nothing was changed: no migration runs without the backup"
    );
    let database = crate::support::Database::with("CREATE TABLE own (x)");
    let report = super::runner_with_backup().up(&mut database.open()).expect("a first start");
    assert!(report.backup().is_some(), "an application's own table is something");
}

/// The constraint was violated before; that is no reason to refuse the migrations.
#[test]
fn a_violated_constraint_does_not_prevent_a_backup() {
    let database = crate::support::Database::with(
        "PRAGMA ignore_check_constraints = ON; CREATE TABLE own (x CHECK (x > 0));
         INSERT INTO own VALUES (-1)",
    );
    let report = super::runner_with_backup().up(&mut database.open()).expect("up");
    let restored = Backup::restore(report.backup().expect("a backup"), &mut database.open());
    restored.expect("restored");
    assert_eq!(value(&database.open(), "SELECT x FROM own"), "-1");
}

const CHILD: &str = "MIGRATORY_TEST_FULL_DISK";

/// Fills the disk. It does nothing when it runs as a test.
#[test]
fn child() {
    let Ok(path) = std::env::var(CHILD) else { return };
    let mut conn = Connection::open(path).expect("a database file");
    let error = super::runner_with_backup().up(&mut conn).expect_err("no room");
    assert!(error.is_backup(), "{error}");
}

/// A limit on file sizes simulates a full disk; the copy exceeds it halfway.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_partial_backup() {
    let (database, _) = started();
    let rows = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 2000) \
                INSERT INTO t SELECT hex(zeroblob(500)) FROM n";
    database.open().execute_batch(rows).expect("rows");
    let before = dump(&database.open());
    let exe = std::env::current_exe().expect("this binary");
    let script = format!(
        "trap '' XFSZ; ulimit -f 256; exec '{}' --exact backup::private::child --nocapture",
        exe.display()
    );
    let child = Command::new("sh")
        .args(["-c", &script])
        .env(CHILD, database.path())
        .stdout(Stdio::null())
        .output()
        .expect("a process");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    assert!(files(&database).is_empty(), "{:?}", files(&database));
    assert!(dump(&database.open()) == before);
}

#[cfg(unix)]
#[test]
fn an_unwritable_folder_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let (database, before) = started();
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).expect("a mode");
    if fs::write(folder.path().join("root"), "may").is_ok() {
        return; // root may write everywhere
    }
    let error = Backup::to(folder.path()).take(&mut database.open()).expect_err("read-only");
    assert!(format!("{error:#}").contains("ermission denied"), "{error}");
    assert_eq!(dump(&database.open()), before);
}
