//! Errors about backups, other libraries' histories, and schemas.

use std::error::Error;
use std::fmt::Arguments;
use std::path::Path;

use crate::adopt::mismatch::Mismatch;
use crate::error::words::Words;
use crate::inspect::drift::Drift;
use crate::origin::Origin;

type Source = dyn Error + Send + Sync;

/// The help for a sound database that doesn't look like a backup.
pub(super) const INSIST: &str = "to restore that database anyway, call `Backup::restore_any`";

pub(super) fn backup(
    words: &mut Words,
    to: Option<&Path>,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) {
    let to = to.map(|to| format!(" to {}", to.display())).unwrap_or_default();
    failed(words, format_args!("the database can't be backed up{to}"), what, source)
        .unchanged(": no migration runs without the backup");
    if let Some(help) = help {
        words.help(help);
    }
}

pub(super) fn restore(
    words: &mut Words,
    from: &Path,
    what: &str,
    help: Option<&str>,
    source: Option<&Source>,
) {
    failed(words, format_args!("{} can't be restored", from.display()), what, source)
        .state("the database is unchanged");
    if let Some(help) = help {
        words.help(help);
    }
}

fn failed<'w>(
    words: &'w mut Words,
    problem: Arguments<'_>,
    what: &str,
    source: Option<&Source>,
) -> &'w mut Words {
    let colon = if what.is_empty() { "" } else { ": " };
    let problem = format!("{problem}{colon}{what}");
    match source {
        Some(source) => words.caused(format_args!("{problem}"), &source),
        None => words.problem(format_args!("{problem}")),
    }
}

pub(super) fn replay(words: &mut Words, file: &str, line: usize, message: &str, is_sourced: bool) {
    words
        .problem(format_args!("{file}:{line}: {message}"))
        .line("the migrations could not be replayed in memory, so there is no schema to compare with")
        .unchanged("")
        .help(
            "if they call functions or collations of the application, register these with `Runner::scratch`",
        );
    if is_sourced {
        words.brief(format_args!("{file}:{line}: a statement failed"));
    }
}

pub(super) fn differs(words: &mut Words, drift: &Drift) {
    words
        .problem(format_args!("{drift}"))
        .state("nothing was recorded")
        .help("bring the database to that schema, or give the version that it is at")
        .help("declare objects that the application adds on purpose with `Runner::ignore`");
}

pub(super) fn not_as_edited(words: &mut Words, file: &str, drift: &Drift) {
    words
        .problem(format_args!("{drift}"))
        .state(format_args!(
            "{file} was not recorded as edited, because its new text produces a different schema from the database's"
        ))
        .help("restore the text that was applied, and write the change as a new migration")
        .help(
            "or bring the database to that schema by hand; declare objects that the application adds on purpose with \
             `Runner::ignore`",
        );
}

pub(super) fn mismatch(words: &mut Words, origin: Origin, mismatch: &Mismatch) {
    let failed = format!("the history of {origin} can't be adopted");
    match mismatch {
        Mismatch::Absent => words.problem(format_args!("{failed}: there is none")),
        Mismatch::Unfinished { version } => words
            .problem(format_args!("{failed}: {origin} did not finish migration {version}"))
            .help(format_args!(
                "finish or undo that migration by hand, and record that with {origin}"
            )),
        Mismatch::Unknown { versions } => words
            .problem(format_args!(
                "{failed}: {origin} applied migrations that this program does not have:"
            ))
            .first(versions)
            .help("put their files into the folder, with their original numbers"),
        Mismatch::Renamed { version, recorded, known } => words
            .problem(format_args!(
                "{failed}: {origin} applied {version} as `{recorded}`, but here {version} is `{known}`"
            ))
            .help("if it is the same migration, give its files their original name"),
        Mismatch::Unreadable { what } => words.problem(format_args!("{failed}: {what}")),
        Mismatch::Sqlite(error) => words.caused(format_args!("{failed}"), error),
    };
    words.state("nothing was recorded");
}
