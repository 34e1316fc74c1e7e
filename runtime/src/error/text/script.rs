//! Errors about a script or a Rust step that failed or was stopped.

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
    let mut words = Words::new(format!("{file}:{line}:{column}: {message}"));
    if failure.source.is_some() {
        words = words.brief(format!("{file}:{line}:{column}: the statement failed"));
    }
    let words = words.list(lines.chain(more));
    if failure.is_counted {
        return counted(words);
    }
    remains(words, failure.remains, *version).help_if(
        failure.is_untracked && !failure.remains.is_dirty(),
        "the database has tables and no history; if it existed before, `Runner::baseline` records the version that \
         it is at, and `Runner::adopt` takes it over from another library",
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
            "the script runs outside of a transaction and has written nothing: the next run starts it from the \
             beginning",
        ),
        Remains::Resumable { done: 0, .. } => words
            .state(
                "the script runs outside of a transaction and has written nothing, but its mark in the history could \
                 not be removed",
            )
            .help("try again, which is safe: the next run starts it from the beginning"),
        Remains::Resumable { done, of } => words
            .state(format!(
                "the script runs outside of a transaction; it is done up to statement {done} of {of}, and that is \
                 recorded"
            ))
            .help(
                "try again, which is safe: the next run continues there, even if the text from there on was \
                 corrected",
            )
            .help(by_hand("or ", version)),
        Remains::Part => words
            .state(
                "the script runs outside of a transaction: what came before this statement remains, and the next \
                 run can't continue it",
            )
            .help(by_hand("", version)),
    }
}

pub(super) fn foreign_keys(file: Option<&str>, violations: &[Violation], total: usize) -> Words {
    let file = file.unwrap_or("the migrations of one transaction");
    let (rows, lead) = if total == 1 { ("row", "leads") } else { ("rows", "lead") };
    let more = total.saturating_sub(violations.len());
    let more = (more > 0).then(|| format!(".. and {more} more"));
    Words::new(format!("{file}: after it, the foreign keys of {total} {rows} {lead} nowhere:"))
        .list(violations)
        .list(more)
        .state(ROLLED_BACK)
        .help(
            "keep the rows that these refer to, or delete or change the referring rows in the migration",
        )
}

pub(super) fn cancelled(step: Option<&(Version, String)>, what_remains: Remains) -> Words {
    match step {
        None => Words::new("the run was cancelled").unchanged(""),
        Some((version, file)) => {
            remains(Words::new(format!("the run was cancelled in {file}")), what_remains, *version)
        }
    }
}

/// Returns the help for settling a half-way script by hand; `or` follows other help.
pub(super) fn by_hand(or: &str, version: Version) -> String {
    format!(
        "{or}settle it by hand: bring the database to what it was before the script, and call `Runner::repair` with \
         `Repair::Undone({version})`; or to what it should be after it, with `Repair::Done({version})`"
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
        words.help(format!(
            "supply it with `Runner::{supplier}`, for the constant of version {version}"
        ))
    })
}

pub(super) fn unexpected_code(version: Version, direction: Direction, is_double: bool) -> Words {
    let supplier = supplier(direction);
    if is_double {
        return Words::new(format!(
            "the runner was given two steps in Rust for version {version}, by `Runner::{supplier}`"
        ))
        .unchanged("")
        .help("make them one");
    }
    Words::new(format!(
        "the runner was given a step in Rust for version {version}, by `Runner::{supplier}`, and its file does not \
         say that it has one"
    ))
    .unchanged("")
    .help("write `-- migratory: code` at the top of the file, or take the step away")
}

pub(super) fn code(file: &str, what: &CodeFault) -> Words {
    match what {
        CodeFault::Failed(error) => {
            Words::caused(format!("{file}: its step in Rust failed"), error).state(ROLLED_BACK)
        }
        CodeFault::EndedTransaction => Words::new(format!(
            "{file}: its step in Rust ended the transaction that the migration runs in"
        ))
        .state("if it committed, what was done up to there remains, and is not recorded")
        .help("take COMMIT and ROLLBACK out of the step; the runner commits"),
        CodeFault::ChangedSchema => {
            Words::new(format!("{file}: its step in Rust changed the schema"))
                .state(ROLLED_BACK)
                .help(
                    "change the schema in the file, where it is proven when the program is built; the step may \
                     change rows",
                )
        }
    }
}
