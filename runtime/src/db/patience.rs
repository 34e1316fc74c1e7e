//! Waits for a lock for as long as the connection would.
//!
//! SQLite calls the busy handler in most cases, and returns `SQLITE_BUSY` at once in some: where waiting could be a
//! deadlock, while another connection changes the journal mode, in WAL while another one recovers.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use crate::db::errors;

/// How long to wait between two tries.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// Tries something that has no effect when it fails with `SQLITE_BUSY`, until the connection's patience ends or
/// `give_up` says so.
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

/// For how long the connection waits for a lock that another one holds.
pub(crate) fn busy_timeout(conn: &Connection) -> rusqlite::Result<Duration> {
    let ms: i64 = conn.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
    Ok(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// Whether another connection holds the lock that was asked for.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(errors::code(error), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
