//! Errors about backups, other libraries' histories, and schemas.

use std::error::Error;
use std::fmt::Display;
use std::path::Path;

use crate::adopt::mismatch::Mismatch;
use crate::adopt::origin::Origin;
use crate::error::words::Words;
use crate::inspect::drift::Drift;

type Source = dyn Error + Send + Sync;

/// The help for a sound database that doesn't look like a backup.
pub(super) const INSIST: &str =
    "if that database is meant all the same, `Backup::restore_any` restores it";

pub(super) fn backup(
    to: Option<&Path>,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) -> Words {
    let to = to.map(|to| format!(" to {}", to.display())).unwrap_or_default();
    failed(format!("the database can't be backed up{to}"), what, source)
        .unchanged(": without a backup no migration begins")
        .help_if(help.is_some(), help.unwrap_or_default())
}

pub(super) fn restore(
    from: &Path,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) -> Words {
    failed(format!("{} can't be restored", from.display()), what, source)
        .state("the database is as it was")
        .help_if(help.is_some(), help.unwrap_or_default())
}

fn failed(mut problem: String, what: &str, source: Option<&Source>) -> Words {
    if !what.is_empty() {
        problem = format!("{problem}: {what}");
    }
    match source {
        Some(source) => Words::caused(problem, source),
        None => Words::new(problem),
    }
}

pub(super) fn replay(file: &str, line: usize, message: &str, is_sourced: bool) -> Words {
    let words = Words::new(format!("{file}:{line}: {message}"))
        .line("the migrations could not be run anew in memory, so there is no schema to compare with")
        .unchanged("")
        .help(
            "if they call functions or collations of the program's, have them registered by `Runner::scratch`",
        );
    if is_sourced { words.brief(format!("{file}:{line}: a statement failed")) } else { words }
}

pub(super) fn differs(drift: &Drift) -> Words {
    Words::new(drift.to_string())
        .state("nothing was recorded")
        .help("bring the database to that schema, or name the version that it is at")
        .help("what the application adds on purpose is declared with `Runner::ignore`")
}

pub(super) fn not_as_edited(file: &str, drift: &Drift) -> Words {
    Words::new(drift.to_string())
        .state(format!(
            "{file} was not recorded as edited, since its new text makes another schema than the database has"
        ))
        .help("restore the text that was applied, and write the change as a migration of its own")
        .help(
            "or bring the database to that schema by hand; what the application adds on purpose is declared with \
             `Runner::ignore`",
        )
}

pub(super) fn mismatch(origin: Origin, mismatch: &Mismatch) -> Words {
    let failed = format!("what {origin} recorded can't be taken over");
    let says =
        |what: &dyn Display| Words::new(format!("{failed}: {what}")).state("nothing was recorded");
    match mismatch {
        Mismatch::Absent => says(&"it recorded nothing"),
        Mismatch::Unfinished { version } => says(&format!("it did not finish migration {version}"))
            .help(format!("finish or undo that migration by hand, and have {origin} say so")),
        Mismatch::Unknown { versions } => {
            says(&"it applied migrations that this program does not have:")
                .first(versions.iter())
                .help("put their files into the folder, with the numbers that they had")
        }
        Mismatch::Renamed { version, recorded, known } => {
            says(&format!("it applied {version} as `{recorded}`, and here {version} is `{known}`"))
                .help("if it is the same migration, give its files the name that they had")
        }
        Mismatch::Unreadable { what } => says(what),
        Mismatch::Sqlite(error) => Words::caused(&failed, error).state("nothing was recorded"),
    }
}
