//! A start with nothing to do reads two numbers of the header, and no more until someone changes the schema.

use std::cell::RefCell;

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::support::{Database, runner, value};

const SCRIPTS: [(&str, &str); 2] = [
    ("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);", "DROP TABLE note;"),
    ("CREATE INDEX note_text ON note (text);", "DROP INDEX note_text;"),
];

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Returns the statements that SQLite ran meanwhile.
fn traced(conn: &mut Connection, work: impl FnOnce(&mut Connection)) -> Vec<String> {
    STATEMENTS.take();
    let note = |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, sql) = event {
            STATEMENTS.with_borrow_mut(|statements| statements.push(sql.to_owned()));
        }
    };
    // Its return type differs between versions of rusqlite.
    let _ = conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note));
    work(conn);
    let _ = conn.trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>);
    STATEMENTS.take()
}

fn start(database: &Database) -> Vec<String> {
    traced(&mut database.open(), |conn| {
        runner(&SCRIPTS).up(conn).expect("nothing to do");
    })
}

const TWO_READS: [&str; 2] = ["PRAGMA main.user_version", "PRAGMA main.schema_version"];

#[test]
fn a_start_with_nothing_to_do_reads_two_numbers() {
    let database = Database::new();
    runner(&SCRIPTS).up(&mut database.open()).expect("a first run");
    for _ in 0..3 {
        assert_eq!(start(&database), TWO_READS);
    }
    database
        .open()
        .execute_batch("INSERT INTO note VALUES (1, 'x'); CREATE TEMP TABLE t (x)")
        .expect("rows");
    assert_eq!(
        start(&database),
        TWO_READS,
        "rows and temporary tables are no change of the schema"
    );
}

#[test]
fn a_foreign_schema_change_is_checked_once_and_reported() {
    let database = Database::new();
    runner(&SCRIPTS).up(&mut database.open()).expect("a first run");
    database.open().execute_batch("CREATE INDEX theirs ON note (text, id)").expect("an index");
    let report = runner(&SCRIPTS).up(&mut database.open()).expect("nothing to do");
    assert!(report.is_empty() && report.is_drifted());
    assert_eq!(start(&database), TWO_READS);
    let status = runner(&SCRIPTS).status(&database.open()).expect("a status");
    assert!(status.is_drifted());
    assert!(
        status.to_string().ends_with("changed by something other than a migration: 1 added"),
        "{status}"
    );
    database.open().execute_batch("DROP INDEX theirs").expect("no index");
    assert!(!runner(&SCRIPTS).status(&database.open()).expect("a status").is_drifted());
}

#[test]
fn a_user_version_of_the_application_is_left_alone() {
    for (before, after) in [("PRAGMA user_version = 5", ""), ("", "PRAGMA user_version = 5")] {
        let database = Database::with(before);
        runner(&SCRIPTS[..1]).up(&mut database.open()).expect("a first run");
        database.open().execute_batch(after).expect("a pragma");
        runner(&SCRIPTS).up(&mut database.open()).expect("a second run");
        assert!(start(&database).len() > 2, "there is no stamp to go by");
        assert_eq!(value(&database.open(), "PRAGMA user_version"), "5");
    }
}

#[test]
fn the_stamp_follows_runs_down_and_up_again() {
    let database = Database::new();
    let both = runner(&SCRIPTS);
    both.up(&mut database.open()).expect("up");
    both.down(&mut database.open(), 1).expect("one down");
    let older = traced(&mut database.open(), |conn| {
        assert!(runner(&SCRIPTS[..1]).up(conn).expect("an older program").is_empty());
    });
    assert_eq!(older, TWO_READS, "the older program finds its own stamp");
    both.down(&mut database.open(), 9).expect("all down");
    assert_eq!(value(&database.open(), "PRAGMA user_version"), "0");
    assert_eq!(both.up(&mut database.open()).expect("up again").steps().len(), 2);
    assert_eq!(start(&database), TWO_READS);
}

#[test]
fn a_lost_stamp_is_rewritten_unless_the_database_is_read_only() {
    let database = Database::new();
    runner(&SCRIPTS).up(&mut database.open()).expect("a first run");
    database.open().execute_batch("PRAGMA user_version = 0").expect("as .dump leaves it");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let mut readonly = Connection::open_with_flags(database.path(), flags).expect("a reader");
    assert!(runner(&SCRIPTS).up(&mut readonly).expect("nothing to do").is_empty());
    assert!(start(&database).len() > 2);
    assert_eq!(start(&database), TWO_READS);
}
