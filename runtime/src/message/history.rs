//! A history that does not fit the set.

use std::fmt::{self, Formatter};

use super::{LISTED, list};
use crate::history::TABLE;
use crate::plan::Direction;
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
) -> fmt::Result {
    let verb = match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    };
    write!(
        f,
        "migration {version} {name} was being {verb} outside of a transaction and did not finish\n\
         nothing was changed now\n\
         help: it may still run in another process\n\
         help: if not, bring the database by hand to what it was before, or to what it should be after; \
         then tell which with `Runner::repair` and `Repair::Undone({version})` or `Repair::Done({version})`",
    )
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
