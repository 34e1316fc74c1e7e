//! Sixteen processes at once, some of an older program, on a fresh file and on one that needs an upgrade: none
//! fails, and each migration is applied once.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use migratory::{NewerDatabase, Runner};

use crate::support::{Database, runner, value};

const PROCESSES: usize = 16;
const PATH: &str = "MIGRATORY_TEST_DATABASE";
const OLD: &str = "MIGRATORY_TEST_OLD_PROGRAM";

const FRESH: (&str, &str) =
    ("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (10);", "DROP TABLE t;");
const DOUBLED: (&str, &str) = ("UPDATE t SET n = n * 2;", "UPDATE t SET n = n / 2;");
const REBUILT: (&str, &str) = (
    "-- migratory: compatible-with 2
     PRAGMA foreign_keys = OFF; CREATE TABLE u (n INTEGER NOT NULL); INSERT INTO u (n) SELECT n * 2 FROM t;
     DROP TABLE t; ALTER TABLE u RENAME TO t;",
    "",
);
const UNPROTECTED: (&str, &str) =
    ("-- migratory: compatible-with 2\n-- migratory: no-transaction\nUPDATE t SET n = n * 2;", "");

/// Returns the number of rounds.
fn rounds() -> usize {
    std::env::var("MIGRATORY_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

fn old_program() -> Runner<'static> {
    runner(&[FRESH, DOUBLED]).newer_database(NewerDatabase::Tolerate)
}

fn new_program() -> Runner<'static> {
    runner(&[FRESH, DOUBLED, REBUILT, UNPROTECTED])
}

/// One of the racing processes. It does nothing when it runs as a test.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let mut conn = rusqlite::Connection::open(path).expect("a database file");
    conn.busy_timeout(Duration::from_secs(60)).expect("a timeout");
    let program = if std::env::var_os(OLD).is_some() { old_program() } else { new_program() };
    program.up(&mut conn).expect("a concurrent run");
}

fn spawn(path: &Path, is_old: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    if is_old {
        command.env(OLD, "1");
    }
    command
        .args(["--exact", "processes::child", "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// Starts the processes; every third is of the older program.
fn race(database: &Database) {
    let children: Vec<_> =
        (0..PROCESSES).map(|nth| spawn(&database.path(), nth % 3 == 0)).collect();
    for child in children {
        let output = child.wait_with_output().expect("an output");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let conn = database.open();
    assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "8,80");
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history WHERE state = 'applied'"), "4");
    assert_eq!(value(&conn, "PRAGMA integrity_check"), "ok");
}

fn races(start: impl Fn(&Database)) {
    for round in 0..rounds() {
        let database = Database::new();
        let journal = if round % 2 == 0 { "WAL" } else { "DELETE" };
        value(&database.open(), &format!("PRAGMA journal_mode = {journal}"));
        start(&database);
        race(&database);
    }
}

#[test]
fn racing_processes_create_a_database_once() {
    races(|_| ());
}

#[test]
fn racing_processes_upgrade_a_database_once() {
    races(|database| {
        runner(&[FRESH]).up(&mut database.open()).expect("the first version");
    });
}
