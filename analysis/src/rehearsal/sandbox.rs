//! A database in memory in which a script may do no harm, and that tells what each statement does.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use migratory_runtime::__private::{Moment, Trouble, perform_alone};
use migratory_runtime::Checksum;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthContext, Authorization};

use super::lane::Ground;
use super::{listen, stand_in};
use crate::act::{Act, Statement};
use crate::checked::CheckedScript;
use crate::schema::{Reader, Schema};

mod snapshot;

pub(crate) use snapshot::Snapshot;

/// How many of SQLite's steps go by between two looks at the clock.
const STEPS: i32 = 10_000;
/// How many pages of 4 KiB a database may grow to: 256 MiB.
const PAGES: u32 = 65_536;

/// A database in memory.
pub(crate) struct Sandbox {
    conn: Connection,
    heard: Arc<Mutex<Heard>>,
    reader: Reader,
    /// The schema as it was read last, and SQLite's cookie of it.
    known: Option<(i64, Arc<Schema>)>,
}

/// What the authorizer was told, while somebody listens.
#[derive(Default)]
struct Heard {
    listening: bool,
    acts: Vec<Act>,
}

/// What became of a script.
pub(crate) struct Performance {
    /// The statements that SQLite understood; of the one that it did not, what it said until then.
    pub(crate) statements: Vec<Statement>,
    /// The schema before each statement, and after the last one that went through.
    pub(crate) schemas: Vec<Arc<Schema>>,
    pub(crate) outcome: Result<(), Trouble>,
}

impl Sandbox {
    /// A database with foreign keys as the application has them, which stops at the deadline.
    pub(crate) fn new(ground: Ground<'_>) -> rusqlite::Result<Self> {
        #[allow(unused_mut, reason = "older rusqlites want it to set an authorizer")]
        let mut conn = Connection::open_in_memory()?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        conn.execute_batch(&format!(
            "PRAGMA foreign_keys = {}; PRAGMA temp_store = 2; PRAGMA max_page_count = {PAGES};",
            ground.options.foreign_keys
        ))?;
        stand_in::register(&conn, ground.options)?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let teller = Arc::clone(&heard);
        // What these two return differs between versions of rusqlite.
        let _ = conn.authorizer(Some(move |context: AuthContext<'_>| authorize(&teller, &context)));
        if let Some(deadline) = ground.deadline {
            let _ = conn.progress_handler(STEPS, Some(move || Instant::now() > deadline));
        }
        Ok(Self { conn, heard, reader: Reader::default(), known: None })
    }

    /// A database for a test, without a deadline.
    #[cfg(test)]
    pub(crate) fn plain() -> rusqlite::Result<Self> {
        Self::new(Ground {
            set: &[],
            options: &crate::Options::default(),
            passed: 0,
            deadline: None,
        })
    }

    pub(crate) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// The schema between two scripts; read anew where SQLite's cookie says that it changed.
    pub(crate) fn schema(&mut self) -> rusqlite::Result<Arc<Schema>> {
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
        perform_alone(&self.conn, &script.sql, script.mode, &mut |_| ControlFlow::Continue(()))
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
        let Self { conn, heard, reader, .. } = self;
        let mut broken = None;
        let mut watch = |moment: Moment| {
            match moment {
                Moment::Begins => {
                    let _ = hush(heard);
                    lock(heard).listening = true;
                }
                Moment::Prepared(range, columns) => {
                    let acts = hush(heard);
                    statements.push(Statement {
                        range: listen::trimmed(&script.sql, range),
                        columns,
                        acts,
                    });
                }
                Moment::Done(_) => {
                    after(conn, statements.len() - 1);
                    let last = schemas.last().cloned().unwrap_or_default();
                    let changed = statements.last().filter(|statement| listen::is_ddl(statement));
                    let next = changed.map(|statement| reader.read_after(conn, statement));
                    match next.map_or(Ok(last), |read| read.map(Arc::new)) {
                        Ok(schema) => schemas.push(schema),
                        Err(error) => broken = broken.take().or(Some(error)),
                    }
                    lock(heard).listening = true;
                }
            }
            ControlFlow::Continue(())
        };
        lock(heard).listening = true;
        let outcome = perform_alone(conn, &script.sql, script.mode, &mut watch);
        let left = hush(heard);
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
        Ok(Performance { statements, schemas, outcome })
    }
}

/// What a statement does when it runs is allowed or not as well: `VACUUM INTO` names its file only then.
fn authorize(heard: &Mutex<Heard>, context: &AuthContext<'_>) -> Authorization {
    let mut heard = lock(heard);
    if heard.listening {
        heard.acts.extend(listen::act(context));
    }
    listen::verdict(&context.action)
}

/// Stops listening: what a statement does while it runs, and what we ask ourselves, is not its text.
fn hush(heard: &Mutex<Heard>) -> Vec<Act> {
    let mut heard = lock(heard);
    heard.listening = false;
    listen::told(std::mem::take(&mut heard.acts))
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Direction;
    use crate::rule::harness::checked;

    /// What the acts of the statements say of the schema is what is there, statement by statement.
    #[test]
    fn the_schema_that_is_followed_is_the_one_that_is_read() {
        let mut sandbox = Sandbox::plain().expect("a database");
        for sql in [
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE); CREATE INDEX i ON a (x);",
            "CREATE VIEW v AS SELECT x FROM a; CREATE TRIGGER d INSTEAD OF DELETE ON v BEGIN SELECT 1; END;",
            "CREATE TRIGGER e AFTER DELETE ON a BEGIN SELECT 1; END; CREATE TABLE b AS SELECT * FROM a;",
            "CREATE TABLE IF NOT EXISTS A (other); DROP INDEX IF EXISTS none; ANALYZE; REINDEX;",
            "CREATE TABLE c (x); DROP TABLE c; CREATE TABLE C (y); CREATE INDEX c_y ON C (y);",
            "CREATE TEMP TABLE b (z); DROP TABLE b; CREATE TEMP VIEW w AS SELECT 1; DROP VIEW w;",
            "DROP VIEW v; DROP INDEX i; CREATE INDEX main.i ON b (x); DROP TRIGGER E;",
            "CREATE TABLE n (x, y); INSERT INTO n SELECT x, x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
            "ALTER TABLE a ADD COLUMN z; ALTER TABLE a RENAME COLUMN z TO u; ALTER TABLE a DROP COLUMN u;",
            "CREATE TABLE f_rows (x); CREATE VIRTUAL TABLE f USING fts5 (x); DROP TABLE C;",
            "CREATE TABLE f_more (x); DROP TABLE f; CREATE TABLE f_data (x);",
            "CREATE TABLE broken (x); DROP TABLE a; SELECT nothing FROM nowhere;",
            "CREATE TABLE a_later (x); DROP TABLE b;",
        ] {
            let performance = sandbox
                .perform(&checked(sql, Direction::Up), &mut |_, _| ())
                .expect("a performance");
            assert_eq!(performance.outcome.is_err(), sql.contains("nowhere"), "{sql}");
            let (followed, read) = (sandbox.schema().expect("it"), Schema::read(sandbox.conn()));
            assert_eq!(*followed, read.expect("a schema"), "{sql}");
            let mut reader = Reader::default();
            reader.read(sandbox.conn()).expect("the same");
            assert_eq!(sandbox.fingerprint(), reader.fingerprint(), "{sql}");
        }
    }

    #[test]
    fn each_statement_has_the_schema_before_it() {
        let mut sandbox = Sandbox::plain().expect("a database");
        let sql =
            "CREATE TABLE a (x); CREATE TABLE b (x); DROP TABLE a; ALTER TABLE b RENAME TO a;";
        let performance =
            sandbox.perform(&checked(sql, Direction::Up), &mut |_, _| ()).expect("a performance");
        let tables = |schema: &Arc<Schema>| schema.tables.keys().map(ToString::to_string).collect();
        let told: Vec<Vec<String>> = performance.schemas.iter().map(tables).collect();
        assert_eq!(
            told.iter().map(|it| it.join(" ")).collect::<Vec<_>>(),
            ["", "a", "a b", "b", "a"]
        );
    }
}
