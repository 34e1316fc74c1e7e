//! Parses a script: its text, its statements and its header.

use std::ops::Range;

use migratory_core::Mode;
use migratory_core::sql::left_out::left_out;
use migratory_core::sql::own_transaction::own_transaction;
use migratory_core::sql::statements;

use crate::directive::{Directive, DirectiveKind};
use crate::text::decode;
use crate::text::header::Header;
use crate::text::parameter;
use crate::text::transaction;
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) sql: String,
    pub(crate) statements: Vec<Range<usize>>,
    pub(crate) header: Header,
    pub(crate) mode: Mode,
}

/// How to read a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) path: &'a str,
    pub(crate) direction: Direction,
    /// Whether it runs in a transaction, which Diesel's `metadata.toml` can turn off.
    pub(crate) in_transaction: bool,
    /// Whether it has shipped, and is accepted as it is.
    pub(crate) is_accepted: bool,
}

impl Script {
    /// Parses a file that must meet all rules.
    pub(crate) fn parse(
        path: &str,
        bytes: &[u8],
        direction: Direction,
        in_transaction: bool,
        findings: &mut Findings,
    ) -> Option<Self> {
        let reader = Reader { path, direction, in_transaction, is_accepted: false };
        Self::read(reader, bytes, findings)
    }

    /// Parses a file, and reports everything that can be judged without the other files.
    pub(crate) fn read(reader: Reader<'_>, bytes: &[u8], findings: &mut Findings) -> Option<Self> {
        let Reader { path, direction, is_accepted, .. } = reader;
        let sql = decode::decode(path, bytes, findings)?;
        let header = Header::parse(path, &sql, direction, is_accepted, findings);
        let mut statements: Vec<_> = statements::ranges(&sql).collect();
        let is_alone = header.get(DirectiveKind::NoTransaction).is_some();
        let has_own = is_accepted && !is_alone && own_transaction(&sql).is_some();
        // A file that brings its own transaction can run in the runner's.
        let is_in_none = is_alone || !(reader.in_transaction || has_own);
        let mode = if is_in_none { Mode::NoTransaction } else { Mode::of_script(&sql) };
        if is_accepted && mode != Mode::NoTransaction {
            findings.extend(transaction::settings(path, &sql, &statements));
            let left_out = left_out(&sql);
            statements.retain(|each| !left_out.contains(each));
        }
        if !has_own {
            findings.extend(transaction::check(path, &sql, &statements, mode, is_accepted));
        }
        findings.extend(parameter::check(path, &sql));
        if !is_accepted {
            findings.extend(content(path, direction, &sql, &statements, &header));
        }
        findings.extend(code(path, &header, mode));
        findings.keep(path, &sql);
        Some(Self { sql, statements, header, mode })
    }
}

/// Reports a file without statements that needs some, and one with statements that must have none.
fn content(
    path: &str,
    direction: Direction,
    sql: &str,
    statements: &[Range<usize>],
    header: &Header,
) -> Option<Diagnostic> {
    let nothing = header.get(DirectiveKind::NothingToUndo);
    // A header with an error may be meant to declare a step.
    let is_step = header.get(DirectiveKind::Code).is_some() || header.is_doubtful;
    match (direction, statements.first(), nothing) {
        (Direction::Up, None, _) if !is_step => Some(empty_up(path, sql)),
        (Direction::Down, None, None) if !is_step => Some(empty_down(path, sql)),
        (Direction::Down, Some(first), Some(nothing)) => {
            let message = "the down has nothing to undo, but holds a statement";
            let error = Diagnostic::error(Code::NothingToUndoWithStatement, message)
                .on(path, first.clone(), "the first statement")
                .on(path, nothing.range.clone(), "nothing to undo");
            Some(error.help("delete the directive or the statements"))
        }
        _ => None,
    }
}

/// Reports a step in Rust that contradicts another directive or setting.
fn code(path: &str, header: &Header, mode: Mode) -> Option<Diagnostic> {
    let step = header.get(DirectiveKind::Code)?;
    if mode == Mode::NoTransaction {
        return Some(outside(path, step, header.get(DirectiveKind::NoTransaction)));
    }
    let nothing = header.get(DirectiveKind::NothingToUndo)?;
    let message = "the down has nothing to undo, but names a step in Rust";
    Some(
        Diagnostic::error(Code::CodeRefused, message)
            .on(path, step.range.clone(), "the step")
            .on(path, nothing.range.clone(), "nothing to undo")
            .note("the program would have to supply a step with nothing to do")
            .help("delete `code`; or, if the step undoes something, delete `nothing-to-undo`"),
    )
}

/// Reports a step in a file that runs outside a transaction: by `directive`, or else by Diesel's `metadata.toml`.
fn outside(path: &str, step: &Directive, directive: Option<&Directive>) -> Diagnostic {
    let message = "a file with a step in Rust runs outside a transaction";
    let error =
        Diagnostic::error(Code::CodeRefused, message).on(path, step.range.clone(), "the step");
    let error = match directive {
        Some(it) => error.on(path, it.range.clone(), "no transaction"),
        None => error.note("its metadata.toml says `run_in_transaction = false`"),
    };
    error
        .note(
            "a step shares its file's transaction, so that both happen or neither: without one, a \
             failing step would leave the migration half-done",
        )
        .help("move the step to a migration of its own that runs in a transaction")
}

fn empty(path: &str, sql: &str) -> Diagnostic {
    let message =
        if sql.trim().is_empty() { "the file is empty" } else { "the file has no statement" };
    Diagnostic::error(Code::NoStatement, message).at(path)
}

fn empty_up(path: &str, sql: &str) -> Diagnostic {
    empty(path, sql)
        .note("the runner would record it as applied, and never run what you add later")
        .help("write a statement; or delete the migration, if it has not shipped")
        .help("or, if a step in Rust does all the work, write `-- migratory: code`")
}

fn empty_down(path: &str, sql: &str) -> Diagnostic {
    empty(path, sql)
        .note("an empty down succeeds without undoing anything: the next up would fail")
        .help(
            "write what undoes the up; if there is nothing to undo, write \
             `-- migratory: nothing-to-undo: <reason>`",
        )
        .help("or, if a step in Rust undoes the up, write `-- migratory: code`")
}
