//! Four processes at once, on a fresh file and on one that needs an upgrade: none fails, and each
//! migration is applied once.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Database, runner, value};

const PROCESSES: usize = 4;
const PATH: &str = "MIGRATORY_TEST_DATABASE";

const FRESH: (&str, &str) =
    ("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (10);", "DROP TABLE t;");
const DOUBLED: (&str, &str) = ("UPDATE t SET n = n * 2;", "UPDATE t SET n = n / 2;");
const REBUILT: (&str, &str) = (
    "PRAGMA foreign_keys = OFF; CREATE TABLE u (n INTEGER NOT NULL); INSERT INTO u (n) SELECT n * 2 FROM t; \
     DROP TABLE t; ALTER TABLE u RENAME TO t;",
    "",
);
const UNPROTECTED: (&str, &str) = ("-- migratory: no-transaction\nUPDATE t SET n = n * 2;", "");

/// How many rounds, 50 unless told otherwise.
fn rounds() -> usize {
    std::env::var("MIGRATORY_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(50)
}

/// One of the processes; does nothing when it is run as a test.
#[test]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let mut conn = rusqlite::Connection::open(path).expect("a database file");
    conn.busy_timeout(std::time::Duration::from_secs(60)).expect("patience");
    let outcome = runner(&[FRESH, DOUBLED, REBUILT, UNPROTECTED]).up(&mut conn);
    outcome.expect("a run beside others");
}

fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "processes::child", "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process")
}

fn race(database: &Database) {
    let children: Vec<_> = (0..PROCESSES).map(|_| spawn(&database.path())).collect();
    for child in children {
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let conn = database.open();
    assert_eq!(value(&conn, "SELECT group_concat(n) FROM t"), "8,80");
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history WHERE state = 'applied'"), "4");
}

#[test]
fn on_a_fresh_file() {
    for _ in 0..rounds() {
        race(&Database::new());
    }
}

#[test]
fn on_a_file_that_needs_an_upgrade() {
    for _ in 0..rounds() {
        let database = Database::new();
        runner(&[FRESH]).up(&mut database.open()).expect("the first version");
        race(&database);
    }
}
