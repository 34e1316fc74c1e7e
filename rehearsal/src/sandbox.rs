//! A database in memory in which a script can do no harm, and which records what each statement
//! does.
//!
//! Two walls surround it, and each suffices alone: SQLite's authorizer allows what is listed and
//! denies the rest, and SQLite's limits make impossible what it denies.

pub(crate) mod allowed;
pub(crate) mod authorizer;
pub(crate) mod bounds;
mod chance;
pub(crate) mod context;
mod guarded;
pub(crate) mod halt;
pub(crate) mod limits;
mod listener;
mod memory;
mod moved_rows;
pub(crate) mod quotes;
mod recorder;
pub(crate) mod scratch;
mod snapshot;
pub(crate) mod stand_ins;
mod tentative;

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex};

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Failure, Moment, Trouble, perform_alone, perform_within};
use migratory_runtime::Checksum;
use rusqlite::Connection;
use rusqlite::hooks::AuthContext;

use self::allowed::Known;
use self::authorizer::Permit;
use self::bounds::Bounds;
use self::context::Context;
use self::recorder::{Recorder, authorize, lock, stop_recording};
pub(crate) use self::snapshot::Snapshot;
use crate::act::{Act, Statement};
use crate::schema::{Reader, Schema};
use migratory_analysis::CheckedScript;

/// How many instructions SQLite executes between two checks of the clock and of the memory.
const STEPS: i32 = 1_000;
/// A database in memory.
pub(crate) struct Sandbox {
    conn: Connection,
    recorder: Arc<Mutex<Recorder>>,
    bounds: Arc<Bounds>,
    reader: Reader,
    /// The schema as last read, and SQLite's cookie for it.
    known: Option<(i64, Arc<Schema>)>,
    /// Whether scripts run in a transaction that is rolled back after them.
    is_tentative: bool,
}

/// The result of running a script.
pub(crate) struct Performance {
    /// The statements that SQLite prepared; of one that it could not prepare, the actions reported
    /// until it failed.
    pub(crate) statements: Vec<Statement>,
    /// The schema before each statement, and after the last one that succeeded.
    pub(crate) schemas: Vec<Arc<Schema>>,
    /// The places of texts in double quotes.
    pub(crate) quoted: Vec<Range<usize>>,
    pub(crate) outcome: Result<(), Trouble>,
}

impl Sandbox {
    /// Opens a database behind both walls, with foreign keys enforced if the application enforces
    /// them.
    pub(crate) fn new(context: Context<'_>) -> rusqlite::Result<Self> {
        #[allow(unused_mut, reason = "newer rusqlites want it to set an authorizer")]
        let mut sandbox = Self::behind_limits(context)?;
        let recorder = Arc::clone(&sandbox.recorder);
        // rusqlite 0.33 returns nothing here, and newer versions a `Result`.
        let judge = move |context: AuthContext<'_>| authorize(&recorder, &context);
        let _ = sandbox.conn.authorizer(Some(judge));
        Ok(sandbox)
    }

    /// Opens a database behind SQLite's limits, still without an authorizer.
    fn behind_limits(context: Context<'_>) -> rusqlite::Result<Self> {
        let bounds = Arc::clone(context.bounds);
        bounds.check()?;
        #[allow(unused_mut, reason = "older rusqlites want it to set a handler")]
        let mut conn = Connection::open_in_memory()?;
        limits::confine(&conn, bounds.lengths())?;
        quotes::allow(&conn, true)?;
        let keys = context.options.foreign_keys;
        conn.execute_batch(&format!("PRAGMA foreign_keys = {keys}"))?;
        guarded::register(&conn, bounds.lengths())?;
        chance::register(&conn)?;
        stand_ins::register(&conn, context.options)?;
        let watching = Arc::clone(&bounds);
        let _ = conn.progress_handler(STEPS, Some(move || watching.is_exceeded()));
        let declared = context.options.functions.clone();
        let permit =
            Permit { known: Known::get()?, declared, is_vacuum: false, last_read: String::new() };
        let recorder = Arc::new(Mutex::new(Recorder::new(permit)));
        let reader = Reader::default();
        Ok(Self { conn, recorder, bounds, reader, known: None, is_tentative: false })
    }

    /// Opens a database for a test, without a deadline.
    #[cfg(test)]
    pub(crate) fn plain() -> rusqlite::Result<Self> {
        Self::bounded(&Bounds::none())
    }

    /// Opens a database for a test, within these bounds.
    #[cfg(test)]
    pub(crate) fn bounded(bounds: &Arc<Bounds>) -> rusqlite::Result<Self> {
        let options = migratory_analysis::Options::default();
        Self::new(Context { set: &[], cuts: &[], options: &options, bounds })
    }

    /// Limits the length of values while the rehearsal writes rows of its own: those fire triggers,
    /// which may call any function.
    pub(crate) fn shorten<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        limits::lengthen(&self.conn, self.bounds.lengths(), true);
        let done = work(&self.conn);
        limits::lengthen(&self.conn, self.bounds.lengths(), lock(&self.recorder).is_costly);
        done
    }

    pub(crate) fn conn(&self) -> &Connection {
        lock(&self.recorder).count = Some(0);
        &self.conn
    }

    /// Fails if the rehearsal has reached one of its bounds.
    pub(crate) fn check(&self) -> rusqlite::Result<()> {
        self.bounds.check()
    }

    /// Returns the schema between two scripts, and reads it again only if SQLite's cookie has
    /// changed.
    pub(crate) fn schema(&mut self) -> rusqlite::Result<Arc<Schema>> {
        self.check()?;
        let cookie = self.cookie()?;
        if let Some((known, schema)) = &self.known {
            if *known == cookie {
                return Ok(Arc::clone(schema));
            }
        }
        let schema = Arc::new(self.reader.read(&self.conn)?);
        self.known = Some((cookie, Arc::clone(&schema)));
        Ok(schema)
    }

    fn cookie(&self) -> rusqlite::Result<i64> {
        self.conn.query_row("PRAGMA main.schema_version", [], |row| row.get(0))
    }

    /// Runs a script as the runtime would, without recording what it does.
    pub(crate) fn run(&self, script: &CheckedScript) -> Result<(), Trouble> {
        self.confined(script, &mut |_| ())
    }

    /// Runs a script behind both walls, and stops between two statements if it has reached a bound.
    fn confined(
        &self,
        script: &CheckedScript,
        watch: &mut dyn FnMut(&Moment),
    ) -> Result<(), Trouble> {
        self.check()?;
        let Self { conn, bounds, .. } = self;
        self.close();
        let mut watch = |moment| {
            if let Moment::Prepared(range, _) = &moment {
                let range = listener::trimmed(&script.sql, range.clone());
                self.open_for(script.sql.get(range.clone()).unwrap_or_default());
                bounds.enter(&script.file, &range);
            } else {
                self.close();
            }
            watch(&moment);
            if bounds.is_exceeded() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let outcome = if self.is_tentative {
            perform_within(conn, &script.sql, &mut watch)
        } else {
            perform_alone(conn, &script.sql, script.mode, &mut watch)
        };
        let outcome = outcome.map_err(|trouble| self.explained(trouble));
        self.close();
        outcome
    }

    /// Sets the walls for the statement that runs next.
    fn open_for(&self, sql: &str) {
        let mut recorder = lock(&self.recorder);
        (recorder.count, recorder.refused) = (Some(0), None);
        recorder.permit.is_vacuum = is_vacuum(sql);
        limits::attach(&self.conn, recorder.permit.is_vacuum);
        limits::lengthen(&self.conn, self.bounds.lengths(), recorder.is_costly);
    }

    /// Sets the walls for the time between statements, when nothing may be attached.
    fn close(&self) {
        self.bounds.leave();
        self.open_for("");
    }

    /// Names the bound or the wall that stopped a script, where SQLite's message does not.
    fn explained(&self, trouble: Trouble) -> Trouble {
        let Trouble::Statement(mut failure) = trouble else { return trouble };
        if self.bounds.is_up() {
            failure.source = Some(self.bounds.error());
        } else if let Some(refused) = lock(&self.recorder).refused.take() {
            failure.message = refused.to_string();
        }
        Trouble::Statement(failure)
    }

    /// The fingerprint of the schema as last read.
    pub(crate) fn fingerprint(&self) -> Checksum {
        self.reader.fingerprint()
    }

    /// Runs a script as the runtime would, and records what each statement does.
    ///
    /// `after` is called after each statement, with its index.
    pub(crate) fn perform(
        &mut self,
        script: &CheckedScript,
        after: &mut dyn FnMut(&Connection, usize),
    ) -> rusqlite::Result<Performance> {
        let first = self.schema()?;
        let mut statements = Vec::new();
        let mut schemas = vec![first];
        let mut reader = std::mem::take(&mut self.reader);
        let Self { conn, recorder, .. } = &*self;
        let mut broken = None;
        let mut quoted = Vec::new();
        let mut watch = |moment: &Moment| match moment {
            Moment::Begins => {
                let _ = stop_recording(recorder);
                lock(recorder).is_recording = true;
            }
            Moment::Prepared(range, columns) => {
                let mut acts = stop_recording(recorder);
                match quotes::of_statement(conn, &script.sql, range.clone()) {
                    Ok(texts) => quoted.extend(texts),
                    Err(error) => broken = broken.take().or(Some(error)),
                }
                let range = listener::trimmed(&script.sql, range.clone());
                let text = script.sql.get(range.clone()).unwrap_or_default();
                if let Some(schema) = schemas.last() {
                    acts.extend(moved_rows::unreported_reads(&acts, text, schema));
                }
                statements.push(Statement { range, columns: *columns, acts });
            }
            Moment::Done(_) => {
                after(conn, statements.len() - 1);
                let last = schemas.last().cloned().unwrap_or_default();
                let changed = statements.last().filter(|statement| listener::is_ddl(statement));
                let next = changed.map(|statement| reader.read_after(conn, statement));
                match next.map_or(Ok(last), |read| read.map(Arc::new)) {
                    Ok(schema) => schemas.push(schema),
                    Err(error) => broken = broken.take().or(Some(error)),
                }
                lock(recorder).is_recording = true;
            }
        };
        lock(recorder).is_recording = true;
        let outcome = self.confined(script, &mut watch);
        let left = stop_recording(recorder);
        self.reader = reader;
        if let Some(error) = broken {
            return Err(error);
        }
        if let Err(Trouble::Statement(failure)) = &outcome {
            add_failed(&mut statements, failure, left);
        }
        // The schemas read while a script failed are rolled back with it, or only half of them is
        // there.
        self.known = match (&outcome, schemas.last()) {
            (Ok(()), Some(last)) => Some((self.cookie()?, Arc::clone(last))),
            _ => None,
        };
        Ok(Performance { statements, schemas, quoted, outcome })
    }
}

/// Adds the statement that failed with the actions reported until then, unless it was prepared.
fn add_failed(statements: &mut Vec<Statement>, failure: &Failure, acts: Vec<Act>) {
    if statements.last().is_none_or(|last| last.range.start < failure.statement.start) {
        statements.push(Statement { range: failure.statement.clone(), columns: 0, acts });
    }
}

/// Whether a statement is `VACUUM`, at most with the name of a schema, and so writes no file.
pub(crate) fn is_vacuum(sql: &str) -> bool {
    let mut tokens = lexer::meaningful(sql).filter(|token| token.kind != lexer::Kind::Semicolon);
    let is_vacuum = tokens.next().is_some_and(|token| token.is_word("vacuum"));
    let schema = tokens.next();
    is_vacuum && schema.is_none_or(|token| !token.is_word("into")) && tokens.next().is_none()
}

#[cfg(test)]
mod tests;
