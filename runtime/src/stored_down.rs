//! Downs stored in the database, which run if the program has no down of its own.
//!
//! A database file may come from anybody, and so may these scripts. Two barriers protect against
//! them, each sufficient alone: a list of statements, checked with our lexer (`allowed`), and a
//! rehearsal on an empty copy of the live schema in memory, where SQLite's authorizer has its own
//! list (`rehearsal`). They must also produce a schema that this program has proven, which is
//! checked in the rehearsal and again before a transaction commits.
//! is compared in the rehearsal, and once more before a transaction commits.

use migratory_core::Step;
use rusqlite::Connection;

use crate::config::Config;
use crate::db::attached;
use crate::error::Error;
use crate::error::kind::{ErrorKind, StoredDownFault};
use crate::history::read::History;
use crate::inspect::verify::drift_from;
use crate::run::step_script;
use crate::{Migration, MigrationSet, Version};

mod allowed;
mod authorizer;
mod blank_copy;
mod no_attach;
mod rehearsal;

pub(crate) use no_attach::NoAttach;

use rehearsal::Rehearsal;

/// Refuses a run with stored downs, if one of them may not run or produces a schema that this
/// program hasn't proven. Changes nothing.
///
/// `steps` are all remaining steps of the run, so that the refusal comes before the first.
pub(crate) fn check(
    conn: &Connection,
    config: &Config<'_>,
    history: &History,
    steps: &[Step],
) -> Result<(), Error> {
    let Some(last) = steps.iter().rposition(|step| step.is_stored) else { return Ok(()) };
    let databases = attached::databases(conn)?;
    if let (false, Some(step)) = (databases.is_empty(), steps.iter().find(|step| step.is_stored)) {
        return Err(refused(step, StoredDownFault::Attached { databases }));
    }
    for step in steps.iter().filter(|step| step.is_stored) {
        allowed::check(step_script::sql(config.set, history, step), step.mode)
            .map_err(|fault| refused(step, fault))?;
    }
    let scripts = steps[..=last].iter().map(|step| step_script::sql(config.set, history, step));
    let rehearsal = Rehearsal::new(conn, config, history, scripts)?;
    for (nth, step) in steps[..=last].iter().enumerate() {
        rehearsal
            .step(left(step_script::sql(config.set, history, step), step), step)
            .map_err(|fault| refused(&steps[last.min(nth)], fault))?;
        if step.is_stored {
            check_schema(&rehearsal.conn, config, history, step, nth == last)?;
        }
    }
    Ok(())
}

/// Returns the remaining part of a script.
fn left<'s>(sql: &'s str, step: &Step) -> &'s str {
    sql.get(step.resume_at.unwrap_or(0)..).unwrap_or_default()
}

/// Compares the schema that a stored down produced with the one proven for the version below it.
///
/// If the program doesn't know that version, there is nothing to compare with. Then the next down
/// is compared, or the last one is refused.
pub(crate) fn check_schema(
    conn: &Connection,
    config: &Config<'_>,
    history: &History,
    step: &Step,
    is_last: bool,
) -> Result<(), Error> {
    let version = match below(config.set, history, step.version) {
        Ok(version) => version,
        Err(version) if is_last => {
            return Err(refused(step, StoredDownFault::Unproven { version }));
        }
        Err(_) => return Ok(()),
    };
    let drift = drift_from(conn, config, version)?;
    if drift.is_empty() {
        return Ok(());
    }
    Err(refused(step, StoredDownFault::Schema { drift }))
}

/// Returns the version of the database after reverting this migration and all above it. Fails if
/// the program doesn't know what was applied up to there.
fn below(
    set: &MigrationSet<'_>,
    history: &History,
    version: Version,
) -> Result<Option<Version>, Version> {
    let Some(entry) = history.entries.iter().rfind(|entry| entry.version < version) else {
        return Ok(None);
    };
    // The chain covers everything that was applied before.
    match set.get(entry.version).map(Migration::chain) {
        Some(chain) if chain == entry.chain => Ok(Some(entry.version)),
        _ => Err(entry.version),
    }
}

fn refused(step: &Step, fault: StoredDownFault) -> Error {
    ErrorKind::StoredDown { version: step.version, name: step.name.clone(), fault }.into()
}
