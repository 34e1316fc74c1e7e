//! Runs a script in its mode.
//!
//! A run performs its scripts between history rows; the rehearsal performs each on its own. Both
//! use this code, so a migration runs as it was rehearsed.

use migratory_core::Mode;
use migratory_core::sql::lexer;
use migratory_core::sql::pragmas::pragmas;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::db::errors;
use crate::db::foreign_keys::{self, Added, Before, Links, Scope, Touched};
use crate::db::header;
use crate::db::settings::Settings;
use crate::run::autocommit::{self, Unrecorded};
use crate::run::commit::{Uncommitted, dropped, uncommitted};
use crate::run::script::{Failure, Watch, execute};

/// Why a script failed or can't be committed.
#[derive(Debug)]
pub enum Trouble {
    /// A statement failed.
    Statement(Failure),
    /// The statements ran, but the result can't be committed.
    Refusal(Refusal),
}

/// Why the result of a script can't be committed.
#[derive(Debug)]
pub enum Refusal {
    /// There are new dangling foreign keys.
    Dangling(Added),
    /// SQLite failed outside the script.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Refusal(error.into())
    }
}

/// Saves the settings that the scripts may change, and turns foreign keys off if they ask for it.
pub(crate) fn prepare<'c, 'a>(
    conn: &'c Connection,
    scripts: impl Iterator<Item = &'a str>,
    mode: Mode,
) -> rusqlite::Result<Settings<'c>> {
    let mut settings = Settings::new(conn);
    for script in scripts {
        for pragma in pragmas(script) {
            settings.save(&pragma.name)?;
        }
    }
    if mode == Mode::ForeignKeysOff {
        settings.save("foreign_keys")?;
        conn.execute_batch("PRAGMA foreign_keys = OFF")?;
    }
    Ok(settings)
}

/// Rewrites the first page with its current contents.
///
/// Until a page is written, SQLite lets a transaction change its journal mode, and with
/// `journal_mode = OFF` nothing can be rolled back. From then on it ignores that pragma, as it does
/// most others in a transaction.
pub(crate) fn secure(conn: &Connection) -> rusqlite::Result<()> {
    let found = header::user_version(conn)?;
    header::set_user_version(conn, found)
}

/// Performs a script in the current transaction, or outside one if that is its mode.
fn perform(
    conn: &Connection,
    script: Scope<'_>,
    mode: Mode,
    watch: &mut Watch<'_>,
) -> Result<(), Trouble> {
    let outcome = match mode {
        Mode::NoTransaction => autocommit::execute(conn, script.sql, watch, &Unrecorded),
        Mode::Transaction => execute(conn, script.sql, watch),
        Mode::ForeignKeysOff => return without_keys(conn, script, watch),
    };
    outcome.map_err(Trouble::Statement)
}

/// Performs a script in the current transaction, with foreign keys off.
///
/// A script that leaves violations is performed a second time, to find out which of them are older.
/// Checking before every script would double the cost of the check.
pub(super) fn without_keys(
    conn: &Connection,
    script: Scope<'_>,
    watch: &mut Watch<'_>,
) -> Result<(), Trouble> {
    let mut work = || execute(conn, script.sql, watch).map_err(Trouble::Statement);
    let touched = Touched::by(&Links::read(conn)?, std::iter::once(script));
    conn.execute_batch("SAVEPOINT migratory_keys")?;
    work()?;
    if foreign_keys::is_intact(conn, &touched)? {
        return Ok(conn.execute_batch("RELEASE migratory_keys")?);
    }
    conn.execute_batch("ROLLBACK TO migratory_keys; RELEASE migratory_keys")?;
    checked(conn, &touched, work, &Trouble::Refusal)
}

/// Does some work with foreign keys off, and compares the violations in the touched tables before
/// and after it.
pub(super) fn checked<E>(
    conn: &Connection,
    touched: &Touched,
    work: impl FnOnce() -> Result<(), E>,
    refuse: &dyn Fn(Refusal) -> E,
) -> Result<(), E> {
    let before = Before::look(conn, touched).map_err(|error| refuse(error.into()))?;
    work()?;
    let added = before.added(conn, touched).map_err(|error| refuse(error.into()))?;
    dangling(added).map_err(refuse)
}

fn dangling(added: Added) -> Result<(), Refusal> {
    if added.total == 0 { Ok(()) } else { Err(Refusal::Dangling(added)) }
}

/// Performs a script on its own, as a run of just this script would, and records nothing.
///
/// # Errors
/// Fails if the script fails or can't be committed; the database is then unchanged, unless the mode
/// is [`Mode::NoTransaction`].
pub fn perform_alone(
    conn: &Connection,
    sql: &str,
    mode: Mode,
    watch: &mut Watch<'_>,
) -> Result<(), Trouble> {
    let _settings = prepare(conn, std::iter::once(sql), mode)?;
    let script = Scope::unrehearsed(sql);
    if mode == Mode::NoTransaction {
        return perform(conn, script, mode, watch);
    }
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    secure(conn)?;
    // Most scripts drop no trigger: those that they fire can still be read if the commit fails.
    let before = lexer::has_any(sql, &["drop"]).then(|| Links::read(conn)).transpose()?;
    let links = || before.clone().map_or_else(|| Links::read(conn), Ok);
    let mut work = || execute(conn, sql, watch).map_err(Trouble::Statement);
    if mode == Mode::ForeignKeysOff {
        // If the script runs twice, the watcher sees each statement once.
        let touched = Touched::by(&links()?, std::iter::once(script));
        checked(conn, &touched, work, &Trouble::Refusal)?;
    } else {
        work()?;
    }
    let Err(error) = conn.execute_batch("COMMIT") else { return Ok(()) };
    let uncommitted = if errors::is_foreign_key(&error) {
        let links = links().and_then(|links| links.with_actions(conn));
        links.map_or_else(Uncommitted::Sqlite, |links| {
            uncommitted(conn, &Touched::by(&links, std::iter::once(script)), error)
        })
    } else {
        error.into()
    };
    drop(transaction);
    Err(refused(sql, uncommitted))
}

/// Creates the error for a script that can't be committed, with the responsible statement if it is
/// known.
fn refused(sql: &str, uncommitted: Uncommitted) -> Trouble {
    match uncommitted {
        Uncommitted::Dangling(added) => Refusal::Dangling(added).into(),
        Uncommitted::Sqlite(error) => error.into(),
        Uncommitted::Counted { parents, error } => match dropped(&[sql], &parents) {
            Some((_, statement)) => Trouble::Statement(Failure {
                offset: statement.start,
                statement,
                is_first: false,
                message: errors::message(&error, "").0,
                source: Some(error),
            }),
            None => error.into(),
        },
    }
}

/// Performs a script in the current transaction, as one of several of a run, and records nothing.
///
/// Deferred keys are not checked.
///
/// # Errors
/// Fails if the script fails; the caller must roll back what it did until then.
pub fn perform_within(conn: &Connection, sql: &str, watch: &mut Watch<'_>) -> Result<(), Trouble> {
    let _settings = prepare(conn, std::iter::once(sql), Mode::Transaction)?;
    perform(conn, Scope::unrehearsed(sql), Mode::Transaction, watch)
}
