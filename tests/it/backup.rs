//! Backups before a run, and restoring them.

mod killed;
mod names;
mod onto_itself;
mod private;
mod restored;

use std::path::{Path, PathBuf};

use migratory::{Backup, Event, Runner};
use rusqlite::Connection;

use crate::support::{Database, dump, runner, value};

const ONE: (&str, &str) = ("CREATE TABLE t (x); INSERT INTO t VALUES ('one');", "DROP TABLE t;");
const TWO: (&str, &str) = ("UPDATE t SET x = 'two';", "UPDATE t SET x = 'one';");
const FAILS: (&str, &str) = ("UPDATE t SET x = 'three'; SELECT nothing;", "");

fn started() -> (Database, String) {
    let database = Database::new();
    runner(&[ONE]).up(&mut database.open()).expect("the first version");
    let dump = dump(&database.open());
    (database, dump)
}

fn runner_with_backup() -> Runner<'static> {
    runner(&[ONE, TWO]).backup(Backup::beside())
}

fn files(database: &Database) -> Vec<String> {
    let folder = database.path().parent().expect("a folder").read_dir().expect("a folder");
    let names =
        folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name != "app.db").collect();
    names.sort();
    names
}

fn dumped(path: &Path) -> String {
    dump(&Connection::open(path).expect("a database file"))
}

#[test]
fn a_run_backs_up_the_state_before_it_unless_nothing_is_pending() {
    let (database, before) = started();
    let report = runner_with_backup().up(&mut database.open()).expect("up");
    let backup = report.backup().expect("a backup").to_owned();
    assert_eq!(dumped(&backup), before);
    assert_eq!(
        value(
            &Connection::open(&backup).expect("a database"),
            "SELECT max(version) FROM migratory_history"
        ),
        "1"
    );
    let name = backup.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with("app.db.20") && name.ends_with("Z-v1.backup"), "{name}");
    assert_eq!(files(&database), [name], "no partial file, no journal");
    let report = runner_with_backup().up(&mut database.open()).expect("nothing to do");
    assert!(report.backup().is_none());
    assert_eq!(files(&database).len(), 1);
}

#[test]
fn an_error_names_the_backup_and_restoring_it_undoes_the_run() {
    let (database, before) = started();
    let runner = runner(&[
        ONE,
        ("-- migratory: no-transaction\nUPDATE t SET x = 'two'; SELECT nothing;", ""),
    ]);
    let mut conn = database.open();
    let error = runner.backup(Backup::beside()).up(&mut conn).expect_err("half-way");
    assert!(error.is_dirty());
    let backup = error.report().backup().expect("a backup").to_owned();
    let text = format!("{error:#}");
    assert!(
        text.contains(&format!("the backup from before the run: {}", backup.display())),
        "{text}"
    );
    assert!(text.contains("help: to return to it, call `Backup::restore`"), "{text}");
    assert_ne!(dump(&conn), before);
    Backup::restore(&backup, &mut conn).expect("restored");
    assert_eq!(dump(&conn), before);
    assert_eq!(dump(&database.open()), before);
    runner_with_backup().up(&mut database.open()).expect("a rerun");
}

#[test]
fn a_wal_database_in_use_is_backed_up() {
    let (database, _) = started();
    let other = database.open();
    value(&other, "PRAGMA journal_mode = WAL");
    other
        .execute_batch("PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES ('in the log')")
        .expect("a row");
    other.execute_batch("BEGIN; SELECT * FROM t").expect("a reader");
    let before = dump(&other);
    let report = runner_with_backup().up(&mut database.open()).expect("up");
    assert_eq!(dumped(report.backup().expect("a backup")), before);
    assert_eq!(dump(&other), before, "the reader still sees what it saw");
    assert_eq!(value(&database.open(), "SELECT group_concat(x) FROM t"), "two,two");
    let others: Vec<_> =
        files(&database).into_iter().filter(|name| name.contains("backup")).collect();
    assert_eq!(others.len(), 1, "{others:?}");
}

#[test]
fn backing_up_an_in_memory_database_is_refused() {
    let mut conn = Connection::open_in_memory().expect("a database");
    let error = runner_with_backup().up(&mut conn).expect_err("nothing to copy to");
    assert!(error.is_backup());
    assert_eq!(
        format!("{error:#}"),
        "the database can't be backed up: the database is in memory, or a temporary one: no other connection \
         sees it\nnothing was changed: no migration runs without the backup"
    );
    assert_eq!(dump(&conn), "");
}

#[cfg(unix)]
#[test]
fn an_unwritable_path_stops_the_run_before_any_change() {
    let (database, before) = started();
    let below_a_file = database.path().join("app.db");
    let no_file = database.path().with_extension("pipe");
    std::os::unix::net::UnixListener::bind(&no_file).expect("a socket");
    for place in [PathBuf::from("/nowhere/at/all.db"), below_a_file, no_file] {
        let runner = runner(&[ONE, TWO]).backup(Backup::to(&place));
        let error = runner.up(&mut database.open()).expect_err("no room");
        assert!(error.is_backup(), "{error}");
        assert_eq!(dump(&database.open()), before);
    }
}

#[test]
fn an_exclusively_locked_database_is_reported() {
    let (database, before) = started();
    let mut conn = database.open();
    conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE; UPDATE t SET x = x").expect("a lock");
    let error = runner_with_backup().up(&mut conn).expect_err("no second connection");
    assert!(format!("{error:#}").contains("locking_mode = EXCLUSIVE"), "{error}");
    assert_eq!(dump(&conn), before);
    assert_eq!(files(&database).iter().filter(|name| name.contains("backup")).count(), 0);
}

#[test]
fn old_backups_are_removed_after_the_new_one_and_other_files_stay() {
    let (database, _) = started();
    let folder = database.path().parent().expect("a folder").to_owned();
    for name in [
        "app.db.20200101T000000Z-v1.backup",
        "app.db.20200102T000000Z-v1.backup",
        "app.db.mine.backup",
        "b.db.20200102T000000Z-v1.backup",
    ] {
        std::fs::write(folder.join(name), "x").expect("a file");
    }
    runner(&[ONE, TWO]).backup(Backup::beside().keep(2)).up(&mut database.open()).expect("up");
    let left = files(&database);
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(!left.contains(&"app.db.20200101T000000Z-v1.backup".to_owned()), "{left:?}");
}

#[test]
fn a_destination_is_a_file_a_folder_or_a_closure() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.db");
    Connection::open(&file)
        .and_then(|it| it.execute_batch("CREATE TABLE t (the_one_before)"))
        .expect("a file");
    let (database, before) = started();
    runner(&[ONE, TWO]).backup(Backup::to(&file)).up(&mut database.open()).expect("up");
    assert_eq!(dumped(&file), before);
    let (database, before) = started();
    let report =
        runner(&[ONE, TWO]).backup(Backup::to(folder.path())).up(&mut database.open()).expect("up");
    let path = report.backup().expect("a backup");
    assert_eq!((path.parent(), dumped(path)), (Some(folder.path()), before));
    let (database, before) = started();
    let named = Backup::named(|database: &Path| database.with_extension("old"));
    runner(&[ONE, TWO]).backup(named).up(&mut database.open()).expect("up");
    assert_eq!(dumped(&database.path().with_extension("old")), before);
}

#[test]
fn a_cancelled_backup_leaves_no_file() {
    let (database, before) = started();
    let cancel = |event: &Event<'_>| match event {
        Event::BackingUp { .. } => std::ops::ControlFlow::Break(()),
        _ => std::ops::ControlFlow::Continue(()),
    };
    let error =
        runner_with_backup().observer(cancel).up(&mut database.open()).expect_err("cancelled");
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(dump(&database.open()), before);
    assert!(files(&database).is_empty());
}

#[test]
fn runs_that_keep_failing_do_not_pile_up_backups() {
    let (database, _) = started();
    for _ in 0..6 {
        runner(&[ONE, FAILS])
            .backup(Backup::beside())
            .up(&mut database.open())
            .expect_err("it fails");
    }
    assert_eq!(files(&database).len(), 3);
}
