//! Connections on which no script takes long, grows large, or leaves the database that it is given.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;

/// How many thousands of SQLite's instructions may run before all that still runs is interrupted.
const FUEL: u32 = 50;

/// Pragmas that reach beyond the connection, or would lift what bounds it.
const BEYOND: [&str; 5] = [
    "data_store_directory",
    "hard_heap_limit",
    "max_page_count",
    "soft_heap_limit",
    "temp_store_directory",
];

/// What is left of the time that scripts on a connection may take.
#[derive(Clone)]
pub struct Fuel(Arc<AtomicU32>);

impl Fuel {
    /// As much as at the start.
    pub fn refill(&self) {
        self.0.store(FUEL, Ordering::Relaxed);
    }

    fn is_spent(&self) -> bool {
        let next = |left: u32| Some(left.saturating_sub(1));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) == Ok(0)
    }
}

/// An empty database in memory.
pub fn connection() -> (Connection, Fuel) {
    let mut conn = Connection::open_in_memory().expect("a database in memory");
    let fuel = bound(&mut conn);
    (conn, fuel)
}

/// Bounds the time, the length of values, and the pages.
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
    // Of a file that is no database this fails, as will all that is asked of it.
    let _ = conn.execute_batch("PRAGMA max_page_count = 2000");
    let fuel = Fuel(Arc::new(AtomicU32::new(FUEL)));
    let gauge = fuel.clone();
    conn.progress_handler(1000, Some(move || gauge.is_spent())).expect("a progress handler");
    fuel
}

/// Keeps scripts in the database and within its bounds.
pub fn confine(conn: &mut Connection, also_denied: &'static [&'static str]) {
    let judge = move |context: AuthContext<'_>| {
        let is = |names: &[&str], name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        match context.action {
            // The name of the file is unknown where it is an expression.
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
