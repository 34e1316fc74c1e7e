//! The text of each kind of error: the problem, the place, the state of the database, and what to
//! do.

use std::fmt::{self, Debug, Display, Formatter};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::error::words::Words;

mod context;
mod database;
mod history;
mod parts;
mod place;
mod script;
mod stored_down;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, f, f.alternate())
    }
}

/// Includes the source's text, because a person who sees this output sees no chain of sources.
impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(self, f, true)
    }
}

fn write(error: &Error, f: &mut Formatter<'_>, is_whole: bool) -> fmt::Result {
    let report = error.report();
    words(error.kind()).write(f, is_whole, !report.is_empty())?;
    parts::done_before(report).iter().try_for_each(|line| write!(f, "\n{line}"))?;
    let Some(backup) = report.backup() else { return Ok(()) };
    write!(f, "\n{}\nhelp: {}", parts::backup(backup), parts::BACKUP_HELP)
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        words(self).write(f, f.alternate(), false)
    }
}

/// Returns the words for a kind of error.
pub(super) fn words(kind: &ErrorKind) -> Words {
    let mut words = Words::default();
    describe(kind, &mut words);
    words
}

fn describe(kind: &ErrorKind, words: &mut Words) {
    match kind {
        ErrorKind::InTransaction => database::in_transaction(words),
        ErrorKind::Busy(source) => database::busy(words, source),
        ErrorKind::ReadOnly(source) => database::read_only(words, source),
        ErrorKind::NotADatabase(source) => database::not_a_database(words, source),
        ErrorKind::Sqlite(source) => database::sqlite(words, source),
        ErrorKind::OldSqlite { found, needed } => database::old_sqlite(words, *found, *needed),
        ErrorKind::NotOurs { what } => history::not_ours(words, what),
        ErrorKind::BrokenHistory { version, what } => history::broken(words, *version, what),
        ErrorKind::NoSuchVersion { version, latest } => history::no_such(words, *version, *latest),
        ErrorKind::Unknown { migrations, latest, policy } => {
            history::unknown(words, migrations, *latest, *policy);
        }
        ErrorKind::OutOfOrder { pending, applied } => {
            history::out_of_order(words, pending, applied);
        }
        ErrorKind::Changed { files } => history::changed(words, files),
        ErrorKind::Irreversible { version, name, reason } => {
            history::irreversible(words, *version, name, reason.as_deref());
        }
        ErrorKind::StoredDown { version, name, fault } => {
            stored_down::refused(words, *version, name, fault);
        }
        ErrorKind::Statement(failure) => script::statement(words, failure),
        ErrorKind::ForeignKeys { file, violations, total } => {
            script::foreign_keys(words, file.as_deref(), violations, *total);
        }
        ErrorKind::Dirty { version, name, direction, why } => {
            history::dirty(words, *version, name, *direction, why);
        }
        ErrorKind::Underway { version, name, direction } => {
            history::underway(words, *version, name, *direction);
        }
        ErrorKind::Unrecorded { version, name, source, is_resumable } => {
            history::unrecorded(words, *version, name, source, *is_resumable);
        }
        ErrorKind::Cancelled { step, remains } => script::cancelled(words, step.as_ref(), *remains),
        ErrorKind::MissingCode { steps } => script::missing_code(words, steps),
        ErrorKind::UnexpectedCode { version, direction, is_double } => {
            script::unexpected_code(words, *version, *direction, *is_double);
        }
        ErrorKind::Code { file, what, .. } => script::code(words, file, what),
        ErrorKind::Shadowed { file, objects } => context::shadowed(words, file, objects),
        ErrorKind::TemporaryTriggers { triggers } => context::temporary_triggers(words, triggers),
        ErrorKind::ReachesAttached { file, objects } => {
            context::reaches_attached(words, file, objects);
        }
        ErrorKind::Backup { to, what, help, source } => {
            place::backup(words, to.as_deref(), what, *help, source.as_deref());
        }
        ErrorKind::Restore { from, what, help, can_insist, source } => {
            place::restore(words, from, what, *help, source.as_deref());
            if *can_insist {
                words.help(place::INSIST);
            }
        }
        ErrorKind::Replay { file, line, message, source } => {
            place::replay(words, file, *line, message, source.is_some());
        }
        ErrorKind::Differs { drift } => place::differs(words, drift),
        ErrorKind::NotAsEdited { file, drift } => place::not_as_edited(words, file, drift),
        ErrorKind::Mismatch { origin, mismatch } => place::mismatch(words, *origin, mismatch),
        ErrorKind::Stale { folder, files } => history::stale(words, folder, files),
    }
}
