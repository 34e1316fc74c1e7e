//! Errors about a script or a step in Rust that failed or was stopped.

use migratory_core::Direction;

use crate::Version;
use crate::db::foreign_keys::Violation;
use crate::error::kind::{CodeFault, StatementFailure};
use crate::error::remains::Remains;
use crate::error::words::Words;

/// How many lines of a statement to show.
const SHOWN: usize = 8;

const ROLLED_BACK: &str = "its transaction was rolled back: nothing of it remains";

pub(super) fn statement(failure: &StatementFailure) -> Words {
    let StatementFailure { file, line, column, message, statement, version, .. } = failure;
    let lines = statement.lines().take(SHOWN).map(str::trim_end);
    let more = statement.lines().nth(SHOWN).map(|_| "..");
    let mut words = Words::new(format_args!("{file}:{line}:{column}: {message}"));
    if failure.source.is_some() {
        words = words.brief(format_args!("{file}:{line}:{column}: the statement failed"));
    }
    let words = words.list(lines.chain(more));
    if failure.is_counted {
        return counted(words);
    }
    remains(words, failure.remains, *version).help_if(
        failure.is_untracked && !failure.remains.is_dirty(),
        "the database has tables but no history; if it existed before, `Runner::baseline` records its version, and \
         `Runner::adopt` adopts it from another library",
    )
}

fn counted(words: Words) -> Words {
    words
        .line(
            "no row dangles: SQLite counts each row that refers to a dropped table as a violation of its deferred \
             key, keeps the count when another table takes the name, and refuses the COMMIT",
        )
        .state(ROLLED_BACK)
        .help(
            "to rebuild a table that others refer to, begin the file with `PRAGMA foreign_keys = OFF;` and end it \
             with `PRAGMA foreign_keys = ON;`: the runner turns them off before its transaction begins, and checks \
             them before it commits",
        )
}

/// Adds the state of the database after an interrupted script, and what to do.
fn remains(words: Words, remains: Remains, version: Version) -> Words {
    match remains {
        Remains::RolledBack => words.state(ROLLED_BACK),
        Remains::Nothing => words.state(
            "the script runs outside a transaction and has written nothing: the next run starts it from the \
             beginning",
        ),
        Remains::Resumable { done: 0, .. } => words
            .state(
                "the script runs outside a transaction and has written nothing, but its mark in the history could \
                 not be removed",
            )
            .help("try again, which is safe: the next run starts it from the beginning"),
        Remains::Resumable { done, of } => words
            .state(format_args!(
                "the script runs outside a transaction; its progress is recorded: statement {done} of {of} is done"
            ))
            .help(
                "try again, which is safe: the next run continues there, even if you correct the text from there on",
            )
            .help(by_hand("or ", version)),
        Remains::Part => words
            .state(
                "the script runs outside a transaction: the effects of the statements before this one remain, and \
                 the next run can't continue it",
            )
            .help(by_hand("", version)),
    }
}

pub(super) fn foreign_keys(file: Option<&str>, violations: &[Violation], total: usize) -> Words {
    let file = file.unwrap_or("the migrations of one transaction");
    let rows = if total == 1 {
        "row has a dangling foreign key"
    } else {
        "rows have dangling foreign keys"
    };
    let more = total.saturating_sub(violations.len());
    let more = (more > 0).then(|| format!(".. and {more} more"));
    Words::new(format_args!("{file}: {total} {rows}:"))
        .list(violations)
        .list(more)
        .state(ROLLED_BACK)
        .help("keep the parent rows, or delete or change the referring rows in the migration")
}

pub(super) fn cancelled(step: Option<&(Version, String)>, what_remains: Remains) -> Words {
    match step {
        None => Words::new("the run was cancelled").unchanged(""),
        Some((version, file)) => remains(
            Words::new(format_args!("the run was cancelled in {file}")),
            what_remains,
            *version,
        ),
    }
}

/// Returns the help for settling a half-way script by hand; `or` follows other help.
pub(super) fn by_hand(or: &str, version: Version) -> String {
    format!(
        "{or}resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone({version})`, or complete \
         it and call `Runner::repair` with `Repair::Done({version})`"
    )
}

const fn supplier(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "code",
        Direction::Down => "code_down",
    }
}

pub(super) fn missing_code(steps: &[(Version, Direction, String)]) -> Words {
    let words = Words::new("migrations have a step in Rust that the runner was not given:")
        .list(steps.iter().map(|(_, _, file)| file))
        .unchanged("");
    steps.iter().fold(words, |words, (version, direction, _)| {
        let supplier = supplier(*direction);
        words.help(format_args!(
            "supply it with `Runner::{supplier}` and the constant of version {version}"
        ))
    })
}

pub(super) fn unexpected_code(version: Version, direction: Direction, is_double: bool) -> Words {
    let supplier = supplier(direction);
    if is_double {
        return Words::new(format_args!(
            "the runner was given two steps in Rust for version {version} with `Runner::{supplier}`"
        ))
        .unchanged("")
        .help("combine them into one");
    }
    Words::new(format_args!(
        "the runner was given a step in Rust for version {version} with `Runner::{supplier}`, but its file does not \
         declare one"
    ))
    .unchanged("")
    .help("write `-- migratory: code` at the top of the file, or remove the step")
}

pub(super) fn code(file: &str, what: &CodeFault) -> Words {
    match what {
        CodeFault::Failed(error) => {
            Words::caused(format_args!("{file}: its step in Rust failed"), error).state(ROLLED_BACK)
        }
        CodeFault::EndedTransaction => Words::new(format_args!(
            "{file}: its step in Rust ended the transaction of the migration"
        ))
        .state("if it committed, the changes up to there remain, and are not recorded")
        .help("remove COMMIT and ROLLBACK from the step; the runner commits"),
        CodeFault::ChangedSchema => Words::new(format_args!(
            "{file}: its step in Rust changed the schema"
        ))
        .state(ROLLED_BACK)
        .help("change the schema in the file, where the build proves it; the step may change rows"),
    }
}
