//! Errors about backups, other libraries' histories, and schemas.

use std::error::Error;
use std::fmt::{Arguments, Display};
use std::path::Path;

use crate::adopt::mismatch::Mismatch;
use crate::adopt::origin::Origin;
use crate::error::words::Words;
use crate::inspect::drift::Drift;

type Source = dyn Error + Send + Sync;

/// The help for a sound database that doesn't look like a backup.
pub(super) const INSIST: &str = "to restore that database anyway, call `Backup::restore_any`";

pub(super) fn backup(
    to: Option<&Path>,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) -> Words {
    let to = to.map(|to| format!(" to {}", to.display())).unwrap_or_default();
    failed(format_args!("the database can't be backed up{to}"), what, source)
        .unchanged(": no migration runs without the backup")
        .help_if(help.is_some(), help.unwrap_or_default())
}

pub(super) fn restore(
    from: &Path,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) -> Words {
    failed(format_args!("{} can't be restored", from.display()), what, source)
        .state("the database is unchanged")
        .help_if(help.is_some(), help.unwrap_or_default())
}

fn failed(problem: Arguments<'_>, what: &str, source: Option<&Source>) -> Words {
    let colon = if what.is_empty() { "" } else { ": " };
    let problem = format!("{problem}{colon}{what}");
    match source {
        Some(source) => Words::caused(problem, source),
        None => Words::new(problem),
    }
}

pub(super) fn replay(file: &str, line: usize, message: &str, is_sourced: bool) -> Words {
    let words = Words::new(format_args!("{file}:{line}: {message}"))
        .line("the migrations could not be replayed in memory, so there is no schema to compare with")
        .unchanged("")
        .help(
            "if they call functions or collations of the application, register these with `Runner::scratch`",
        );
    if is_sourced { words.brief(format_args!("{file}:{line}: a statement failed")) } else { words }
}

pub(super) fn differs(drift: &Drift) -> Words {
    Words::new(drift.to_string())
        .state("nothing was recorded")
        .help("bring the database to that schema, or give the version that it is at")
        .help("declare objects that the application adds on purpose with `Runner::ignore`")
}

pub(super) fn not_as_edited(file: &str, drift: &Drift) -> Words {
    Words::new(drift.to_string())
        .state(format_args!(
            "{file} was not recorded as edited, because its new text produces a different schema from the database's"
        ))
        .help("restore the text that was applied, and write the change as a new migration")
        .help(
            "or bring the database to that schema by hand; declare objects that the application adds on purpose with \
             `Runner::ignore`",
        )
}

pub(super) fn mismatch(origin: Origin, mismatch: &Mismatch) -> Words {
    let failed = format!("the history of {origin} can't be adopted");
    let says = |what: &dyn Display| {
        Words::new(format_args!("{failed}: {what}")).state("nothing was recorded")
    };
    match mismatch {
        Mismatch::Absent => says(&"there is none"),
        Mismatch::Unfinished { version } => says(&format_args!(
            "{origin} did not finish migration {version}"
        ))
        .help(format_args!("finish or undo that migration by hand, and record that with {origin}")),
        Mismatch::Unknown { versions } => {
            says(&format_args!("{origin} applied migrations that this program does not have:"))
                .first(versions.iter())
                .help("put their files into the folder, with their original numbers")
        }
        Mismatch::Renamed { version, recorded, known } => says(&format_args!(
            "{origin} applied {version} as `{recorded}`, but here {version} is `{known}`"
        ))
        .help("if it is the same migration, give its files their original name"),
        Mismatch::Unreadable { what } => says(what),
        Mismatch::Sqlite(error) => Words::caused(&failed, error).state("nothing was recorded"),
    }
}
