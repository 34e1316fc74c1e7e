//! Rehearses stored downs on an empty copy of the live schema, in memory.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use migratory_core::Step;
use rusqlite::hooks::AuthContext;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode};

use super::authorizer::Judge;
use super::blank_copy;
use crate::config::Config;
use crate::db::environment::Environment;
use crate::db::errors;
use crate::error::Error;
use crate::error::kind::{ErrorKind, StoredDownFault};
use crate::history::read::History;
use crate::run::script::{Failure, execute};
use crate::{MigrationSet, Mode};

/// The maximum number of SQLite's instructions for all scripts together, which have no rows to work
/// on: this many between two calls of the progress handler, and this many calls.
const STEPS: i32 = 1_000;
const CALLS: u32 = 10_000;
/// The maximum time for all scripts together. The database is locked meanwhile, and no observer can
/// cancel.
const TIME: Duration = Duration::from_secs(5);

/// SQLite calls no handler within an instruction, and a call of `trim` can take quadratic time. So
/// a value is limited to this many bytes, or to twice the longest script or definition if that is
/// more.
const LENGTH: usize = 64 << 10;
const MAX_LENGTH: usize = 256 << 10;
const LIKE_PATTERN: i32 = 1_000;

pub(super) struct Rehearsal<'r> {
    pub(super) conn: Connection,
    judge: Judge,
    /// Foreign keys are off, because parent rows are only in the live database.
    set: MigrationSet<'r>,
}

impl<'r> Rehearsal<'r> {
    /// Copies the schema of the run's database, for these scripts.
    pub(super) fn new<'a>(
        live: &Connection,
        config: &Config<'r>,
        history: &History,
        scripts: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        #[allow(unused_mut, reason = "newer rusqlites want it to set an authorizer")]
        let mut conn = config.scratch.open()?;
        let failed = |what| {
            let newest = history.last();
            ErrorKind::StoredDown {
                version: newest.map_or(crate::Version::new(0), |entry| entry.version),
                name: newest.map(|entry| entry.name.clone()).unwrap_or_default(),
                fault: StoredDownFault::NotCopied { what },
            }
        };
        let longest = blank_copy::copy(live, &conn).map_err(failed)?;
        limit_lengths(&conn, scripts.map(str::len).fold(longest, usize::max));
        conn.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA max_page_count = 65536")?;
        let judge = Judge::new(&conn, config.set)?;
        let asked = judge.clone();
        // The return type differs between versions of rusqlite.
        let _ = conn.authorizer(Some(move |context: AuthContext<'_>| asked.authorize(context)));
        let calls = AtomicU32::new(0);
        let until = Instant::now() + TIME;
        let is_enough =
            move || calls.fetch_add(1, Ordering::Relaxed) >= CALLS || Instant::now() >= until;
        let _ = conn.progress_handler(STEPS, Some(is_enough));
        Ok(Self { conn, judge, set: config.set.foreign_keys(false) })
    }

    /// Runs the script of a step without its step in Rust, which can't change the schema.
    pub(super) fn step(&self, sql: &str, step: &Step) -> Result<(), StoredDownFault> {
        let failed = |message: String| StoredDownFault::Failed { line: 1, message };
        let environment = Environment::enter(&self.conn, &self.set);
        let _environment = environment.map_err(|error| failed(error.to_string()))?;
        let transaction = |word: &str| match step.mode {
            Mode::NoTransaction => Ok(()),
            _ => self.conn.execute_batch(word).map_err(|error| failed(error.to_string())),
        };
        transaction("BEGIN")?;
        let run = || execute(&self.conn, sql, &mut |_| ControlFlow::Continue(()));
        let (outcome, denied) =
            if step.is_stored { self.judge.judging(run) } else { (run(), None) };
        match outcome {
            Ok(()) => transaction("COMMIT"),
            Err(failure) => Err(fault(sql, failure, denied)),
        }
    }
}

/// Limits the length of values and patterns, so that no single instruction takes long.
fn limit_lengths(conn: &Connection, longest: usize) {
    let length = longest.saturating_mul(2).clamp(LENGTH, MAX_LENGTH);
    // The return type differs between versions of rusqlite.
    let _ = conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(length).unwrap_or(i32::MAX));
    let _ = conn.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIKE_PATTERN);
}

fn fault(sql: &str, failure: Failure, denied: Option<String>) -> StoredDownFault {
    let before = sql.get(..failure.offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    match denied {
        Some(what) => StoredDownFault::Forbidden { line, what },
        None if failure.source.as_ref().and_then(errors::code)
            == Some(ErrorCode::OperationInterrupted) =>
        {
            let message = "it did not end in a database without rows".to_owned();
            StoredDownFault::Failed { line, message }
        }
        None => StoredDownFault::Failed { line, message: failure.message },
    }
}
