//! Failing calls without a power loss.

use migratory_faulty::{Disk, Fault};
use rusqlite::ErrorCode;

use crate::support::{Found, MODES, Subject};

const FAULTS: [Fault; 4] = [Fault::Once, Fault::FromThenOn, Fault::Full, Fault::Torn];

/// Fails each call of a transaction in each way, then calls `end`, and checks what is left.
fn every_failure(end: impl Fn(&Disk)) {
    for mode in &MODES {
        let subject = Subject::new(mode);
        let (calls, mut failed) = (subject.calls(), 0);
        for (n, fault) in (1..=calls).flat_map(|n| FAULTS.map(|fault| (n, fault))) {
            let (connection, done) = subject.attempt(n, fault);
            failed += u64::from(done.is_err());
            end(&subject.disk);
            drop(connection);
            assert!(subject.disk.fired() || fault == Fault::Full || done.is_ok());
            subject.disk.disarm();
            let found = subject.found();
            let expected =
                if done.is_ok() { &[Found::After][..] } else { &[Found::Before, Found::After] };
            assert!(
                expected.contains(&found),
                "{fault:?} at {n} of {calls} in {}: {found:?}",
                mode.settings
            );
        }
        assert!(failed > calls, "{failed} of {calls} calls with {} faults", FAULTS.len());
    }
}

#[test]
fn a_transaction_that_fails_at_any_call_happens_as_a_whole_or_not_at_all() {
    every_failure(|_| ());
}

#[test]
fn a_transaction_whose_process_is_killed_happens_as_a_whole_or_not_at_all() {
    every_failure(|disk| disk.restore(&disk.snapshot()));
}

#[test]
fn each_fault_is_reported_as_its_kind_of_error() {
    let disk = Disk::new();
    let connection = disk.open("app.db").unwrap();
    connection.execute_batch("CREATE TABLE t (a)").unwrap();
    let insert = || connection.execute("INSERT INTO t VALUES (randomblob(100000))", []);
    disk.arm(1, Fault::Full);
    assert_eq!(insert().unwrap_err().sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert!(disk.fired());
    disk.arm(1, Fault::FromThenOn);
    assert_eq!(insert().unwrap_err().sqlite_error_code(), Some(ErrorCode::SystemIoFailure));
    disk.disarm();
    insert().unwrap();
    disk.arm(1, Fault::Once);
    assert_eq!(disk.open("app.db").unwrap_err().sqlite_error_code(), Some(ErrorCode::CannotOpen));
    assert_eq!(disk.disarm(), 1);
}
