//! A database in memory in which a script can do no harm, and which records what each statement does.
//!
//! Two walls stand around it, each enough alone: SQLite's authorizer allows what is listed and denies the rest, and SQLite's
//! limits make what is denied impossible.

pub(crate) mod allowed;
pub(crate) mod authorizer;
pub(crate) mod bounds;
mod guarded;
mod heard;
pub(crate) mod limits;
mod listener;
mod memory;
pub(crate) mod scratch;
mod snapshot;
pub(crate) mod stand_ins;
mod tentative;

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex};

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Moment, Trouble, perform_alone, perform_within};
use migratory_runtime::Checksum;
use rusqlite::Connection;
use rusqlite::hooks::AuthContext;

use self::allowed::Known;
use self::authorizer::Permit;
use self::bounds::Bounds;
use self::heard::{Heard, authorize, hush, lock};
pub(crate) use self::snapshot::Snapshot;
use crate::act::Statement;
use crate::context::Context;
use crate::course::quotes;
use crate::schema::{Reader, Schema};
use migratory_analysis::CheckedScript;

/// How many of SQLite's instructions go by between two looks at the clock and at the memory.
const STEPS: i32 = 1_000;
/// A database in memory.
pub(crate) struct Sandbox {
    conn: Connection,
    heard: Arc<Mutex<Heard>>,
    bounds: Arc<Bounds>,
    reader: Reader,
    /// The schema as it was read last, and SQLite's cookie of it.
    known: Option<(i64, Arc<Schema>)>,
    /// Whether scripts run in a transaction that is rolled back after them.
    is_tentative: bool,
}

/// What became of a script.
pub(crate) struct Performance {
    /// The statements that SQLite understood; of the one that it did not, what it said until then.
    pub(crate) statements: Vec<Statement>,
    /// The schema before each statement, and after the last one that went through.
    pub(crate) schemas: Vec<Arc<Schema>>,
    /// The texts in double quotes.
    pub(crate) quoted: Vec<Range<usize>>,
    pub(crate) outcome: Result<(), Trouble>,
}

impl Sandbox {
    /// A database with foreign keys as the application has them, behind both walls.
    pub(crate) fn new(context: Context<'_>) -> rusqlite::Result<Self> {
        #[allow(unused_mut, reason = "newer rusqlites want it to set an authorizer")]
        let mut sandbox = Self::behind_limits(context)?;
        let heard = Arc::clone(&sandbox.heard);
        // What this returns differs between versions of rusqlite.
        let judge = move |context: AuthContext<'_>| authorize(&heard, &context);
        let _ = sandbox.conn.authorizer(Some(judge));
        Ok(sandbox)
    }

    /// A database behind SQLite's limits, without an authorizer yet.
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
        stand_ins::register(&conn, context.options)?;
        let watching = Arc::clone(&bounds);
        let _ = conn.progress_handler(STEPS, Some(move || watching.look()));
        let declared = context.options.functions.clone();
        let permit =
            Permit { known: Known::get()?, declared, is_vacuum: false, last_read: String::new() };
        let heard = Arc::new(Mutex::new(Heard::new(permit)));
        let reader = Reader::default();
        Ok(Self { conn, heard, bounds, reader, known: None, is_tentative: false })
    }

    /// A database for a test, without a deadline.
    #[cfg(test)]
    pub(crate) fn plain() -> rusqlite::Result<Self> {
        Self::bounded(&Bounds::none())
    }

    /// A database for a test, within these bounds.
    #[cfg(test)]
    pub(crate) fn bounded(bounds: &Arc<Bounds>) -> rusqlite::Result<Self> {
        let options = migratory_analysis::Options::default();
        Self::new(Context { set: &[], cuts: &[], options: &options, passed: 0, bounds })
    }

    /// Keeps values short while statements run that no script wrote: triggers that they set off may call anything.
    pub(crate) fn shorten<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        limits::lengthen(&self.conn, self.bounds.lengths(), true);
        let done = work(&self.conn);
        limits::lengthen(&self.conn, self.bounds.lengths(), lock(&self.heard).is_costly);
        done
    }

    pub(crate) fn conn(&self) -> &Connection {
        lock(&self.heard).count = Some(0);
        &self.conn
    }

    /// Fails if a bound of the rehearsal was met.
    pub(crate) fn check(&self) -> rusqlite::Result<()> {
        self.bounds.check()
    }

    /// The schema between two scripts; read anew where SQLite's cookie says that it changed.
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

    /// Runs a script as the runtime would, and asks nothing.
    pub(crate) fn run(&self, script: &CheckedScript) -> Result<(), Trouble> {
        self.confined(script, &mut |_| ())
    }

    /// Runs a script behind both walls, and stops between two statements where a bound is met.
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
            if bounds.look() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
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

    /// Prepares the walls for a statement that is about to run.
    fn open_for(&self, sql: &str) {
        let mut heard = lock(&self.heard);
        (heard.count, heard.refused) = (Some(0), None);
        heard.permit.is_vacuum = is_vacuum(sql);
        limits::attach(&self.conn, heard.permit.is_vacuum);
        limits::lengthen(&self.conn, self.bounds.lengths(), heard.is_costly);
    }

    /// Nothing of a script runs: nothing is attached.
    fn close(&self) {
        self.bounds.leave();
        self.open_for("");
    }

    /// Says which bound or wall a script has met, where SQLite's words do not.
    fn explained(&self, trouble: Trouble) -> Trouble {
        let Trouble::Statement(mut failure) = trouble else { return trouble };
        if self.bounds.is_up() {
            failure.source = Some(self.bounds.error());
        } else if let Some(refused) = lock(&self.heard).refused.take() {
            failure.message = refused.to_string();
        }
        Trouble::Statement(failure)
    }

    /// The fingerprint of the schema that was read last.
    pub(crate) fn fingerprint(&self) -> Checksum {
        self.reader.fingerprint()
    }

    /// Runs a script as the runtime would, and listens to what each statement does.
    ///
    /// `after` is called when a statement has run, with its number.
    pub(crate) fn perform(
        &mut self,
        script: &CheckedScript,
        after: &mut dyn FnMut(&Connection, usize),
    ) -> rusqlite::Result<Performance> {
        let first = self.schema()?;
        let mut statements = Vec::new();
        let mut schemas = vec![first];
        let mut reader = std::mem::take(&mut self.reader);
        let Self { conn, heard, .. } = &*self;
        let mut broken = None;
        let mut quoted = Vec::new();
        let mut watch = |moment: &Moment| match moment {
            Moment::Begins => {
                let _ = hush(heard);
                lock(heard).listening = true;
            }
            Moment::Prepared(range, columns) => {
                let acts = hush(heard);
                match quotes::of_statement(conn, &script.sql, range.clone()) {
                    Ok(texts) => quoted.extend(texts),
                    Err(error) => broken = broken.take().or(Some(error)),
                }
                let range = listener::trimmed(&script.sql, range.clone());
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
                lock(heard).listening = true;
            }
        };
        lock(heard).listening = true;
        let outcome = self.confined(script, &mut watch);
        let left = hush(heard);
        self.reader = reader;
        if let Some(error) = broken {
            return Err(error);
        }
        if let Err(Trouble::Statement(failure)) = &outcome {
            if statements.last().is_none_or(|last| last.range.start < failure.statement.start) {
                statements.push(Statement {
                    range: failure.statement.clone(),
                    columns: 0,
                    acts: left,
                });
            }
        }
        // What was read of a script that failed is rolled back, or half of it stands.
        self.known = match (&outcome, schemas.last()) {
            (Ok(()), Some(last)) => Some((self.cookie()?, Arc::clone(last))),
            _ => None,
        };
        Ok(Performance { statements, schemas, quoted, outcome })
    }
}

/// Whether a statement is `VACUUM` and nothing more than the name of a schema, so that it attaches no file.
pub(crate) fn is_vacuum(sql: &str) -> bool {
    let mut tokens = lexer::meaningful(sql).filter(|token| token.kind != lexer::Kind::Semicolon);
    let is_vacuum = tokens.next().is_some_and(|token| token.is_word("vacuum"));
    let schema = tokens.next();
    is_vacuum && schema.is_none_or(|token| !token.is_word("into")) && tokens.next().is_none()
}

#[cfg(test)]
mod tests;
