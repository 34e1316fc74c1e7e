//! What is beside the migrations: backups, other libraries' records, the schema to compare with.

use std::fmt::{self, Formatter};
use std::path::Path;

use super::{LISTED, list};
use crate::adopt::mismatch::Mismatch;
use crate::adopt::origin::Origin;

pub(super) fn backup(f: &mut Formatter<'_>, to: Option<&Path>, what: &str) -> fmt::Result {
    f.write_str("the database can't be backed up")?;
    if let Some(to) = to {
        write!(f, " to {}", to.display())?;
    }
    write!(
        f,
        ": {what}\n\
         nothing was changed: without a backup no migration begins"
    )
}

pub(super) fn restore(
    f: &mut Formatter<'_>,
    from: &Path,
    what: &str,
    can_insist: bool,
) -> fmt::Result {
    let (what, help) = what.split_once("\nhelp: ").unwrap_or((what, ""));
    write!(f, "{} can't be restored: {what}\nthe database is as it was", from.display())?;
    if can_insist {
        f.write_str(
            "\nhelp: if that database is meant all the same, `Backup::restore_any` restores it",
        )?;
    }
    if help.is_empty() { Ok(()) } else { write!(f, "\nhelp: {help}") }
}

pub(super) fn replay(f: &mut Formatter<'_>, file: &str, line: usize, message: &str) -> fmt::Result {
    write!(
        f,
        "{file}:{line}: {message}\n\
         the migrations could not be run anew in memory, so there is no schema to compare with\n\
         nothing was changed\n\
         help: if they call functions or collations of the program's, have them registered by `Runner::scratch`"
    )
}

pub(super) fn mismatch(f: &mut Formatter<'_>, origin: Origin, mismatch: &Mismatch) -> fmt::Result {
    write!(f, "what {origin} recorded can't be taken over: ")?;
    match mismatch {
        Mismatch::Absent => f.write_str("it recorded nothing")?,
        Mismatch::Unfinished { version } => write!(
            f,
            "it did not finish migration {version}\n\
             help: finish or undo that migration by hand, and have {origin} say so"
        )?,
        Mismatch::Unknown { versions } => {
            f.write_str("it applied migrations that this program does not have:")?;
            list(f, versions.iter().take(LISTED))?;
            if versions.len() > LISTED {
                write!(f, "\n    .. and {} more", versions.len() - LISTED)?;
            }
            f.write_str("\nhelp: put their files into the folder, with the numbers that they had")?;
        }
        Mismatch::Renamed { version, recorded, known } => write!(
            f,
            "it applied {version} as `{recorded}`, and here {version} is `{known}`\n\
             help: if it is the same migration, give its files the name that they had"
        )?,
        Mismatch::Unreadable { what } => write!(f, "{what}")?,
        Mismatch::Sqlite(error) => write!(f, "{error}")?,
    }
    f.write_str("\nnothing was recorded")
}
