//! A disk that fails, is full, tears a write, or loses power at the nth call.

use migratory_faulty::{Disk, Fault};
use rusqlite::Connection;

use super::case::{self, Case};
use super::{counted, in_full, numbers};
use crate::support::value;

/// Journal modes in which a reported commit survives a power loss.
const DURABLE: [&str; 2] = [
    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA",
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
];

fn open(disk: &Disk, journal: &str) -> rusqlite::Result<Connection> {
    let conn = disk.open("app.db")?;
    conn.busy_timeout(std::time::Duration::ZERO)?;
    for pragma in journal.split("; ") {
        let mut statement = conn.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(conn)
}

/// Runs a case once for each n, with the nth call failing; `after` is what happens to the disk afterwards.
fn each(what: &str, fault: Fault, after: &dyn Fn(&Disk, usize)) {
    let mut injected = 0;
    for (offset, case) in case::all().iter().enumerate() {
        for journal in DURABLE {
            let disk = Disk::new();
            case.prepare(&mut open(&disk, journal).expect("a database"));
            injected += one(what, case, journal, &disk, fault, after, offset * 5);
        }
    }
    counted(what, injected);
}

fn one(
    what: &str,
    case: &Case,
    journal: &str,
    disk: &Disk,
    fault: Fault,
    after: &dyn Fn(&Disk, usize),
    offset: usize,
) -> usize {
    let before = disk.snapshot();
    let mut injected = 0;
    for n in numbers(offset) {
        disk.restore(&before);
        disk.arm(u64::try_from(n).expect("a small number"), fault);
        // Opening the database may be what fails.
        let outcome = open(disk, journal)
            .map_err(migratory::Error::from)
            .and_then(|mut conn| case.run(&mut conn));
        let fired = disk.fired();
        disk.disarm();
        after(disk, n);
        let mut conn = open(disk, journal).expect("a disk that works again");
        let error = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
        case.check(&mut conn, outcome.is_ok(), &format!("{journal}: {what} {n}: {error}"));
        if !fired {
            assert!(outcome.is_ok(), "{}: {what} {n}: undisturbed, but: {error}", case.name);
            break;
        }
        injected += 1;
    }
    injected
}

#[test]
fn the_nth_call_fails_once() {
    each("a call that fails once", Fault::Once, &|_, _| ());
}

#[test]
fn the_nth_call_and_all_later_ones_fail() {
    each("calls that fail from one on", Fault::FromThenOn, &|_, _| ());
}

#[test]
fn the_disk_is_full_from_the_nth_call_on() {
    each("a disk that is full", Fault::Full, &|_, _| ());
}

#[test]
fn a_process_is_killed_in_the_nth_call() {
    each("a write that is torn", Fault::Torn, &|disk, _| disk.restore(&disk.snapshot()));
}

#[test]
fn power_is_lost_in_the_nth_call() {
    let seeds = if in_full() { 4 } else { 1 };
    for seed in 0..seeds {
        each("a power loss", Fault::Torn, &|disk, n| disk.crash((n as u64) << 8 | seed));
    }
}

/// The tests above would prove nothing if the disk didn't really forget.
#[test]
fn without_syncs_the_same_disk_damages_databases() {
    let case = &case::all()[0];
    let disk = Disk::new();
    let journal = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF";
    let before = disk.snapshot();
    let is_damaged = |seed| {
        disk.restore(&before);
        case.run(&mut open(&disk, journal).expect("a database")).expect("a run");
        disk.crash(seed);
        let lost = open(&disk, journal).map(|conn| {
            let tables = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
            !tables.is_ok_and(|tables: i64| tables > 0)
                || value(&conn, "PRAGMA integrity_check") != "ok"
        });
        lost.unwrap_or(true)
    };
    assert!((0..50).any(is_damaged));
}
