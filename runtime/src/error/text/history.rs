//! A history that does not fit the set.

use std::fmt::{self, Formatter};

use migratory_core::Direction;

use super::script::by_hand;
use super::{LISTED, list};
use crate::error::kind::{ErrorKind, Unresumable};
use crate::history::table::TABLE;
use crate::{NewerDatabase, Version};

pub(super) fn not_ours(f: &mut Formatter<'_>, what: &str) -> fmt::Result {
    write!(
        f,
        "the database has a `{TABLE}` that is not as migratory makes it: {what}\n\
         nothing was changed\n\
         help: rename or drop what is not migratory's, or restore the database from a backup",
    )
}

pub(super) fn unknown(
    f: &mut Formatter<'_>,
    migrations: &[(Version, String)],
    latest: Option<Version>,
    policy: NewerDatabase,
) -> fmt::Result {
    if let Some((version, _)) = migrations.last() {
        write!(f, "the database is at version {version}, and this program knows ")?;
    }
    match latest {
        Some(latest) => write!(f, "versions up to {latest}; it does not know:")?,
        None => f.write_str("none; it does not know:")?,
    }
    let listed = migrations.iter().take(LISTED);
    list(f, listed.map(|(version, name)| format!("{version} {name}")))?;
    if migrations.len() > LISTED {
        write!(f, "\n    .. and {} more", migrations.len() - LISTED)?;
    }
    f.write_str(
        "\nnothing was changed\nhelp: a newer version of the program made them; use that one",
    )?;
    f.write_str(match policy {
        NewerDatabase::Refuse => {
            "\nhelp: `NewerDatabase::RollBack` reverts them by the downs that are stored in the database; \
             `NewerDatabase::Tolerate` lets those be that are marked as compatible"
        }
        NewerDatabase::RollBack => {
            "\nhelp: they can't be reverted alone, since one that this program knows was applied after them"
        }
        NewerDatabase::Tolerate => {
            "\nhelp: they are let be only when going up with nothing pending, above all that this program knows, and if \
             each says `-- migratory: compatible-with <version>` of a version that it has"
        }
    })
}

pub(super) fn out_of_order(
    f: &mut Formatter<'_>,
    pending: &[String],
    applied: &str,
) -> fmt::Result {
    write!(f, "migrations are pending below one that is applied, {applied}:")?;
    list(f, pending.iter())?;
    f.write_str(
        "\nnothing was changed: they were written for a schema that the database has left behind\n\
         help: give them numbers above the applied ones\n\
         help: or revert to the version before them with `Runner::to`, and go up again",
    )
}

pub(super) fn changed(f: &mut Formatter<'_>, files: &[String]) -> fmt::Result {
    f.write_str("migrations were changed after the database had applied them:")?;
    list(f, files.iter())?;
    f.write_str(
        "\nnothing was changed in the database\n\
         help: restore their text, and write the change as a migration of its own\n\
         help: while still developing, `Runner::redo` reverts the newest as it was applied, and applies its new text\n\
         help: if the database is as the new text wants it, `Runner::repair` with `Repair::Edited` accepts it",
    )
}

pub(super) fn irreversible(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    reason: Option<&str>,
) -> fmt::Result {
    write!(f, "migration {version} {name} can't be reverted: ")?;
    f.write_str(reason.unwrap_or("it has no down"))?;
    f.write_str("\nnothing was changed")
}

pub(super) fn dirty(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    direction: Direction,
    why: &Unresumable,
) -> fmt::Result {
    let verb = verb(direction);
    writeln!(
        f,
        "migration {version} {name} was being {verb} outside of a transaction and did not finish"
    )?;
    match why {
        Unresumable::OtherScript => f.write_str(
            "nothing was changed now: this program does not have the script that was running, so it can't continue it\n\
             help: start the program that has it, which continues where it stopped",
        )?,
        Unresumable::BoundToConnection { file, line, statement } => {
            write!(
                f,
                "nothing was changed now: the script uses temporary objects or attached databases, which are gone; what \
                 comes before {file}:{line} is done, and what begins there is not:"
            )?;
            list(f, statement.lines())?;
        }
        Unresumable::NoProgress => f.write_str(
            "nothing was changed now: it is not known which of its statements are done",
        )?,
    }
    let or = if matches!(why, Unresumable::OtherScript) { "or " } else { "" };
    write!(f, "\n{}", by_hand(or, version))
}

pub(super) fn underway(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    direction: Direction,
) -> fmt::Result {
    write!(
        f,
        "migration {version} {name} is being {} outside of a transaction and has not finished\n\
         nothing was changed: a backup or a comparison made now would hold half of it; to try again later is safe\n\
         help: if another process is at it, `Connection::busy_timeout` sets how long to wait; if not, the next run \
         finishes it",
        verb(direction)
    )
}

pub(super) fn unrecorded(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    source: &ErrorKind,
    is_resumable: bool,
) -> fmt::Result {
    // What follows in its text is true of a run that did nothing.
    let source = source.to_string();
    let source = source.lines().next().unwrap_or_default();
    writeln!(
        f,
        "migration {version} {name} ran to its end outside of a transaction, and that could not be recorded: {source}"
    )?;
    if is_resumable {
        f.write_str("help: try again, which is safe: the next run records it")
    } else {
        write!(
            f,
            "help: when the database can be written, call `Runner::repair` with `Repair::Done({version})`"
        )
    }
}

const fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    }
}

pub(super) fn stale(f: &mut Formatter<'_>, folder: &str, files: &[String]) -> fmt::Result {
    write!(f, "{folder} holds files that this program was built without:")?;
    list(f, files.iter())?;
    write!(
        f,
        "\nnothing was changed: cargo builds again when an embedded file changes, but does not see a new one\n\
         help: build again after a change to a source file, and let a `build.rs` beside Cargo.toml see to it from now on:\n    \
         fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}",
    )
}
