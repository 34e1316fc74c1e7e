//! Runs a script the way its mode asks for.
//!
//! A run performs its scripts between history rows; the rehearsal performs each by itself. Both go
//! through here, so that what was rehearsed is what will happen.

use std::borrow::Cow;

use migratory_core::Mode;
use migratory_core::sql::pragmas::pragmas;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::db::errors;
use crate::db::foreign_keys::{self, Added, Before, Links, Scope, Touched};
use crate::db::header;
use crate::db::settings::Settings;
use crate::run::autocommit::{self, Unrecorded};
use crate::run::commit::{Uncommitted, commit, dropped};
use crate::run::script::{Failure, Watch, execute};

/// Why a script did not go through.
#[derive(Debug)]
pub enum Trouble {
    /// A statement failed.
    Statement(Failure),
    /// The statements ran, and could not be let stand.
    Refusal(Refusal),
}

/// Why what ran could not be let stand.
#[derive(Debug)]
pub enum Refusal {
    /// Foreign keys lead nowhere that did not before.
    Dangling(Added),
    /// SQLite failed beside the script.
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

/// Remembers what the scripts may change of the connection, and turns foreign keys off if they ask.
pub(crate) fn prepare<'c, 'a>(
    conn: &'c Connection,
    scripts: impl Iterator<Item = &'a str>,
    mode: Mode,
) -> rusqlite::Result<Settings<'c>> {
    let named = scripts.flat_map(pragmas).map(|pragma| pragma.name);
    let keys = (mode == Mode::ForeignKeysOff).then_some(Cow::from("foreign_keys"));
    let settings = Settings::save(conn, named.chain(keys))?;
    if mode == Mode::ForeignKeysOff {
        conn.execute_batch("PRAGMA foreign_keys = OFF")?;
    }
    Ok(settings)
}

/// Writes to the first page what it holds already.
///
/// Until a page is written, SQLite lets a transaction change its journal, and with `journal_mode = OFF` there is no
/// rollback. From then on it ignores that, as it does most pragmas in a transaction.
pub(crate) fn secure(conn: &Connection) -> rusqlite::Result<()> {
    let found = header::user_version(conn)?;
    header::set_user_version(conn, found)
}

/// Performs a script in the transaction that stands, or outside of one if that is its mode.
///
/// With foreign keys off, it is performed a second time where it leaves violations: which of them were there before
/// can't be told any more, and to look before each script would cost as much again as to look after it.
pub(crate) fn perform(
    conn: &Connection,
    script: Scope<'_>,
    mode: Mode,
    watch: &mut Watch<'_>,
) -> Result<(), Trouble> {
    if mode == Mode::NoTransaction {
        let outcome = autocommit::execute(conn, script.sql, watch, &Unrecorded);
        return outcome.map_err(Trouble::Statement);
    }
    let mut work = || execute(conn, script.sql, watch).map_err(Trouble::Statement);
    if mode != Mode::ForeignKeysOff {
        return work();
    }
    let touched = Touched::by(&Links::read(conn)?, std::iter::once(script));
    conn.execute_batch("SAVEPOINT migratory_keys")?;
    work()?;
    if foreign_keys::is_intact(conn, &touched)? {
        return Ok(conn.execute_batch("RELEASE migratory_keys")?);
    }
    conn.execute_batch("ROLLBACK TO migratory_keys; RELEASE migratory_keys")?;
    checked(conn, mode, &touched, work, &Trouble::Refusal)
}

/// Does some work, and with foreign keys off looks before it and after it what it did to them in the touched
/// tables.
pub(crate) fn checked<E>(
    conn: &Connection,
    mode: Mode,
    touched: &Touched,
    work: impl FnOnce() -> Result<(), E>,
    refuse: &dyn Fn(Refusal) -> E,
) -> Result<(), E> {
    if mode != Mode::ForeignKeysOff {
        return work();
    }
    let before = Before::look(conn, touched).map_err(|error| refuse(error.into()))?;
    work()?;
    let added = before.added(conn, touched).map_err(|error| refuse(error.into()))?;
    dangling(added).map_err(refuse)
}

fn dangling(added: Added) -> Result<(), Refusal> {
    if added.total == 0 { Ok(()) } else { Err(Refusal::Dangling(added)) }
}

/// Performs a script by itself, as a run with nothing else to do would, and records nothing.
///
/// # Errors
/// If the script does not go through; the database is then as it was, unless the mode is
/// [`Mode::NoTransaction`].
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
    let links = Links::read(conn)?;
    let work = || execute(conn, sql, watch).map_err(Trouble::Statement);
    // Who watches is shown each statement once.
    let touched = Touched::by(&links, std::iter::once(script));
    checked(conn, mode, &touched, work, &Trouble::Refusal)?;
    let committed =
        commit(conn, || Ok(Touched::by(&links.with_actions(conn)?, std::iter::once(script))));
    drop(transaction);
    committed.map_err(|uncommitted| refused(sql, uncommitted))
}

/// What kept a script from being committed: where it is known, its statement.
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

/// Performs a script in the transaction that stands, as one of several of a run, and records nothing.
///
/// Keys that SQLite checks only at the COMMIT are not checked.
///
/// # Errors
/// If the script does not go through; what it did until then is the transaction's to roll back.
pub fn perform_within(conn: &Connection, sql: &str, watch: &mut Watch<'_>) -> Result<(), Trouble> {
    let _settings = prepare(conn, std::iter::once(sql), Mode::Transaction)?;
    perform(conn, Scope::unrehearsed(sql), Mode::Transaction, watch)
}
