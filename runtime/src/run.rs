//! A run: look what is to do, take the lock, look again, do it, record it, commit.
//!
//! A run is cut into segments, each of which is one transaction (or one script outside of any). Before
//! a segment, the plan is made without a lock, since foreign keys can be turned off only before the
//! transaction begins. It is made again inside of the lock, and only what both say is done: where
//! another process was faster, the run looks anew.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{ErrorKind, StatementFailure};
use crate::execute::{Failure, execute};
use crate::foreign_keys::Violation;
use crate::history::{self, History};
use crate::perform::{self, Refusal, Trouble, perform};
use crate::plan::{Direction, Goal, Plan, Step, Transaction, plan};
use crate::report::{Done, Report};
use crate::{Down, Migration, MigrationSet, Mode, schema, stamp};

type Result<T> = std::result::Result<T, ErrorKind>;

/// How many violations an error names.
const NAMED: usize = 10;
/// How long to wait between two looks at a no-transaction migration that is under way.
const PAUSE: Duration = Duration::from_millis(20);

/// A run over one connection.
pub(crate) struct Run<'r> {
    pub(crate) conn: &'r Connection,
    pub(crate) set: &'r MigrationSet<'r>,
    pub(crate) transaction: Transaction,
    pub(crate) report: Report,
}

/// What a look at the database found, and holds under the lock.
struct Look {
    history: History,
    plan: Plan,
}

impl<'r> Run<'r> {
    /// Brings the database to the goal.
    pub(crate) fn run(&mut self, mut goal: Goal) -> Result<()> {
        if !self.conn.is_autocommit() {
            return Err(ErrorKind::InTransaction);
        }
        let mut first = true;
        loop {
            let look = self.survey(goal)?;
            if std::mem::take(&mut first) {
                self.note_drift(&look.history)?;
            }
            let segment = look.plan.segment(self.transaction);
            let Some(mode) = segment.first().map(|step| step.mode) else {
                return self.refresh(&look.history, goal);
            };
            let scripts = segment.iter().map(|step| self.sql(&look.history, step));
            let _settings = perform::prepare(self.conn, scripts, mode)?;
            let done = match mode {
                Mode::NoTransaction => self.unprotected(goal, segment)?,
                Mode::Transaction | Mode::ForeignKeysOff => self.protected(goal, segment, mode)?,
            };
            if done {
                goal = goal.after(segment);
            }
        }
    }

    /// Looks at the database without a lock. Waits while another process runs a no-transaction
    /// migration, for as long as the connection would wait for a lock.
    fn survey(&self, goal: Goal) -> Result<Look> {
        let patience: i64 = self.conn.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
        let until = Instant::now() + Duration::from_millis(u64::try_from(patience).unwrap_or(0));
        loop {
            let snapshot = self.begin(TransactionBehavior::Deferred)?;
            let look = self.look(goal);
            drop(snapshot);
            match look {
                Err(ErrorKind::Dirty { .. }) if Instant::now() < until => thread::sleep(PAUSE),
                look => return look,
            }
        }
    }

    fn begin(&self, behavior: TransactionBehavior) -> Result<rusqlite::Transaction<'r>> {
        Ok(rusqlite::Transaction::new_unchecked(self.conn, behavior)?)
    }

    fn look(&self, goal: Goal) -> Result<Look> {
        let history = History::read(self.conn, self.set)?;
        let plan = plan(self.set, &history, goal)?;
        Ok(Look { history, plan })
    }

    /// Looks under the lock; `None` if what is to do is not this segment any more.
    fn look_again(&self, goal: Goal, segment: &[Step]) -> Result<Option<Look>> {
        let look = match self.look(goal) {
            // Another process has begun a no-transaction migration since: that is waited for without a lock.
            Err(ErrorKind::Dirty { .. }) => return Ok(None),
            look => look?,
        };
        if look.plan.segment(self.transaction) != segment {
            return Ok(None);
        }
        if !look.history.exists {
            history::create(self.conn)?;
        }
        Ok(Some(look))
    }

    fn note_drift(&mut self, history: &History) -> Result<()> {
        if schema::is_drifted(self.conn, self.set, history)? {
            self.report.set_drifted();
        }
        Ok(())
    }

    /// Stamps a database that is where it should be, so that the next start need not look so closely.
    ///
    /// The stamp is a convenience: if it can't be written now, the next start takes the long way too.
    fn refresh(&self, history: &History, goal: Goal) -> Result<()> {
        let is_due = |history: &History| -> Result<bool> {
            let ours = stamp::ours(self.conn, history)?;
            Ok(ours.is_some() && ours != Some(stamp::due(self.conn, self.set, history)?))
        };
        if !matches!(goal, Goal::To(_)) || !history.exists || !is_due(history)? {
            return Ok(());
        }
        let restamp = || -> Result<()> {
            let transaction = self.begin(TransactionBehavior::Immediate)?;
            let history = History::read(self.conn, self.set)?;
            if is_due(&history)? {
                let ours = stamp::ours(self.conn, &history)?;
                stamp::write(self.conn, self.set, &history, ours)?;
            }
            Ok(transaction.commit()?)
        };
        match restamp() {
            Err(ErrorKind::Busy(_) | ErrorKind::ReadOnly(_) | ErrorKind::Sqlite(_)) => Ok(()),
            outcome => outcome,
        }
    }

    /// The script of a step.
    fn sql<'a>(&self, history: &'a History, step: &Step) -> &'a str
    where
        'r: 'a,
    {
        let migration = self.set.get(step.version);
        match (step.direction, migration.map(Migration::down)) {
            _ if step.is_stored => history
                .get(step.version)
                .and_then(|entry| entry.down.as_deref())
                .unwrap_or_default(),
            (Direction::Down, Some(Down::Script(script))) => script.sql(),
            (Direction::Up, _) => migration.map(|it| it.up().sql()).unwrap_or_default(),
            (Direction::Down, _) => "",
        }
    }

    /// Runs a segment in one transaction; `false` if another process had changed what is to do.
    fn protected(&mut self, goal: Goal, segment: &[Step], mode: Mode) -> Result<bool> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let Some(look) = self.look_again(goal, segment)? else {
            return Ok(false);
        };
        let ours = stamp::ours(self.conn, &look.history)?;
        let mut done = Vec::with_capacity(segment.len());
        for step in segment {
            done.push(self.step(&look.history, step, mode)?);
        }
        self.seal(ours)?;
        self.commit(&look.history, segment)?;
        drop(transaction);
        self.report.extend(done);
        Ok(true)
    }

    fn step(&self, history: &History, step: &Step, mode: Mode) -> Result<Done> {
        let sql = self.sql(history, step);
        let started = Instant::now();
        perform(self.conn, sql, mode, &mut |_| ()).map_err(|trouble| told(step, sql, trouble))?;
        let duration = started.elapsed();
        match (step.direction, self.set.get(step.version)) {
            (Direction::Up, Some(migration)) => {
                history::insert(self.conn, migration, ms(duration), "applied")?;
            }
            _ => history::delete(self.conn, step.version)?,
        }
        Ok(done(step, duration))
    }

    /// Records the schema as it is now, and stamps the database.
    fn seal(&self, ours: Option<i32>) -> Result<()> {
        history::set_schema(self.conn, schema::fingerprint(self.conn)?)?;
        let history = History::read(self.conn, self.set)?;
        Ok(stamp::write(self.conn, self.set, &history, ours)?)
    }

    /// Commits, and names the file if it is one alone that left references which lead nowhere.
    fn commit(&self, history: &History, segment: &[Step]) -> Result<()> {
        let scripts = segment.iter().map(|step| self.sql(history, step));
        let Err(refusal) = perform::commit(self.conn, scripts) else { return Ok(()) };
        let file = match segment {
            [step] => Some(step.file.as_str()),
            _ => None,
        };
        Err(match refusal {
            Refusal::Dangling(violations) => dangling(file, violations),
            Refusal::Sqlite(error) => error.into(),
        })
    }

    /// Runs one script outside of any transaction: what it is about to do is recorded before.
    fn unprotected(&mut self, goal: Goal, segment: &[Step]) -> Result<bool> {
        let Some(step) = segment.first() else {
            return Ok(false);
        };
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        let Some(look) = self.look_again(goal, segment)? else {
            return Ok(false);
        };
        let ours = stamp::ours(self.conn, &look.history)?;
        self.mark(step)?;
        // A start must not pass by a script that is half-way: with the mark, no stamp is due.
        let marked = History::read(self.conn, self.set)?;
        stamp::write(self.conn, self.set, &marked, ours)?;
        transaction.commit()?;

        let sql = self.sql(&look.history, step);
        let changes = self.changes()?;
        let started = Instant::now();
        if let Err(failure) = execute(self.conn, sql, &mut |_| ()) {
            return Err(self.stopped(step, sql, failure, changes));
        }
        let duration = started.elapsed();
        self.record(step, duration, ours.map(|_| 0)).map_err(|source| ErrorKind::Unrecorded {
            version: step.version,
            name: step.name.clone(),
            source: Box::new(source),
        })?;
        self.report.extend(vec![done(step, duration)]);
        Ok(true)
    }

    /// Records that a script which ran outside of any transaction came to its end.
    fn record(&self, step: &Step, duration: Duration, ours: Option<i32>) -> Result<()> {
        let transaction = self.begin(TransactionBehavior::Immediate)?;
        match step.direction {
            Direction::Up => history::finish(self.conn, step.version, ms(duration))?,
            Direction::Down => history::delete(self.conn, step.version)?,
        }
        self.seal(ours)?;
        Ok(transaction.commit()?)
    }

    /// How many rows this connection has changed so far.
    fn changes(&self) -> Result<i64> {
        Ok(self.conn.query_row("SELECT total_changes()", [], |row| row.get(0))?)
    }

    fn mark(&self, step: &Step) -> Result<()> {
        match (step.direction, self.set.get(step.version)) {
            (Direction::Up, Some(migration)) => {
                history::insert(self.conn, migration, 0, "applying")?;
            }
            _ => history::set_state(self.conn, step.version, "reverting")?,
        }
        Ok(())
    }

    /// If the first statement failed and changed no row, nothing was done, and the mark comes off. A
    /// statement with `OR FAIL` keeps what it did before it failed.
    fn stopped(&self, step: &Step, sql: &str, failure: Failure, changes: i64) -> ErrorKind {
        if !self.conn.is_autocommit() {
            // The script began a transaction of its own, which must not outlive it. If this fails, the
            // error that is on its way tells more.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        let is_untouched = failure.is_first && self.changes().is_ok_and(|now| now == changes);
        let unmarked = is_untouched && {
            let unmark = match step.direction {
                Direction::Up => history::delete(self.conn, step.version),
                Direction::Down => history::set_state(self.conn, step.version, "applied"),
            };
            unmark.is_ok()
        };
        statement(step, sql, failure, !unmarked)
    }
}

fn told(step: &Step, sql: &str, trouble: Trouble) -> ErrorKind {
    match trouble {
        Trouble::Statement(failure) => statement(step, sql, failure, false),
        Trouble::Refusal(Refusal::Dangling(violations)) => dangling(Some(&step.file), violations),
        Trouble::Refusal(Refusal::Sqlite(error)) => error.into(),
    }
}

fn dangling(file: Option<&str>, mut violations: Vec<Violation>) -> ErrorKind {
    let total = violations.len();
    violations.truncate(NAMED);
    ErrorKind::ForeignKeys { file: file.map(str::to_owned), violations, total }
}

fn statement(step: &Step, sql: &str, failure: Failure, dirty: bool) -> ErrorKind {
    // What is busy or read-only is the database's trouble, not the statement's.
    let source = match failure.source.map(ErrorKind::from) {
        // A virtual table may call its own index damaged: that is no word about the file.
        Some(ErrorKind::Sqlite(source) | ErrorKind::NotADatabase(source)) => Some(source),
        Some(kind) if !dirty => return kind,
        Some(ErrorKind::Busy(source) | ErrorKind::ReadOnly(source)) => Some(source),
        _ => None,
    };
    let before = sql.get(..failure.offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    ErrorKind::Statement(Box::new(StatementFailure {
        file: step.file.clone(),
        version: step.version,
        direction: step.direction,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        statement: sql.get(failure.statement).unwrap_or_default().to_owned(),
        message: failure.message,
        dirty,
        is_first: failure.is_first,
        source,
    }))
}

fn done(step: &Step, duration: Duration) -> Done {
    Done { direction: step.direction, version: step.version, name: step.name.clone(), duration }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
