//! Converts the failure of a script into an error with file, line and state.

use std::ops::Range;

use migratory_core::Step;

use crate::db::errors;
use crate::db::foreign_keys::Added;
use crate::error::Error;
use crate::error::kind::{ErrorKind, StatementFailure};
use crate::error::remains::{Remains, Unresumable};
use crate::place::place;
use crate::run::perform::{Refusal, Trouble};
use crate::run::script::Failure;

/// Creates the error for a script that was rolled back.
#[cold]
pub(crate) fn rolled_back(step: &Step, sql: &str, trouble: Trouble) -> Error {
    match trouble {
        Trouble::Statement(failure) => statement(step, sql, failure, Remains::RolledBack),
        Trouble::Refusal(refusal) => refused(Some(&step.file), refusal),
    }
}

/// Creates the error of a run that would have to continue a half-way stored down, and lacks the
/// parts for that. All other steps are those of the set, which has chosen the parts.
#[cold]
pub(crate) fn other_script(step: &Step) -> Error {
    ErrorKind::Dirty {
        version: step.version,
        name: step.name.clone(),
        direction: step.direction,
        why: Unresumable::OtherScript,
    }
    .into()
}

/// Creates the error for a script that ran but may not be committed.
#[cold]
pub(crate) fn refused(file: Option<&str>, refusal: Refusal) -> Error {
    match refusal {
        Refusal::Dangling(added) => dangling(file, added),
        Refusal::Sqlite(error) => error.into(),
    }
}

fn dangling(file: Option<&str>, added: Added) -> Error {
    let Added { violations, total, .. } = added;
    ErrorKind::ForeignKeys { file: file.map(str::to_owned), violations, total }.into()
}

/// Creates the error for a run that its observer, or an interrupt from elsewhere, stopped.
#[cold]
pub(crate) fn cancelled(step: &Step, remains: Remains) -> Error {
    ErrorKind::Cancelled { step: Some((step.version, step.file.clone())), remains }.into()
}

/// Creates the error for a failed statement.
#[cold]
pub(crate) fn statement(step: &Step, sql: &str, failure: Failure, remains: Remains) -> Error {
    if failure.source.as_ref().is_some_and(errors::is_interrupt) {
        return cancelled(step, remains);
    }
    // A busy or read-only database is not the statement's fault.
    let source = match failure.source.map(ErrorKind::from) {
        // SQLite also reports the damaged index of a virtual table as a damaged file, so don't
        // blame the file. The error has the statement and its position, so remove them from the
        // source.
        Some(ErrorKind::Sqlite(source) | ErrorKind::NotADatabase(source)) => {
            Some(errors::without_sql(source, &failure.message))
        }
        Some(kind) if !remains.is_dirty() => return kind.into(),
        Some(ErrorKind::Busy(source) | ErrorKind::ReadOnly(source)) => Some(source),
        _ => None,
    };
    let (line, column) = place(sql, failure.offset);
    ErrorKind::Statement(Box::new(StatementFailure {
        file: step.file.clone(),
        version: step.version,
        direction: step.direction,
        line,
        column,
        statement: sql.get(failure.statement).unwrap_or_default().to_owned(),
        message: failure.message,
        remains,
        is_first: failure.is_first,
        is_untracked: false,
        is_counted: false,
        source,
    }))
    .into()
}

/// Creates the error for a `DROP TABLE` that made SQLite refuse the COMMIT.
#[cold]
pub(crate) fn counted(
    step: &Step,
    sql: &str,
    statement: Range<usize>,
    error: rusqlite::Error,
) -> Error {
    let offset = statement.start;
    let message = errors::message(&error, sql).0;
    let failure = Failure { statement, offset, is_first: false, message, source: Some(error) };
    let mut error = self::statement(step, sql, failure, Remains::RolledBack);
    if let ErrorKind::Statement(failure) = error.kind_mut() {
        failure.is_counted = true;
    }
    error
}
