//! Puts what went wrong with a script into an error: which file, which line, in which state.

use crate::execute::Failure;
use crate::foreign_keys::Added;
use crate::kind::{ErrorKind, StatementFailure};
use crate::perform::{Refusal, Trouble};
use crate::plan::Step;
use crate::sqlite;

/// A script that was rolled back.
pub(crate) fn told(step: &Step, sql: &str, trouble: Trouble) -> ErrorKind {
    match trouble {
        Trouble::Statement(failure) => statement(step, sql, failure, false),
        Trouble::Refusal(refusal) => refused(Some(&step.file), refusal),
    }
}

/// What ran, and could not be let stand.
pub(crate) fn refused(file: Option<&str>, refusal: Refusal) -> ErrorKind {
    match refusal {
        Refusal::Dangling(added) => dangling(file, added),
        Refusal::Sqlite(error) => error.into(),
    }
}

fn dangling(file: Option<&str>, added: Added) -> ErrorKind {
    let Added { violations, total } = added;
    ErrorKind::ForeignKeys { file: file.map(str::to_owned), violations, total }
}

/// A run that was stopped by its observer, or by an interrupt from elsewhere.
pub(crate) fn cancelled(step: &Step, dirty: bool) -> ErrorKind {
    ErrorKind::Cancelled { step: Some((step.version, step.file.clone())), dirty }
}

/// A statement that failed; `dirty` if what the script did before remains.
pub(crate) fn statement(step: &Step, sql: &str, failure: Failure, dirty: bool) -> ErrorKind {
    if failure.source.as_ref().is_some_and(sqlite::is_interrupt) {
        return cancelled(step, dirty);
    }
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
        is_untracked: false,
        source,
    }))
}
