//! Waits for a lock as long as the connection would.
//!
//! SQLite usually calls the busy handler, but returns `SQLITE_BUSY` at once where waiting could
//! deadlock, while another connection changes the journal mode, and while another one recovers a
//! WAL database.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use crate::db::errors;

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
    let ms: i64 = conn.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
    Ok(Duration::from_millis(u64::try_from(ms).unwrap_or(0)))
}

/// Returns whether another connection holds the requested lock.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(errors::code(error), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
