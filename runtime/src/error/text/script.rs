//! A script, or a step in Rust, that failed or was stopped.

use std::fmt::{self, Formatter};

use migratory_core::Direction;

use super::list;
use crate::Version;
use crate::db::foreign_keys::Violation;
use crate::error::kind::{CodeFault, Remains, StatementFailure};

/// How many lines of a statement are shown.
const SHOWN: usize = 8;

pub(super) fn statement(f: &mut Formatter<'_>, failure: &StatementFailure) -> fmt::Result {
    let StatementFailure { file, line, column, message, statement, version, .. } = failure;
    write!(f, "{file}:{line}:{column}: {message}")?;
    for (nth, line) in statement.lines().enumerate() {
        if nth == SHOWN {
            f.write_str("\n    ..")?;
            break;
        }
        write!(f, "\n    {}", line.trim_end())?;
    }
    if failure.is_counted {
        f.write_str(
            "\nno row dangles: SQLite counts each row that refers to a dropped table as a violation of its deferred key, \
             keeps the count when another table takes the name, and refuses the COMMIT",
        )?;
    }
    remains(f, failure.remains, *version)?;
    if failure.is_counted {
        f.write_str(
            "\nhelp: to rebuild a table that others refer to, begin the file with `PRAGMA foreign_keys = OFF;` and end \
             it with `PRAGMA foreign_keys = ON;`: the runner turns them off before its transaction begins, and checks \
             them before it commits",
        )?;
    }
    if failure.is_untracked && !failure.is_counted && !failure.remains.is_dirty() {
        f.write_str(
            "\nhelp: the database has tables and no history; if it existed before, `Runner::baseline` records the \
             version that it is at, and `Runner::adopt` takes it over from another library",
        )?;
    }
    Ok(())
}

/// In which state the database is after a script that stopped, and the ways out.
fn remains(f: &mut Formatter<'_>, remains: Remains, version: Version) -> fmt::Result {
    match remains {
        Remains::RolledBack => {
            f.write_str("\nits transaction was rolled back: nothing of it remains")
        }
        Remains::Nothing => f.write_str(
            "\nthe script runs outside of a transaction and has written nothing: the next run starts it from the \
             beginning",
        ),
        Remains::Resumable { done: 0, .. } => f.write_str(
            "\nthe script runs outside of a transaction and has written nothing, but its mark in the history could not \
             be removed\n\
             help: try again, which is safe: the next run starts it from the beginning",
        ),
        Remains::Resumable { done, of } => write!(
            f,
            "\nthe script runs outside of a transaction; it is done up to statement {done} of {of}, and that is recorded\n\
             help: try again, which is safe: the next run continues there, even if the text from there on was \
             corrected\n{}",
            by_hand("or ", version)
        ),
        Remains::Part => write!(
            f,
            "\nthe script runs outside of a transaction: what came before this statement remains, and the next \
             run can't continue it\n{}",
            by_hand("", version)
        ),
    }
}

pub(super) fn foreign_keys(
    f: &mut Formatter<'_>,
    file: Option<&str>,
    violations: &[Violation],
    total: usize,
) -> fmt::Result {
    let file = file.unwrap_or("the migrations of one transaction");
    let (rows, lead) = if total == 1 { ("row", "leads") } else { ("rows", "lead") };
    write!(f, "{file}: after it, the foreign keys of {total} {rows} {lead} nowhere:")?;
    list(f, violations.iter())?;
    if total > violations.len() {
        write!(f, "\n    .. and {} more", total - violations.len())?;
    }
    f.write_str(
        "\nits transaction was rolled back: nothing of it remains\n\
         help: keep the rows that these refer to, or delete or change the referring rows in the migration",
    )
}

pub(super) fn cancelled(
    f: &mut Formatter<'_>,
    step: Option<&(Version, String)>,
    what_remains: Remains,
) -> fmt::Result {
    let Some((version, file)) = step else {
        return f.write_str("the run was cancelled\nnothing was changed");
    };
    write!(f, "the run was cancelled in {file}")?;
    remains(f, what_remains, *version)
}

/// The way out of a script that is half-way, for a person; `or` where there is another.
pub(super) fn by_hand(or: &str, version: Version) -> String {
    format!(
        "help: {or}settle it by hand: bring the database to what it was before the script, and call `Runner::repair` with \
         `Repair::Undone({version})`; or to what it should be after it, with `Repair::Done({version})`"
    )
}

const fn supplier(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "code",
        Direction::Down => "code_down",
    }
}

pub(super) fn missing_code(
    f: &mut Formatter<'_>,
    steps: &[(Version, Direction, String)],
) -> fmt::Result {
    f.write_str("migrations have a step in Rust that the runner was not given:")?;
    list(f, steps.iter().map(|(_, _, file)| file))?;
    f.write_str("\nnothing was changed")?;
    steps.iter().try_for_each(|(version, direction, _)| {
        let supplier = supplier(*direction);
        write!(
            f,
            "\nhelp: supply it with `Runner::{supplier}`, for the constant of version {version}"
        )
    })
}

pub(super) fn unexpected_code(
    f: &mut Formatter<'_>,
    version: Version,
    direction: Direction,
    is_double: bool,
) -> fmt::Result {
    let supplier = supplier(direction);
    if is_double {
        return write!(
            f,
            "the runner was given two steps in Rust for version {version}, by `Runner::{supplier}`\n\
             nothing was changed\n\
             help: make them one"
        );
    }
    write!(
        f,
        "the runner was given a step in Rust for version {version}, by `Runner::{supplier}`, and its file does \
         not say that it has one\n\
         nothing was changed\n\
         help: write `-- migratory: code` at the top of the file, or take the step away"
    )
}

pub(super) fn code(f: &mut Formatter<'_>, file: &str, what: &CodeFault) -> fmt::Result {
    match what {
        CodeFault::Failed(error) => write!(
            f,
            "{file}: its step in Rust failed: {error}\n\
             its transaction was rolled back: nothing of it remains"
        ),
        CodeFault::EndedTransaction => write!(
            f,
            "{file}: its step in Rust ended the transaction that the migration runs in\n\
             if it committed, what was done up to there remains, and is not recorded\n\
             help: take COMMIT and ROLLBACK out of the step; the runner commits"
        ),
        CodeFault::ChangedSchema => write!(
            f,
            "{file}: its step in Rust changed the schema\n\
             its transaction was rolled back: nothing of it remains\n\
             help: change the schema in the file, where it is proven when the program is built; the step may \
             change rows"
        ),
    }
}
