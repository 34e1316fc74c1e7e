//! Power losses, which lose unsynced data.

use std::collections::BTreeMap;
use std::ops::Range;

use migratory_faulty::{Disk, Fault};
use rusqlite::{Connection, ErrorCode, Result};

use crate::support::{Found, MODES, Mode, Subject};

const SEEDS: Range<u64> = 0..3;

#[test]
fn a_transaction_that_loses_power_at_any_call_happens_as_a_whole_or_not_at_all() {
    for mode in &MODES {
        let subject = Subject::new(mode);
        let (calls, mut tally) = (subject.calls(), BTreeMap::new());
        for (n, seed) in (1..=calls + 1).flat_map(|n| SEEDS.map(move |seed| (n, seed))) {
            let (connection, done) = subject.attempt(n, Fault::Torn);
            subject.disk.crash(seed.wrapping_add(n * 1000));
            drop(connection);
            let found = subject.found();
            let place = format!("call {n} of {calls}, seed {seed}, {}: {found:?}", mode.settings);
            assert!(!matches!(found, Found::Corrupt(_)), "{place}");
            assert!(!(mode.durable && done.is_ok()) || found == Found::After, "lost: {place}");
            *tally.entry(found == Found::After).or_insert(0) += 1;
        }
        assert_eq!(tally.len(), 2, "some seeds before, and some after");
    }
}

#[test]
fn a_recovery_that_loses_power_is_recovered_from() {
    for mode in &MODES {
        let subject = Subject::new(mode);
        for n in (1..=subject.calls()).rev().step_by(3) {
            for again in 1..12 {
                let (connection, _) = subject.attempt(n, Fault::Torn);
                subject.disk.crash(n);
                drop(connection);
                subject.disk.arm(again, Fault::Torn);
                subject.found();
                subject.disk.crash(again + n);
                let found = subject.found();
                let place = format!("calls {n} and {again}, {}", mode.settings);
                assert!(!matches!(found, Found::Corrupt(_)), "{place}: {found:?}");
            }
        }
    }
}

/// Returns what is found after a commit and a power loss with each seed.
fn after_commit(mode: &'static Mode) -> Vec<Found> {
    let subject = Subject::new(mode);
    let found = (0..100).map(|seed| {
        let (connection, done) = subject.run(u64::MAX, Fault::Once);
        done.unwrap();
        subject.disk.crash(seed);
        drop(connection);
        subject.found()
    });
    found.collect()
}

#[test]
fn without_syncs_a_power_loss_corrupts_and_loses() {
    static OFF: [Mode; 2] = [
        Mode { settings: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF", durable: false },
        Mode { settings: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF", durable: false },
    ];
    let [journal, wal] = OFF.each_ref().map(after_commit);
    let corrupt = |found: &&Found| matches!(found, Found::Corrupt(_));
    assert!(journal.iter().any(|found| corrupt(&found)));
    assert!(journal.contains(&Found::Before) && journal.contains(&Found::After));
    assert!(wal.contains(&Found::Before), "a commit that was lost");
}

#[test]
fn a_commit_by_deletion_is_durable_once_the_directory_is_synced() {
    let [full, extra] = [&MODES[0], &MODES[1]].map(after_commit);
    assert!(full.contains(&Found::Before), "the journal came back");
    assert!(extra.iter().all(|found| *found == Found::After));
}

#[test]
fn a_transaction_over_two_databases_happens_in_both_or_in_none() {
    let disk = Disk::new();
    let attach = |disk: &Disk| -> Result<Connection> {
        let connection = disk.open("one.db")?;
        connection.execute_batch("ATTACH 'two.db' AS two")?;
        Ok(connection)
    };
    let run = |disk: &Disk| {
        let connection = attach(disk)?;
        let done =
            connection.execute_batch("BEGIN; UPDATE t SET a = 2; UPDATE u SET a = 2; COMMIT");
        Ok::<_, rusqlite::Error>((connection, done))
    };
    let values = |disk: &Disk| -> Result<(i64, i64)> {
        attach(disk)?
            .query_row("SELECT t.a, u.a FROM t, u", [], |row| Ok((row.get(0)?, row.get(1)?)))
    };
    let tables = "CREATE TABLE t (a); CREATE TABLE two.u (a);
                  INSERT INTO t VALUES (1); INSERT INTO u VALUES (1)";
    attach(&disk).unwrap().execute_batch(tables).unwrap();
    let start = disk.snapshot();
    disk.arm(u64::MAX, Fault::Once);
    drop(run(&disk));
    let calls = disk.disarm();
    let mut found = BTreeMap::new();
    for (n, seed) in (1..=calls + 1).flat_map(|n| (0..20).map(move |seed| (n, seed))) {
        disk.restore(&start);
        disk.arm(n, Fault::Torn);
        let connection = run(&disk);
        disk.crash(seed);
        drop(connection);
        *found.entry(values(&disk).unwrap()).or_insert(0) += 1;
    }
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [(1, 1), (2, 2)]);
}

#[test]
fn open_files_are_stale_afterwards() {
    for mode in ["DELETE", "WAL"] {
        let disk = Disk::new();
        let connection = disk.open("app.db").unwrap();
        connection
            .execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE t (a)"))
            .unwrap();
        connection.execute_batch("BEGIN; INSERT INTO t VALUES (1)").unwrap();
        disk.crash(0);
        let refused = connection.execute_batch("COMMIT; SELECT * FROM t").unwrap_err();
        assert_eq!(refused.sqlite_error_code(), Some(ErrorCode::SystemIoFailure), "{mode}");
        let other = disk.open("app.db").unwrap();
        drop(connection);
        other.execute_batch("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (2)").unwrap();
    }
}
