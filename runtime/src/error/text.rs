//! The words of an error: what is wrong, where, in which state the database is, and the ways out.

use std::fmt::{self, Display, Formatter};

use crate::Version;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::table::TABLE;

mod context;
mod history;
mod parts;
mod place;
mod script;
mod stored_down;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.report().is_empty() {
            self.kind().fmt(f)?;
        } else {
            // The kind does not know that something was done before it.
            let text = self.kind().to_string();
            f.write_str(&text.replace("nothing was changed", "nothing else was changed"))?;
            write!(f, "\ndone before that, and kept:")?;
            self.report().to_string().lines().try_for_each(|line| write!(f, "\n    {line}"))?;
        }
        let Some(backup) = self.report().backup() else { return Ok(()) };
        write!(
            f,
            "\nthe database as it was before the run: {}\n\
             help: `Backup::restore` brings it back; or close all connections, remove the `-wal` and `-shm` beside \
             the database, and copy that file over it",
            backup.display()
        )
    }
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::InTransaction => f.write_str(
                "the connection is inside of a transaction, and migrations run in one of their own\n\
                 help: call the runner before the transaction begins, or after it has ended",
            ),
            Self::Busy(source) => write!(
                f,
                "the database is in use by another connection: {source}\n\
                 nothing was changed; to try again later is safe\n\
                 help: `Connection::busy_timeout` sets how long to wait",
            ),
            Self::ReadOnly(source) => write!(
                f,
                "the database needs migrations, and can't be written: {source}\n\
                 help: open it for writing, without `PRAGMA query_only`, and see that its folder is writable too",
            ),
            Self::NotADatabase(source) => write!(
                f,
                "the file is not an SQLite database, or it is damaged or encrypted: {source}\n\
                 nothing was changed\n\
                 help: see that the path is right; a damaged database is best restored from a backup",
            ),
            Self::Sqlite(source) => write!(f, "SQLite failed beside the migrations: {source}"),
            Self::OldSqlite { found, needed } => write!(
                f,
                "the migrations need SQLite {}, and the one that is linked is {}\n\
                 nothing was changed\n\
                 help: link a newer one; the feature `bundled` brings its own",
                dotted(*needed),
                dotted(*found),
            ),
            Self::NotOurs { what } => history::not_ours(f, what),
            Self::BrokenHistory { version, what } => write!(
                f,
                "the history of the database is broken at version {version}: {what}\n\
                 nothing was changed\n\
                 help: somebody wrote into the table `{TABLE}`; restore it from a backup",
            ),
            Self::NoSuchVersion { version, latest } => {
                write!(f, "this program has no migration of version {version}")?;
                newest(f, *latest)
            }
            Self::Unknown { migrations, latest, policy } => history::unknown(f, migrations, *latest, *policy),
            Self::OutOfOrder { pending, applied } => history::out_of_order(f, pending, applied),
            Self::Changed { files } => history::changed(f, files),
            Self::Irreversible { version, name, reason } => {
                history::irreversible(f, *version, name, reason.as_deref())
            }
            Self::StoredDown { version, name, fault } => stored_down::refused(f, *version, name, fault),
            Self::Statement(failure) => script::statement(f, failure),
            Self::ForeignKeys { file, violations, total } => {
                script::foreign_keys(f, file.as_deref(), violations, *total)
            }
            Self::Dirty { version, name, direction, why } => {
                history::dirty(f, *version, name, *direction, why)
            }
            Self::Underway { version, name, direction } => {
                history::underway(f, *version, name, *direction)
            }
            Self::Unrecorded { version, name, source, is_resumable } => {
                history::unrecorded(f, *version, name, source, *is_resumable)
            }
            Self::Cancelled { step, remains } => script::cancelled(f, step.as_ref(), *remains),
            Self::MissingCode { steps } => script::missing_code(f, steps),
            Self::UnexpectedCode { version, direction, is_double } => {
                script::unexpected_code(f, *version, *direction, *is_double)
            }
            Self::Code { file, what, .. } => script::code(f, file, what),
            Self::Shadowed { file, objects } => context::shadowed(f, file, objects),
            Self::TemporaryTriggers { triggers } => context::temporary_triggers(f, triggers),
            Self::ReachesAttached { file, objects } => context::reaches_attached(f, file, objects),
            Self::Backup { to, what } => place::backup(f, to.as_deref(), what),
            Self::Restore { from, what, can_insist } => place::restore(f, from, what, *can_insist),
            Self::Replay { file, line, message } => place::replay(f, file, *line, message),
            Self::Differs { drift } => write!(
                f,
                "{drift}\nnothing was recorded\n\
                 help: bring the database to that schema, or name the version that it is at\n\
                 help: what the application adds on purpose is declared with `Runner::ignore`"
            ),
            Self::NotAsEdited { file, drift } => write!(
                f,
                "{drift}\n\
                 {file} was not recorded as edited, since its new text makes another schema than the database has\n\
                 help: restore the text that was applied, and write the change as a migration of its own\n\
                 help: or bring the database to that schema by hand; what the application adds on purpose is \
                 declared with `Runner::ignore`"
            ),
            Self::Mismatch { origin, mismatch } => place::mismatch(f, *origin, mismatch),
            Self::Stale { folder, files } => history::stale(f, folder, files),
        }
    }
}

/// How many migrations are listed: a file may claim any number.
const LISTED: usize = 20;

/// SQLite's number of a version as people write it.
fn dotted(number: i32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
}

fn newest(f: &mut Formatter<'_>, latest: Option<Version>) -> fmt::Result {
    match latest {
        Some(latest) => write!(f, "; its newest is {latest}"),
        None => f.write_str("; it has none at all"),
    }
}

fn list<T: Display>(f: &mut Formatter<'_>, items: impl Iterator<Item = T>) -> fmt::Result {
    items.into_iter().try_for_each(|item| write!(f, "\n    {item}"))
}
