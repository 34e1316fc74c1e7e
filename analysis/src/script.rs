//! A script that was read: its text, its statements, and what its comments say.

use migratory_runtime::__private::own_transaction;
use migratory_runtime::Mode;

use crate::directive::{Directive, DirectiveKind};
use crate::header::Header;
use crate::name::Direction;
use crate::statement::{self, Statement};
use crate::{Code, Diagnostic, Findings};
use crate::{parameter, text, transaction};

#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) sql: String,
    pub(crate) statements: Vec<Statement>,
    pub(crate) header: Header,
    pub(crate) mode: Mode,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) path: &'a str,
    pub(crate) direction: Direction,
    /// Whether Diesel's `metadata.toml` leaves it the runner's transaction.
    pub(crate) in_transaction: bool,
    /// Whether it has shipped, and is taken as it is.
    pub(crate) is_accepted: bool,
}

impl Script {
    /// Parses the text of a file that is held to all rules.
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

    /// Parses the text of a file, and reports all that can be said of it alone.
    pub(crate) fn read(reader: Reader<'_>, bytes: &[u8], findings: &mut Findings) -> Option<Self> {
        let Reader { path, direction, is_accepted, .. } = reader;
        let sql = text::decode(path, bytes, findings)?;
        let header = Header::parse(path, &sql, direction, is_accepted, findings);
        let mut statements = statement::split(&sql);
        let is_alone = header.get(DirectiveKind::NoTransaction).is_some();
        let own = own_transaction(&sql).filter(|_| is_accepted && !is_alone);
        let mode = match own {
            None if is_alone || !reader.in_transaction => Mode::NoTransaction,
            // What it does, it does in a transaction.
            _ => Mode::of_script(&sql),
        };
        if let Some(own) = own {
            statements.retain(|each| !own.contains(&each.range));
        } else {
            let told = transaction::check(path, &sql, &statements, mode, is_accepted);
            findings.extend(told);
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

/// Whether there are statements where there should be, and none where there should be none.
fn content(
    path: &str,
    direction: Direction,
    sql: &str,
    statements: &[Statement],
    header: &Header,
) -> Option<Diagnostic> {
    let nothing = header.get(DirectiveKind::NothingToUndo);
    // Of a head that was not understood, nobody knows whether it names a step.
    let is_step = header.get(DirectiveKind::Code).is_some() || header.is_doubtful;
    match (direction, statements.first(), nothing) {
        (Direction::Up, None, _) if !is_step => Some(empty_up(path, sql)),
        (Direction::Down, None, None) if !is_step => Some(empty_down(path, sql)),
        (Direction::Down, Some(first), Some(nothing)) => {
            let message = "the down says that there is nothing to undo, and undoes something";
            let error = Diagnostic::error(Code::NothingToUndoWithStatement, message)
                .on(path, first.range.clone(), "the first statement")
                .on(path, nothing.range.clone(), "said here");
            Some(error.help("delete the directive, or the statements"))
        }
        _ => None,
    }
}

/// A step in Rust where there can be none, or is none.
fn code(path: &str, header: &Header, mode: Mode) -> Option<Diagnostic> {
    let step = header.get(DirectiveKind::Code)?;
    if mode == Mode::NoTransaction {
        return Some(outside(path, step, header.get(DirectiveKind::NoTransaction)));
    }
    let nothing = header.get(DirectiveKind::NothingToUndo)?;
    let message = "the down says that there is nothing to undo, and that a step in Rust undoes it";
    Some(
        Diagnostic::error(Code::CodeRefused, message)
            .on(path, step.range.clone(), "the step")
            .on(path, nothing.range.clone(), "said here")
            .note("the program would have to supply a step that has nothing to do")
            .help("delete `nothing-to-undo` if there is such a step, or `code` if there is none"),
    )
}

/// Without `said`, it is Diesel's `metadata.toml` that says so.
fn outside(path: &str, step: &Directive, said: Option<&Directive>) -> Diagnostic {
    let message = "a step in Rust belongs to a file that runs outside of any transaction";
    let error =
        Diagnostic::error(Code::CodeRefused, message).on(path, step.range.clone(), "the step");
    let error = match said {
        Some(said) => error.on(path, said.range.clone(), "no transaction"),
        None => error.note("the metadata.toml beside it says `run_in_transaction = false`"),
    };
    error
        .note(
            "a step runs in the transaction of its file, so that both are done or neither: here, \
             one that fails would leave the migration half-done",
        )
        .help("move the step into a migration of its own, which runs in a transaction")
}

fn empty(path: &str, sql: &str) -> Diagnostic {
    let message =
        if sql.trim().is_empty() { "the file is empty" } else { "the file holds no statement" };
    Diagnostic::error(Code::NoStatement, message).at(path)
}

fn empty_up(path: &str, sql: &str) -> Diagnostic {
    empty(path, sql)
        .note("it would be recorded as applied, and what it was meant to do would never happen")
        .help("write at least one statement; or delete the migration, if it was not released yet")
        .help("or, if a step in Rust does it all, say so: `-- migratory: code`")
}

fn empty_down(path: &str, sql: &str) -> Diagnostic {
    empty(path, sql)
        .note("an empty down reports success and undoes nothing: the next up would fail")
        .help(
            "write what undoes the up; if there is nothing to undo, say why: \
             `-- migratory: nothing-to-undo: <reason>`",
        )
        .help("or, if a step in Rust undoes it, say so: `-- migratory: code`")
}
