//! Waits for a lock as long as the connection would.
//!
//! SQLite usually calls the busy handler, but returns `SQLITE_BUSY` at once where waiting could
//! deadlock, while another connection changes the journal mode, and while another one recovers a
//! WAL database.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use crate::db::errors;
use crate::db::query;

/// The pause between two attempts.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// Retries an operation that has no effect when it fails with `SQLITE_BUSY`, until the busy timeout
/// ends or `give_up` returns true.
pub(crate) fn patiently<T>(
    conn: &Connection,
    give_up: &dyn Fn() -> bool,
    mut attempt: impl FnMut() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let started = Instant::now();
    let mut patience = None;
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && !errors::is_stale(&error) => {
                let patience = match patience {
                    Some(patience) => patience,
                    None => *patience.insert(busy_timeout(conn)?),
                };
                if started.elapsed() >= patience || give_up() {
                    return Err(error);
                }
                thread::sleep(PAUSE.min(patience));
            }
            outcome => return outcome,
        }
    }
}

/// Returns how long the connection waits for a lock.
pub(crate) fn busy_timeout(conn: &Connection) -> rusqlite::Result<Duration> {
    let ms: i32 = query::value(conn, "PRAGMA busy_timeout")?;
    Ok(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// Returns whether another connection holds the requested lock.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(errors::code(error), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    /// Tries something that fails twice with this code. Returns the number of tries, and whether it succeeded.
    fn tries(code: i32, timeout: Duration, is_over: bool) -> (usize, bool) {
        let conn = Connection::open_in_memory().expect("a database");
        conn.busy_timeout(timeout).expect("a timeout");
        let mut tries = 0;
        let outcome = patiently(&conn, &|| is_over, || {
            tries += 1;
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            if tries < 3 { Err(error) } else { Ok(()) }
        });
        (tries, outcome.is_ok())
    }

    #[test]
    fn a_lock_is_waited_for_and_nothing_else_is() {
        let (long, none) = (Duration::from_secs(3600), Duration::ZERO);
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_BUSY_RECOVERY, ffi::SQLITE_LOCKED] {
            assert_eq!(tries(code, long, false), (3, true), "{code}");
            assert_eq!(tries(code, long, true), (1, false), "{code}: cancelled");
            assert_eq!(tries(code, none, false), (1, false), "{code}: no patience");
        }
        // To wait changes nothing of what was read.
        for code in [ffi::SQLITE_BUSY_SNAPSHOT, ffi::SQLITE_FULL, ffi::SQLITE_ERROR] {
            assert_eq!(tries(code, long, false), (1, false), "{code}");
        }
    }
}
