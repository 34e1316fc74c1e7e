//! Messages about a rehearsal that reached one of its bounds.

use std::ops::Range;
use std::time::Duration;

use migratory_runtime::__private::{Trouble, code};
use rusqlite::ErrorCode;

use crate::sandbox::bounds::Bounds;
use crate::sandbox::halt::Halt;
use migratory_analysis::{CheckedMigration, CheckedScript};
use migratory_analysis::{Code, Diagnostic};

/// Reports what stopped the rehearsal.
pub(crate) fn diagnostic(
    halt: &Halt,
    folder: &str,
    limit: Duration,
    bounds: &Bounds,
) -> Diagnostic {
    let place = halt.place.clone();
    match halt.code() {
        _ if bounds.is_out_of_memory() => of_memory(folder, place),
        Some(ErrorCode::OperationInterrupted) => late(folder, limit, place),
        Some(ErrorCode::DiskFull | ErrorCode::OutOfMemory) => of_memory(folder, place),
        Some(ErrorCode::TooBig) => of_length(folder, place),
        _ => error(format!("the rehearsal could not continue: {halt}"), folder, place)
            .help(LEAVE_OUT.trim_start_matches("or ")),
    }
}

/// Adds which migrations were not reached, so that nothing is known about them.
pub(crate) fn with_rest(
    error: Diagnostic,
    set: &[CheckedMigration],
    at: usize,
    on_rows: bool,
) -> Diagnostic {
    let rest = set.get(at + 1..).unwrap_or_default();
    let what = if on_rows { "tried on rows" } else { "rehearsed" };
    match rest {
        [] => error,
        [one] => error.note(format!("`{}`, which comes after it, was not {what}", one.up.file)),
        [first, .., last] => error.note(format!(
            "the {} migrations after it, from `{}` to `{}`, were not {what}",
            rest.len(),
            first.up.file,
            last.up.file
        )),
    }
}

/// Reports a statement that needs more than a rehearsal database has; the rehearsal goes on without
/// it. Returns `None` if the statement fails for another reason, or reached a bound that ends the
/// rehearsal.
pub(crate) fn of_statement(
    script: &CheckedScript,
    trouble: &Trouble,
    bounds: &Bounds,
) -> Option<Diagnostic> {
    let Trouble::Statement(failure) = trouble else { return None };
    let place = Some((script.file.clone(), failure.statement.clone()));
    let code = failure.source.as_ref().and_then(code);
    match code.filter(|_| !bounds.is_up())? {
        ErrorCode::DiskFull => Some(of_memory("", place)),
        ErrorCode::TooBig => Some(of_length("", place)),
        _ => None,
    }
}

/// Reports that time is up.
pub(crate) fn late(
    folder: &str,
    limit: Duration,
    place: Option<(String, Range<usize>)>,
) -> Diagnostic {
    let message = format!("the rehearsal did not end within {} s", limit.as_secs_f64());
    error(message, folder, place)
        .note(HANDFUL)
        .help(ENDLESS)
        .help("or give it more time: `embed_migrations!(.., time_limit = 60)`")
        .help(LEAVE_OUT)
}

fn of_memory(folder: &str, place: Option<(String, Range<usize>)>) -> Diagnostic {
    error("the rehearsal needs too much memory".to_owned(), folder, place)
        .note("a database of the rehearsal may have 128 MiB, its temporary tables 64 MiB, and all together 1 GiB")
        .note(HANDFUL)
        .help(ENDLESS)
        .help(LEAVE_OUT)
}

fn of_length(folder: &str, place: Option<(String, Range<usize>)>) -> Diagnostic {
    error("a value is too long for the rehearsal".to_owned(), folder, place)
        .note(
            "a text, a blob or a row may have 1 MiB, or twice the longest literal of the set; 64 KiB where `json_patch` or \
             `snippet` is called; and the two texts of `trim`, `instr` or `replace` may not both be long: \
             SQLite compares each byte with each",
        )
        .help("use shorter values: the rehearsal needs no long ones to show what the statement does")
        .help(LEAVE_OUT)
}

fn error(message: String, folder: &str, place: Option<(String, Range<usize>)>) -> Diagnostic {
    let error = Diagnostic::error(Code::RehearsalHalted, message);
    match place {
        Some((file, range)) => error.on(&file, range, "while it ran this statement"),
        None => error.at(folder),
    }
}

const HANDFUL: &str =
    "the rehearsal inserts only a few rows into each table, so their number is not the cause";
const ENDLESS: &str =
    "check that every recursive query ends, and that no statement generates millions of rows";

const LEAVE_OUT: &str = "or leave the file out of the rehearsal, and say why at its top: `-- migratory: no-rehearsal: <reason>`";
