//! Connections on which no script takes long, grows large, or leaves its database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;

/// Thousands of SQLite instructions that may run before everything is interrupted.
const FUEL: u32 = 50;

/// Pragmas that have an effect beyond the connection, or would lift its limits.
const BEYOND: [&str; 5] = [
    "data_store_directory",
    "hard_heap_limit",
    "max_page_count",
    "soft_heap_limit",
    "temp_store_directory",
];

/// The remaining time of the scripts on a connection.
#[derive(Clone)]
pub struct Fuel(Arc<AtomicU32>);

impl Fuel {
    /// Restores the initial time.
    pub fn refill(&self) {
        self.0.store(FUEL, Ordering::Relaxed);
    }

    fn is_spent(&self) -> bool {
        let next = |left: u32| Some(left.saturating_sub(1));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) == Ok(0)
    }
}

/// Creates an empty in-memory database.
pub fn connection() -> (Connection, Fuel) {
    let mut conn = Connection::open_in_memory().expect("a database in memory");
    let fuel = bound(&mut conn);
    (conn, fuel)
}

/// Limits the time, the length of values, and the pages.
pub fn bound(conn: &mut Connection) -> Fuel {
    let limits = [
        (Limit::SQLITE_LIMIT_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 20),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ];
    for (limit, most) in limits {
        conn.set_limit(limit, most).expect("a limit");
    }
    // There is nobody to wait for.
    conn.busy_timeout(Duration::ZERO).expect("a timeout");
    // This fails for a file that is not a database, and so will every other operation on it.
    let _ = conn.execute_batch("PRAGMA max_page_count = 2000");
    let fuel = Fuel(Arc::new(AtomicU32::new(FUEL)));
    let gauge = fuel.clone();
    conn.progress_handler(1000, Some(move || gauge.is_spent())).expect("a progress handler");
    fuel
}

/// Keeps scripts within the database and its limits.
pub fn confine(conn: &mut Connection, also_denied: &'static [&'static str]) {
    let judge = move |context: AuthContext<'_>| {
        let is = |names: &[&str], name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        match context.action {
            // The file's name is unknown if it is an expression.
            AuthAction::Attach { .. }
            | AuthAction::Unknown { code: rusqlite::ffi::SQLITE_ATTACH, .. } => Authorization::Deny,
            AuthAction::Pragma { pragma_name, pragma_value: Some(_) }
                if is(&BEYOND, pragma_name) || is(also_denied, pragma_name) =>
            {
                Authorization::Deny
            }
            _ => Authorization::Allow,
        }
    };
    conn.authorizer(Some(judge)).expect("an authorizer");
}
