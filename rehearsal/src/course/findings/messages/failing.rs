//! Messages about a script that fails: what SQLite says, and where.

use std::ops::Range;

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Failure, Refusal, Trouble};
use migratory_runtime::Violation;

use super::{SHOWN, suggestions};
use crate::course::faults::Fault;
use crate::course::known::skipped;
use crate::remedy;
use crate::schema::{self, Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, Subject};

/// Reports a fault with which a script fails.
pub(super) fn failure(code: Code, script: &CheckedScript, fault: &Fault) -> Diagnostic {
    match fault {
        Fault::Unreadable { failure, table, columns } => {
            let subject = Subject::columns(table, columns);
            statement_fails(code, script, failure, None).with_subject(subject)
        }
        Fault::Trouble(trouble) => fails(code, script, trouble, None),
        _ => super::fails_on_rows(script, fault),
    }
}

/// Reports a script that fails; `schema` is the one in which a misspelt name is looked up.
pub(super) fn fails(
    code: Code,
    script: &CheckedScript,
    trouble: &Trouble,
    schema: Option<&Schema>,
) -> Diagnostic {
    match trouble {
        Trouble::Statement(failure) => statement_fails(code, script, failure, schema),
        Trouble::Refusal(Refusal::Dangling(added)) => {
            let message = "after this file, foreign keys refer to rows that do not exist";
            let shown = added.violations.iter().take(SHOWN);
            let names: Vec<_> = shown.clone().flat_map(names).collect();
            let texts: Vec<_> = shown.map(ToString::to_string).collect();
            Diagnostic::error(Code::Dangles, message)
                .at(&script.file)
                .mentioning(&names)
                .note(format!("seen in the rehearsal: {}", texts.join("; ")))
                .help(
                    "keep the rows that they refer to, or change or delete the rows that refer to those",
                )
        }
        Trouble::Refusal(Refusal::Sqlite(error)) => {
            Diagnostic::error(code, error.to_string()).at(&script.file)
        }
    }
}

/// Returns the names that a dangling key concerns.
fn names(violation: &Violation) -> impl Iterator<Item = Name> + '_ {
    let columns = violation.key.iter().map(|(column, _)| column);
    [&violation.table, &violation.parent].into_iter().chain(columns).map(Name::new)
}

fn statement_fails(
    code: Code,
    script: &CheckedScript,
    failure: &Failure,
    schema: Option<&Schema>,
) -> Diagnostic {
    let said = failure.message.as_str();
    // SQLite names the columns concerned only in its message.
    let names = Some(said).filter(|said| skipped::is_about_rows(said)).into_iter();
    let names: Vec<_> = names.flat_map(skipped::words).collect();
    let error = Diagnostic::error(code, said).mentioning(&names);
    let error = error.on(&script.file, place(script, failure), "");
    let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
    let near = schema.and_then(|schema| schema::hint(said, schema, text));
    let is_up = code == Code::UpFails;
    near.or_else(|| is_up.then(|| suggestions::not_made(said)).flatten())
        .into_iter()
        .chain(remedy::declare(said, text))
        .fold(error, Diagnostic::help)
}

/// Returns the token at which SQLite reported the error, or the whole statement.
fn place(script: &CheckedScript, failure: &Failure) -> Range<usize> {
    if failure.offset == failure.statement.start {
        return failure.statement.clone();
    }
    let token = lexer::tokens(&script.sql).find(|token| token.end() > failure.offset);
    token.map_or_else(|| failure.statement.clone(), |token| token.start..token.end())
}
