//! Errors about a history that doesn't fit the set.

use migratory_core::Direction;

use super::script::by_hand;
use crate::error::kind::ErrorKind;
use crate::error::remains::Unresumable;
use crate::error::words::Words;
use crate::history::table::TABLE;
use crate::{NewerDatabase, Version};

pub(super) fn not_ours(what: &str) -> Words {
    Words::new(format!("the database has a `{TABLE}` that is not as migratory makes it: {what}"))
        .unchanged("")
        .help("rename or drop what is not migratory's, or restore the database from a backup")
}

pub(super) fn broken(version: Version, what: &str) -> Words {
    Words::new(format!("the history of the database is broken at version {version}: {what}"))
        .unchanged("")
        .help(format!("somebody wrote into the table `{TABLE}`; restore it from a backup"))
}

pub(super) fn no_such(version: Version, latest: Option<Version>) -> Words {
    let newest = match latest {
        Some(latest) => format!("its newest is {latest}"),
        None => "it has none at all".to_owned(),
    };
    Words::new(format!("this program has no migration of version {version}; {newest}"))
}

pub(super) fn unknown(
    migrations: &[(Version, String)],
    latest: Option<Version>,
    policy: NewerDatabase,
) -> Words {
    let is_at = migrations.last().map(|(version, _)| {
        format!("the database is at version {version}, and this program knows ")
    });
    let known = match latest {
        Some(latest) => format!("versions up to {latest}"),
        None => "none".to_owned(),
    };
    Words::new(format!("{}{known}; it does not know:", is_at.unwrap_or_default()))
        .first(migrations.iter().map(|(version, name)| format!("{version} {name}")))
        .unchanged("")
        .help("a newer version of the program made them; use that one")
        .help(match policy {
            NewerDatabase::Refuse => {
                "`NewerDatabase::RollBack` reverts them by the downs that are stored in the database; \
                 `NewerDatabase::Tolerate` lets those be that are marked as compatible"
            }
            NewerDatabase::RollBack => {
                "they can't be reverted alone, since one that this program knows was applied after them"
            }
            NewerDatabase::Tolerate => {
                "they are let be only when going up with nothing pending, above all that this program knows, and if \
                 each says `-- migratory: compatible-with <version>` of a version that it has"
            }
        })
}

pub(super) fn out_of_order(pending: &[String], applied: &str) -> Words {
    Words::new(format!("migrations are pending below one that is applied, {applied}:"))
        .list(pending)
        .unchanged(": they were written for a schema that the database has left behind")
        .help("give them numbers above the applied ones")
        .help("or revert to the version before them with `Runner::to`, and go up again")
}

pub(super) fn changed(files: &[String]) -> Words {
    Words::new("migrations were changed after the database had applied them:")
        .list(files)
        .unchanged(" in the database")
        .help("restore their text, and write the change as a migration of its own")
        .help(
            "while still developing, `Runner::redo` reverts the newest as it was applied, and applies its new text",
        )
        .help(
            "if the database is as the new text wants it, `Runner::repair` with `Repair::Edited` accepts it",
        )
}

pub(super) fn irreversible(version: Version, name: &str, reason: Option<&str>) -> Words {
    let reason = reason.unwrap_or("it has no down");
    Words::new(format!("migration {version} {name} can't be reverted: {reason}")).unchanged("")
}

pub(super) fn dirty(
    version: Version,
    name: &str,
    direction: Direction,
    why: &Unresumable,
) -> Words {
    let words = Words::new(format!(
        "migration {version} {name} was being {} outside of a transaction and did not finish",
        verb(direction)
    ));
    match why {
        Unresumable::OtherScript => words
            .unchanged(
                " now: this program does not have the script that was running, so it can't continue it",
            )
            .help("start the program that has it, which continues where it stopped")
            .help(by_hand("or ", version)),
        Unresumable::BoundToConnection { file, line, statement } => {
            let begins = format!(
                "what comes before {file}:{line} is done, and what begins there is not:"
            );
            let words = words.line(begins).list(statement.lines());
            words
                .unchanged(
                    " now: the script uses temporary objects or attached databases, which are gone",
                )
                .help(by_hand("", version))
        }
        Unresumable::NoProgress => words
            .unchanged(" now: it is not known which of its statements are done")
            .help(by_hand("", version)),
    }
}

pub(super) fn underway(version: Version, name: &str, direction: Direction) -> Words {
    Words::new(format!(
        "migration {version} {name} is being {} outside of a transaction and has not finished",
        verb(direction)
    ))
    .unchanged(
        ": a backup or a comparison made now would hold half of it; to try again later is safe",
    )
    .help(
        "if another process is at it, `Connection::busy_timeout` sets how long to wait; if not, the next run \
         finishes it",
    )
}

pub(super) fn unrecorded(
    version: Version,
    name: &str,
    source: &ErrorKind,
    is_resumable: bool,
) -> Words {
    // Use only the source's problem: its state and help describe a run that did nothing.
    let source = super::words(source);
    let failed = format!(
        "migration {version} {name} ran to its end outside of a transaction, and that could not be recorded"
    );
    let words = Words::new(format!("{failed}: {}", source.problem));
    let words = match source.without_source() {
        Some(brief) => words.brief(format!("{failed}: {brief}")),
        None => words,
    };
    if is_resumable {
        words.help("try again, which is safe: the next run records it")
    } else {
        words.help(format!(
            "when the database can be written, call `Runner::repair` with `Repair::Done({version})`"
        ))
    }
}

const fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    }
}

pub(super) fn stale(folder: &str, files: &[String]) -> Words {
    Words::new(format!("{folder} holds files that this program was built without:"))
        .list(files)
        .unchanged(": cargo builds again when an embedded file changes, but does not see a new one")
        .help(format!(
            "build again after a change to a source file, and let a `build.rs` beside Cargo.toml see to it from now on:\n    \
             fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}"
        ))
}
