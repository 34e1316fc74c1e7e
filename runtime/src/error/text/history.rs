//! Errors about a history that doesn't fit the set.

use migratory_core::Direction;

use super::script::by_hand;
use crate::error::kind::ErrorKind;
use crate::error::remains::Unresumable;
use crate::error::words::Words;
use crate::history::table::TABLE;
use crate::{NewerDatabase, Version};

pub(super) fn not_ours(words: &mut Words, what: &str) {
    words
        .problem(format_args!("`{TABLE}` in the database is not as migratory creates it: {what}"))
        .unchanged("")
        .help(
            "rename or drop what migratory did not create, or restore the database from a backup",
        );
}

pub(super) fn broken(words: &mut Words, version: Version, what: &str) {
    words
        .problem(format_args!("the history of the database is broken at version {version}: {what}"))
        .unchanged("")
        .help(format_args!(
            "somebody edited the table `{TABLE}`; restore the database from a backup"
        ));
}

pub(super) fn no_such(words: &mut Words, version: Version, latest: Option<Version>) {
    let newest = match latest {
        Some(latest) => format!("its newest is {latest}"),
        None => "it has none".to_owned(),
    };
    words
        .problem(format_args!("this program has no migration {version}; {newest}"))
        .unchanged("")
        .help("use a constant that `embed_migrations!` emits, or `Target::Latest`");
}

pub(super) fn unknown(
    words: &mut Words,
    migrations: &[(Version, String)],
    latest: Option<Version>,
    policy: NewerDatabase,
) {
    let is_at = migrations.last().map(|(version, _)| {
        format!("the database is at version {version}, but this program knows ")
    });
    let known = match latest {
        Some(latest) => format!("only versions up to {latest}"),
        None => "no versions".to_owned(),
    };
    let migrations: Vec<_> =
        migrations.iter().map(|(version, name)| format!("{version} {name}")).collect();
    words
        .problem(format_args!("{}{known}; it does not know:", is_at.unwrap_or_default()))
        .first(&migrations)
        .unchanged("")
        .help("a newer version of the program applied them; use that version")
        .help(match policy {
            NewerDatabase::Refuse => {
                "`NewerDatabase::RollBack` reverts them with the downs stored in the database; \
                 `NewerDatabase::Tolerate` accepts those that are marked as compatible"
            }
            NewerDatabase::RollBack => {
                "they can't be reverted on their own, because a migration that this program knows was applied after them"
            }
            NewerDatabase::Tolerate => {
                "`NewerDatabase::Tolerate` accepts them only when going up with nothing pending, if all of them are above \
                 the versions that this program knows and say `-- migratory: compatible-with <version>` with one of these"
            }
        });
}

pub(super) fn out_of_order(words: &mut Words, pending: &[String], applied: &str) {
    words
        .problem(format_args!("migrations are pending below {applied}, which is already applied:"))
        .list(pending)
        .unchanged(": they were written for an earlier schema than the database has")
        .help("give them versions above the applied ones")
        .help(
            "or revert to the version before them with `Runner::to`, and call `Runner::up` again",
        );
}

pub(super) fn changed(words: &mut Words, files: &[String]) {
    words.problem(format_args!("migrations were edited after they were applied:"))
        .list(files)
        .unchanged(" in the database")
        .help("restore their text, and write the change as a new migration")
        .help(
            "during development, `Runner::redo` reverts the newest as it was applied, and applies its new text",
        )
        .help(
            "if the database already matches the new text, `Runner::repair` with `Repair::Edited` accepts it",
        );
}

pub(super) fn irreversible(words: &mut Words, version: Version, name: &str, reason: Option<&str>) {
    let reason = reason.unwrap_or("it has no down");
    words
        .problem(format_args!("migration {version} {name} can't be reverted: {reason}"))
        .unchanged("")
        .help("to go back anyway, restore a backup from before it with `Runner::restore`");
}

pub(super) fn dirty(
    words: &mut Words,
    version: Version,
    name: &str,
    direction: Direction,
    why: &Unresumable,
) {
    words.problem(format_args!(
        "migration {version} {name} was being {} outside a transaction and did not finish",
        verb(direction)
    ));
    let mut or = "";
    match why {
        Unresumable::OtherScript => {
            or = "or ";
            words
                .unchanged(
                    " now: this program does not have the script that was running, so it can't continue it",
                )
                .help("run the program that has it: it continues where the script stopped")
        }
        Unresumable::BoundToConnection { file, line, statement } => {
            words.line(format_args!(
                "everything before {file}:{line} is done; the next statement is:"
            ));
            for line in statement.lines() {
                words.item(&line);
            }
            words.unchanged(
                " now: the script uses temporary objects or attached databases, which no longer exist",
            )
        }
        Unresumable::NoProgress => {
            words.unchanged(" now: it is unknown which of its statements are done")
        }
    };
    words.help(by_hand(or, version).as_str());
}

pub(super) fn underway(words: &mut Words, version: Version, name: &str, direction: Direction) {
    words.problem(format_args!(
        "migration {version} {name} is being {} outside a transaction and has not finished",
        verb(direction)
    ))
    .unchanged(
        ": a backup or a comparison made now would see half of it; retrying later is safe",
    )
    .help(
        "if another process is running it, `Connection::busy_timeout` sets how long to wait; otherwise the next run \
         finishes it",
    );
}

pub(super) fn unrecorded(
    words: &mut Words,
    version: Version,
    name: &str,
    source: &ErrorKind,
    is_resumable: bool,
) {
    // Use only the source's problem: its state and help describe a run that did nothing.
    let source = super::words(source);
    let failed = format!(
        "migration {version} {name} ran to its end outside a transaction, but could not be recorded"
    );
    words.problem(format_args!("{failed}: {}", source.first_line()));
    if let Some(brief) = source.without_source() {
        words.brief(format_args!("{failed}: {brief}"));
    }
    if is_resumable {
        words.help("try again, which is safe: the next run records it");
    } else {
        words.help(format_args!(
            "once the database can be written, call `Runner::repair` with `Repair::Done({version})`"
        ));
    }
}

const fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    }
}

pub(super) fn stale(words: &mut Words, folder: &str, files: &[String]) {
    words.problem(format_args!("{folder} has files that this program was built without:"))
        .list(files)
        .unchanged(": cargo rebuilds when an embedded file changes, but doesn't notice a new one")
        .help(format_args!(
            "save a source file and build again; to make cargo notice new files, write into `build.rs` next to Cargo.toml:\n    \
             fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}"
        ));
}
