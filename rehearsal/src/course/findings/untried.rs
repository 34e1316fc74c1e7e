//! Warns about what was not filled or not tried on rows, and says how to help.

use std::ops::Range;

use migratory_core::sql::lexer;

use crate::sandbox::context::Context;
use crate::schema::Name;
use migratory_analysis::{CheckedMigration, CheckedScript};
use migratory_analysis::{Code, Diagnostic, Rehearsal, SAMPLE_ROWS, Untried, UntriedReason};

/// Returns the warnings about what the rehearsal could not do.
pub(crate) fn warnings(
    context: Context<'_>,
    folder: &str,
    rehearsal: &Rehearsal,
) -> Vec<Diagnostic> {
    let gaps = rehearsal.gaps.iter().filter_map(|(table, (version, said))| {
        let at = context.set.iter().position(|it| it.version == *version)?;
        Some(unfilled(&context.set[..=at], folder, &Name::from(table.as_str()), said))
    });
    let untried = rehearsal.untried.iter().filter_map(|it| untried(context.set, folder, it));
    gaps.chain(untried).collect()
}

/// Warns about a table that the last of these migrations found without rows.
fn unfilled(set: &[CheckedMigration], folder: &str, table: &Name, said: &str) -> Diagnostic {
    let message = format!("the table `{table}` could not be filled with rows: {said}");
    let warning = Diagnostic::warning(Code::Unfilled, message);
    let mut makers = set.iter().enumerate().rev();
    let made = makers.find_map(|(at, it)| Some((at, definition(&it.up, table)?)));
    // Sample rows are inserted after a migration: the one that found no rows needs those of an
    // earlier one.
    let at = made.as_ref().map_or(set.len().saturating_sub(2), |(at, _)| *at);
    let file = &set[at].up.file;
    let warning = match made {
        Some((_, range)) => warning.on(file, range, ""),
        None => warning.at(file),
    };
    let (rows, table) = (rows(folder, &set[at].digits), table.written());
    warning
        .note("the rehearsal generates rows that the schema allows, and found none that this table accepts: what later migrations do to its rows was not tried")
        .help(format!("write rows that it accepts to `{rows}`, as `INSERT INTO {table} ..`: the rehearsal inserts them after this migration"))
}

/// Returns the statement that creates a table.
fn definition(script: &CheckedScript, table: &Name) -> Option<Range<usize>> {
    let makes = |range: &&Range<usize>| {
        let text = script.sql.get((*range).clone()).unwrap_or_default();
        let mut tokens = lexer::meaningful(text);
        let is_create = tokens.next().is_some_and(|token| token.is_word("create"));
        is_create && tokens.take(6).any(|token| *table == *token.unquoted())
    };
    script.statements.iter().find(makes).cloned()
}

/// Warns about a script that was not tried on all rows. A step in Rust needs no warning: its
/// declaration documents that it does not run here.
fn untried(set: &[CheckedMigration], folder: &str, untried: &Untried) -> Option<Diagnostic> {
    let (message, why) = match &untried.reason {
        UntriedReason::Step => return None,
        UntriedReason::RuledOut => (
            "this file was tried on ordinary rows only".to_owned(),
            "its assumptions rule out so many kinds of unusual rows that the rehearsal stopped trying others",
        ),
        UntriedReason::Assumed(said) => (
            format!("this file could not be tried on rows: {said}"),
            "it fails in this way on generated rows, and states itself that such rows do not occur",
        ),
        UntriedReason::Content(said) => (
            format!("this file could not be tried on all rows: {said}"),
            "it fails in this way on generated values, and the schema does not say whether users have such values",
        ),
    };
    let at = set.iter().position(|it| it.scripts().any(|script| script.file == untried.file))?;
    let is_up = set[at].up.file == untried.file;
    // Sample rows are inserted after a migration: an up needs those of the one before.
    let version = if is_up { at.checked_sub(1) } else { Some(at) }.map(|at| &set[at].digits);
    let warning = Diagnostic::warning(Code::Untried, message).at(&untried.file).note(why);
    Some(match version {
        Some(version) => warning.help(format!(
            "write rows as users have them to `{}`: the rehearsal tries the file on these",
            rows(folder, version)
        )),
        None => warning,
    })
}

fn rows(folder: &str, digits: &str) -> String {
    format!("{folder}/{SAMPLE_ROWS}/{digits}.sql")
}
