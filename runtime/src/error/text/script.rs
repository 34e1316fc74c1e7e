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

pub(super) fn statement(words: &mut Words, failure: &StatementFailure) {
    let StatementFailure { file, line, column, message, statement, version, .. } = failure;
    words.problem(format_args!("{file}:{line}:{column}: {message}"));
    if failure.source.is_some() {
        words.brief(format_args!("{file}:{line}:{column}: the statement failed"));
    }
    for (nth, line) in statement.lines().take(SHOWN + 1).enumerate() {
        let shown = if nth < SHOWN { line.trim_end() } else { ".." };
        words.item(&shown);
    }
    if failure.is_counted {
        return counted(words);
    }
    remains(words, failure.remains, *version);
    if failure.is_untracked && !failure.remains.is_dirty() {
        words.help(
            "the database has tables but no history; if it existed before, `Runner::baseline` records its version, and \
             `Runner::adopt` adopts it from another library",
        );
    }
}

fn counted(words: &mut Words) {
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
        );
}

/// Adds the state of the database after an interrupted script, and what to do.
fn remains(words: &mut Words, remains: Remains, version: Version) {
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
            .help(by_hand("or ", version).as_str()),
        Remains::Part => words
            .state(
                "the script runs outside a transaction: the effects of the statements before this one remain, and \
                 the next run can't continue it",
            )
            .help(by_hand("", version).as_str()),
    };
}

pub(super) fn foreign_keys(
    words: &mut Words,
    file: Option<&str>,
    violations: &[Violation],
    total: usize,
) {
    let file = file.unwrap_or("the migrations of one transaction");
    let rows = if total == 1 {
        "row has a dangling foreign key"
    } else {
        "rows have dangling foreign keys"
    };
    words.problem(format_args!("{file}: {total} {rows}:")).list(violations);
    match total.saturating_sub(violations.len()) {
        0 => {}
        more => _ = words.item(&format_args!(".. and {more} more")),
    }
    words
        .state(ROLLED_BACK)
        .help("keep the parent rows, or delete or change the referring rows in the migration");
}

pub(super) fn cancelled(
    words: &mut Words,
    step: Option<&(Version, String)>,
    what_remains: Remains,
) {
    match step {
        None => _ = words.problem(format_args!("the run was cancelled")).unchanged(""),
        Some((version, file)) => {
            words.problem(format_args!("the run was cancelled in {file}"));
            remains(words, what_remains, *version);
        }
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

pub(super) fn missing_code(words: &mut Words, steps: &[(Version, Direction, String)]) {
    words.problem(format_args!("migrations have a step in Rust that the runner was not given:"));
    for (_, _, file) in steps {
        words.item(file);
    }
    words.unchanged("");
    for (version, direction, _) in steps {
        let supplier = supplier(*direction);
        words.help(format_args!(
            "supply it with `Runner::{supplier}` and the constant of version {version}"
        ));
    }
}

pub(super) fn unexpected_code(
    words: &mut Words,
    version: Version,
    direction: Direction,
    is_double: bool,
) {
    let supplier = supplier(direction);
    if is_double {
        words
            .problem(format_args!(
                "the runner was given two steps in Rust for version {version} with `Runner::{supplier}`"
            ))
            .unchanged("")
            .help("combine them into one");
        return;
    }
    words
        .problem(format_args!(
            "the runner was given a step in Rust for version {version} with `Runner::{supplier}`, but its file does not \
             declare one"
        ))
        .unchanged("")
        .help("write `-- migratory: code` at the top of the file, or remove the step");
}

pub(super) fn code(words: &mut Words, file: &str, what: &CodeFault) {
    match what {
        CodeFault::Failed(error) => words
            .caused(format_args!("{file}: its step in Rust failed"), error)
            .state(ROLLED_BACK),
        CodeFault::EndedTransaction => words
            .problem(format_args!("{file}: its step in Rust ended the transaction of the migration"))
            .state("if it committed, the changes up to there remain, and are not recorded")
            .help("remove COMMIT and ROLLBACK from the step; the runner commits"),
        CodeFault::ChangedSchema => words
            .problem(format_args!("{file}: its step in Rust changed the schema"))
            .state(ROLLED_BACK)
            .help(
                "change the schema in the file, where the build proves it; the step may change rows",
            ),
    };
}
