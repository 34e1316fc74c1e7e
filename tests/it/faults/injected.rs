//! Failures that a connection can be made to have: a denied statement, an interrupt, and a database that can't grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use migratory_faulty::Disk;
use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use super::case::{self, Case};
use super::{counted, numbers};
use crate::support::value;

/// Counts calls, and recognises the nth.
#[derive(Clone)]
struct Nth {
    n: usize,
    seen: Arc<AtomicUsize>,
}

impl Nth {
    fn new(n: usize) -> Self {
        Self { n, seen: Arc::default() }
    }

    fn is_now(&self) -> bool {
        self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.n
    }

    fn has_come(&self) -> bool {
        self.seen.load(Ordering::Relaxed) >= self.n
    }
}

/// Runs a case once for each n, with a failure that `inject` sets up and `remove` clears.
fn each(what: &str, inject: impl Fn(&mut Connection, &Nth), remove: impl Fn(&mut Connection)) {
    let mut injected = 0;
    for (offset, case) in case::all().iter().enumerate() {
        let disk = Disk::new();
        case.prepare(&mut disk.open("app.db").expect("a database"));
        let before = disk.snapshot();
        for n in numbers(offset * 7) {
            disk.restore(&before);
            let mut conn = disk.open("app.db").expect("a database");
            let nth = Nth::new(n);
            inject(&mut conn, &nth);
            let outcome = case.run(&mut conn);
            remove(&mut conn);
            assert!(conn.is_autocommit(), "{}: {what} {n}", case.name);
            assert_eq!(value(&conn, "PRAGMA foreign_keys"), "1", "{}: {what} {n}", case.name);
            let error = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            case.check(&mut conn, outcome.is_ok(), &format!("{what} {n}: {error}"));
            if !nth.has_come() {
                assert!(outcome.is_ok(), "{}: {what} {n}: undisturbed, but: {error}", case.name);
                break;
            }
            injected += 1;
        }
    }
    counted(what, injected);
}

#[test]
fn the_nth_action_is_denied() {
    each(
        "denied by the authorizer",
        |conn, nth| {
            let nth = nth.clone();
            let deny = move |_: AuthContext<'_>| {
                if nth.is_now() { Authorization::Deny } else { Authorization::Allow }
            };
            let _ = conn.authorizer(Some(deny));
        },
        |conn| {
            let _ = conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>);
        },
    );
}

#[test]
fn the_nth_tick_is_interrupted() {
    // In the ordinary tests, a tick is twenty times as long as in the full ones.
    let length = if super::in_full() { 20 } else { 100 };
    each(
        "interrupted",
        |conn, nth| {
            let nth = nth.clone();
            let _ = conn.progress_handler(length, Some(move || nth.is_now()));
        },
        |conn| {
            let _ = conn.progress_handler(0, None::<fn() -> bool>);
        },
    );
}

#[test]
fn the_disk_is_full_after_the_nth_page() {
    let mut injected = 0;
    for case in case::all() {
        let disk = Disk::new();
        case.prepare(&mut disk.open("app.db").expect("a database"));
        let before = disk.snapshot();
        for more in 0.. {
            disk.restore(&before);
            let mut conn = disk.open("app.db").expect("a database");
            let pages: usize = value(&conn, "PRAGMA page_count").parse().expect("a number");
            let limit = format!("PRAGMA max_page_count = {}", (pages + more).max(1));
            value(&conn, &limit);
            let outcome = case.run(&mut conn);
            value(&conn, "PRAGMA max_page_count = 1000000");
            case.check(&mut conn, outcome.is_ok(), &format!("full after {more} pages"));
            if outcome.is_ok() {
                break;
            }
            injected += 1;
        }
    }
    counted("full after so many pages", injected);
}

/// A case that is missing from the list above would silently go untested.
#[test]
fn the_cases_include_every_mode_and_direction() {
    let names: Vec<_> = case::all().iter().map(|case: &Case| case.name).collect();
    assert_eq!(
        names,
        [
            "sample, fresh",
            "sample, upgrade",
            "sample, down",
            "mixed, fresh",
            "mixed, upgrade",
            "mixed, down"
        ]
    );
}
