//! Failures that a connection can be told to have: a statement that is denied, an interrupt, a database that may
//! not grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use migratory_faulty::Disk;
use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use super::case::{self, Case};
use super::{counted, numbers};
use crate::support::value;

/// Counts, and says at the nth that it is the nth.
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

/// Runs a case once for each n, with a failure that `inject` puts in and `remove` takes out.
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
            let told = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            case.check(&mut conn, outcome.is_ok(), &format!("{what} {n}: {told}"));
            if !nth.has_come() {
                assert!(outcome.is_ok(), "{}: {what} {n}: untouched, and {told}", case.name);
                break;
            }
            injected += 1;
        }
    }
    counted(what, injected);
}

#[test]
fn the_nth_thing_is_denied() {
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
fn the_nth_tick_is_an_interrupt() {
    // In the ordinary tests, a tick is as long as one in twenty of the full ones.
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

/// A case that is not in the list above would go untested in silence.
#[test]
fn every_mode_and_direction_is_among_the_cases() {
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
