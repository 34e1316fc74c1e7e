//! If a process is killed while it restores, the database is as before or as the backup.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use migratory::Backup;
use rusqlite::Connection;

use crate::support::{Database, runner, value};

const DATABASE: &str = "MIGRATORY_TEST_RESTORED";
const BACKUP: &str = "MIGRATORY_TEST_RESTORED_FROM";

/// The process to kill. It does nothing when it runs as a test.
#[test]
fn child() {
    let (Ok(database), Ok(backup)) = (std::env::var(DATABASE), std::env::var(BACKUP)) else {
        return;
    };
    let mut conn = Connection::open(database).expect("a database file");
    // A small cache makes SQLite write pages early, so that a kill can hit a half-written file.
    conn.execute_batch("PRAGMA cache_size = 5").expect("a small cache");
    Backup::restore(backup, &mut conn).expect("restored");
}

fn spawn(database: &Path, backup: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "backup::killed::child", "--nocapture"])
        .env(DATABASE, database)
        .env(BACKUP, backup)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

fn sum(conn: &Connection) -> String {
    value(conn, "SELECT count(*) || ' ' || min(x) || ' ' || max(x) FROM t")
}

#[cfg(unix)]
#[test]
fn a_restore_killed_at_any_moment_leaves_the_old_database_or_the_backup() {
    let rounds = if std::env::var_os("MIGRATORY_TEST_FULL").is_some() { 60 } else { 10 };
    for journal in ["DELETE", "WAL"] {
        let database = Database::new();
        let mut conn = database.open();
        value(&conn, &format!("PRAGMA journal_mode = {journal}"));
        let table = "CREATE TABLE t (x); INSERT INTO t WITH RECURSIVE n (i) AS \
                     (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 4000) SELECT hex(zeroblob(500)) FROM n";
        runner(&[(table, "")]).up(&mut conn).expect("up");
        let folder = tempfile::tempdir().expect("a folder");
        let backup = Backup::to(folder.path()).take(&mut conn).expect("a backup");
        let old = sum(&conn);
        let change = || {
            let text = "UPDATE t SET x = 'y' || substr(x, 2); INSERT INTO t VALUES ('zz')";
            database.open().execute_batch(text).expect("a change");
            sum(&database.open())
        };
        let mut new = change();
        let begun = Instant::now();
        assert!(spawn(&database.path(), &backup).wait().expect("an exit status").success());
        let whole = begun.elapsed();
        assert_eq!(sum(&database.open()), old);
        new = if sum(&database.open()) == new { new } else { change() };
        let mut kills = 0;
        for round in 0..rounds {
            let mut child = spawn(&database.path(), &backup);
            thread::sleep(
                whole.mul_f64(f64::from(round) / f64::from(rounds)).min(Duration::from_secs(5)),
            );
            let _ = child.kill();
            kills += usize::from(!child.wait().expect("an exit status").success());
            let conn = database.open();
            assert_eq!(value(&conn, "PRAGMA integrity_check"), "ok", "{journal}: round {round}");
            let found = sum(&conn);
            assert!(found == old || found == new, "{journal}: round {round}: {found}");
            drop(conn);
            if found == old {
                new = change();
            }
        }
        assert!(kills > 0, "{journal}: no process was killed");
    }
}

/// A leftover is as large as the database, and each kill would leave one more.
#[test]
fn the_next_backup_removes_what_a_killed_process_left() {
    for is_restored in [true, false] {
        let database = Database::new();
        let mut conn = database.open();
        runner(&[("CREATE TABLE t (x);", "")]).up(&mut conn).expect("up");
        let folder = tempfile::tempdir().expect("a folder");
        let backup = Backup::to(folder.path()).take(&mut conn).expect("a backup");
        let make = |name: &str| {
            let left = database.path().with_file_name(name);
            std::fs::create_dir(&left).expect("a folder");
            std::fs::write(left.join("migratory-backup-1-2"), "half").expect("half a copy");
            left
        };
        let left = ["backup", "replaced"]
            .map(|ending| make(&format!("app.db.20261121T101500Z-v1.{ending}.partial")));
        let others = make("app.db.mine.partial");
        if is_restored {
            Backup::restore(&backup, &mut conn).expect("restored");
        } else {
            Backup::beside().take(&mut conn).expect("a backup");
        }
        assert!(left.iter().all(|left| !left.exists()), "{left:?}");
        assert!(others.exists());
    }
}
