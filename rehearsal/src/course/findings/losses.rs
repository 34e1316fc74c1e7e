//! Messages about rows and values that a script loses.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer;
use migratory_runtime::Violation;
use rusqlite::types::Value;

use super::messages::SHOWN;
use super::suggestions;
use crate::comparison::preserved::{Loss, What};
use crate::mention::Mention;
use crate::rows::shown_value;
use crate::rules;
use crate::schema::{Name, Schema};
use crate::script::intent::{Effect, Intent};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, Exception, Rule, Subject, spelling};

/// The statement that removed rows.
#[derive(Debug, Default)]
pub(crate) struct Culprit {
    pub(crate) statement: Option<Range<usize>>,
    /// Whether the table itself was dropped, so that a copy should have kept its rows.
    pub(crate) is_copy: bool,
    /// The foreign key through which another table's change removed them.
    pub(crate) through: Option<Mention>,
}

/// Which kind of rows shows a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Distinct and complete ones, and therefore any rows.
    Any,
    /// Only duplicates or NULLs.
    Allowed,
    /// Unusual values that the schema allows.
    Edges,
}

/// Reports rows that are gone after the script.
pub(crate) fn rows_vanish(
    script: &CheckedScript,
    loss: &Loss,
    culprit: &Culprit,
    seen: Seen,
) -> Option<Diagnostic> {
    let What::Rows { rows, gone, total } = &loss.what else { return None };
    let table = &loss.table;
    let message = match gone {
        gone if gone == total && is_whole(script, culprit) => {
            format!("all rows of `{table}` vanish")
        }
        gone if gone == total => {
            format!("rows of `{table}` vanish (in the rehearsal, all of them)")
        }
        gone => format!("{gone} of {total} rows of `{table}` vanish"),
    };
    let mut error = Diagnostic::about(Code::RowsVanish, [Subject::table(table)], message);
    error = match &culprit.statement {
        Some(statement) => error.on(&script.file, statement.clone(), loses(script, statement)),
        None => error.at(&script.file),
    };
    error = error.note(format!("lost in the rehearsal: {}", listed(rows)));
    if let Some(through) = &culprit.through {
        let text = culprit.statement.clone().and_then(|range| script.sql.get(range));
        let help = suggestions::keep_referring(script, text.unwrap_or_default());
        return Some(cascade(error, through, help));
    }
    error = match seen {
        Seen::Any => error,
        Seen::Allowed => {
            error.note("rows without duplicates and NULLs are kept, but the schema allows these")
        }
        Seen::Edges => error.note("other rows are kept, but the schema allows these"),
    };
    Some(if culprit.is_copy {
        error.help(suggestions::keep_rows(script)).unless_meant(Exception::Allow(Rule::PartialCopy))
    } else {
        error.help("if they should be deleted, write a DELETE statement")
    })
}

/// Reports rows that stay although the file allows the loss of the rows they refer to.
pub(crate) fn leaves_behind(
    script: &CheckedScript,
    parent: &Name,
    left: &[Violation],
    culprit: &Culprit,
    schema: &Schema,
) -> Diagnostic {
    let children: BTreeSet<Name> = left.iter().map(|it| Name::new(&it.table)).collect();
    let names: Vec<_> = children.iter().map(|child| format!("`{child}`")).collect();
    let verb = if names.len() == 1 { "keeps" } else { "keep" };
    let message =
        format!("{} {verb} rows that refer to deleted rows of `{parent}`", spelling::list(&names));
    let subject = children.iter().chain([parent]).map(Subject::table);
    let error = Diagnostic::about(Code::Dangles, subject, message);
    let error = match &culprit.statement {
        Some(statement) => error.on(&script.file, statement.clone(), loses(script, statement)),
        None => error.at(&script.file),
    };
    let shown: Vec<_> = left.iter().take(SHOWN).map(ToString::to_string).collect();
    let error = error
        .note(format!("seen in the rehearsal: {}", shown.join("; ")))
        .note("foreign keys are off while this file runs, so ON DELETE does nothing; the runner checks them before it commits, and would refuse the migration");
    let tables = children.iter().filter_map(|child| schema.tables.get(child));
    let deletions = tables.flat_map(|child| suggestions::delete_orphans(child, parent, schema));
    let error = deletions.fold(error, |error, sql| {
        error.help(format!("delete them too, before `PRAGMA foreign_keys = ON`: `{sql}`"))
    });
    error.help(format!("or keep the rows of `{parent}` that others refer to"))
}

/// Whether a table is dropped without a copy, so that it loses all its rows.
fn is_whole(script: &CheckedScript, culprit: &Culprit) -> bool {
    culprit.is_copy && culprit.through.is_none() && !script.texts().any(suggestions::copies)
}

/// Says what the statement does to the rows.
fn loses(script: &CheckedScript, statement: &Range<usize>) -> &'static str {
    let text = script.sql.get(statement.clone()).unwrap_or_default();
    if suggestions::copies(text) {
        "they are not copied here"
    } else {
        "this statement removes them"
    }
}

fn cascade(error: Diagnostic, through: &Mention, help: &str) -> Diagnostic {
    error
        .mentioning(&through.names)
        .note(format!("{}: SQLite deletes the rows of a table before it drops or replaces it, and the rows that refer to them go too", through.text))
        .help(help)
}

/// Reports values that differ after the script though no UPDATE says so, or rows that are there
/// more often.
pub(crate) fn values_change(
    script: &CheckedScript,
    loss: &Loss,
    siblings: &[&Loss],
    intent: &Intent,
) -> Option<Diagnostic> {
    let table = &loss.table;
    match &loss.what {
        What::Rows { .. } => None,
        What::Multiplied { rows } => Some(multiplied(script, table, rows)),
        What::Value { column, row, new, from } => {
            let seen = seen(row, column, new);
            let columns: Vec<_> = siblings.iter().filter_map(|loss| loss.column()).collect();
            Some(match from {
                Some(from) if loss.is_copied => moved(script, table, (from, &columns), seen),
                None if loss.is_copied => converted(script, table, (column, &columns), seen),
                _ => overwritten(script, table, column, seen, intent),
            })
        }
    }
}

/// Reports values that a copy writes into other columns; `from` is the first one.
fn moved(
    script: &CheckedScript,
    table: &Name,
    (from, columns): (&Name, &[&Name]),
    seen: String,
) -> Diagnostic {
    let (message, others) = match columns {
        [column] => {
            (format!("values of `{table}` move from the column `{from}` to `{column}`"), Some(from))
        }
        _ => (format!("values of `{table}` move between the columns {}", list(columns)), None),
    };
    let subject = Subject::columns(table, columns.iter().copied().chain(others));
    at_copy(Diagnostic::about(Code::ValuesMove, subject, message), script, table, "")
        .note(seen)
        .help("name the columns in the same order on both sides of the copy")
        .unless_meant(Exception::Allow(Rule::ValuesMove))
}

/// Reports values that a copy changes; `first` is the first of the columns.
fn converted(
    script: &CheckedScript,
    table: &Name,
    (first, columns): (&Name, &[&Name]),
    seen: String,
) -> Diagnostic {
    let names = list(columns);
    let message = format!("the copy changes values of {names} of `{table}`");
    let subject = Subject::columns(table, columns.iter().copied());
    let error = Diagnostic::about(Code::ValuesMove, subject, message);
    at_copy(error, script, table, "values are kept only if they are copied unchanged")
        .note(seen)
        .help(match columns {
            [_] => format!("copy {names} as it is, into a column whose type keeps it"),
            _ => format!("copy {names} as they are, into columns whose types keep them"),
        })
        .help(format!(
            "if the change is meant, make it in a statement of its own: `UPDATE {} SET {} = ..`",
            table.written(),
            first.written()
        ))
        .unless_meant(allow_columns(table, columns))
}

/// Reports values that change although no copy and no UPDATE writes them.
fn overwritten(
    script: &CheckedScript,
    table: &Name,
    column: &Name,
    seen: String,
    intent: &Intent,
) -> Diagnostic {
    let message = format!("values of `{table}.{column}` are overwritten, and no UPDATE says so");
    let error = Diagnostic::about(Code::ValuesMove, Subject::columns(table, [column]), message);
    let error = match drop_statement(script, intent) {
        Some(range) => error.on(&script.file, range, "it happens here"),
        None => error.at(&script.file),
    };
    error
        .note(seen)
        .note("with foreign keys on, SQLite deletes the rows of a table before it drops or replaces it, and applies ON DELETE to the rows that refer to them")
        .help(suggestions::drop_under_keys(script))
        .unless_meant(Exception::Allow(Rule::ValuesMove))
}

/// Reports rows of a table that have other rowids after a copy, while something stores the old
/// ones.
pub(crate) fn rowids_change(
    script: &CheckedScript,
    loss: &Loss,
    holder: &Mention,
) -> Option<Diagnostic> {
    let What::Value { row, new, .. } = &loss.what else { return None };
    let table = &loss.table;
    let message = format!("the copy gives the rows of `{table}` other rowids");
    let error = Diagnostic::about(Code::ValuesMove, [Subject::table(table)], message);
    let error = at_copy(error, script, table, "");
    Some(
        error
            .note(format!(
                "seen in the rehearsal: ({row}) has the rowid {} after it",
                shown_value(new)
            ))
            .note(format!("{}: they will refer to other rows, or to none", holder.text))
            .mentioning(&holder.names)
            .help("copy the rowids: name `rowid` as the first column on both sides of the copy")
            .unless_meant(Exception::Allow(Rule::ValuesMove)),
    )
}

/// Reports triggers that delete rows or overwrite values while rows are copied; each finding with
/// the table.
pub(crate) fn side_effects(
    script: &CheckedScript,
    caused: &[(Loss, &Effect)],
) -> Vec<(Option<Name>, Diagnostic)> {
    let empty_run = |(loss, effect): &(Loss, &Effect)| {
        Some((Some(loss.table.clone()), side_effect(script, loss, effect)?))
    };
    caused.iter().filter_map(empty_run).collect()
}

fn side_effect(script: &CheckedScript, loss: &Loss, effect: &Effect) -> Option<Diagnostic> {
    let (table, trigger) = (&loss.table, &effect.trigger);
    let (code, message, seen) = match &loss.what {
        What::Value { column, row, new, .. } => (
            Code::ValuesMove,
            format!(
                "the trigger `{trigger}` overwrites values of `{table}.{column}` during the copy"
            ),
            seen(row, column, new),
        ),
        What::Multiplied { .. } => return None,
        What::Rows { rows, .. } => (
            Code::RowsVanish,
            format!("the trigger `{trigger}` deletes rows of `{table}` during the copy"),
            format!("lost in the rehearsal: {}", listed(rows)),
        ),
    };
    let subject = Subject::columns(table, loss.column()).chain([Subject::object(trigger)]);
    let error = Diagnostic::about(code, subject, message)
        .on(&script.file, effect.statement.clone(), "the trigger runs for each row that is copied")
        .note(seen)
        .help("create the trigger after the copy; drop one that exists already, and create it again at the end")
        .unless_meant(Exception::Allow(Rule::SideEffects));
    Some(error)
}

fn multiplied(script: &CheckedScript, table: &Name, rows: &[String]) -> Diagnostic {
    let message = format!("the copy repeats rows of `{table}`");
    let error = Diagnostic::about(Code::RowsMultiply, [Subject::table(table)], message);
    at_copy(error, script, table, "")
        .note(format!("repeated in the rehearsal: {}", listed(rows)))
        .help("copy from the old table alone: a JOIN or a UNION gives a row for each match")
        .unless_meant(Exception::Allow(Rule::PartialCopy))
}

/// Reports rows or values that existed before the up and are missing after the down.
///
/// `excuse` is the rule that the up may allow.
pub(crate) fn not_restored(down: &CheckedScript, loss: &Loss, excuse: Rule) -> Option<Diagnostic> {
    let table = &loss.table;
    let exception = match (excuse, loss.column()) {
        (Rule::ValuesMove, Some(column)) => allow_columns(table, &[column]),
        _ => Exception::Allow(excuse),
    };
    let case = "they may be lost, say why at the top of the up";
    match &loss.what {
        What::Multiplied { .. } => None,
        What::Rows { rows, gone, total } => {
            let message = format!(
                "{gone} of {total} rows of `{table}` are missing after the up and the down"
            );
            Some(
                Diagnostic::about(Code::RowsVanish, [Subject::table(table)], message)
                    .at(&down.file)
                    .note(format!("lost in the rehearsal: {}", listed(rows)))
                    .help("copy every row on the way up, and every row back on the way down")
                    .unless(case, exception),
            )
        }
        What::Value { column, row, new, .. } => {
            let message =
                format!("the down restores the column `{table}.{column}`, but not its values");
            Some(
                Diagnostic::about(Code::ValuesMove, Subject::columns(table, [column]), message)
                    .at(&down.file)
                    .note(format!("seen in the rehearsal: ({row}) has `{column}` = {} after the up and the down", shown_value(new)))
                    .help("keep the values on the way up, in another column or table, and restore them in the down")
                    .unless(case, exception),
            )
        }
    }
}

fn allow_columns(table: &Name, columns: &[&Name]) -> Exception {
    let columns = columns.iter().map(|column| (*column).clone()).collect();
    Exception::AllowColumns { table: table.clone(), columns }
}

/// Shows a value after the script.
fn seen(row: &str, column: &Name, new: &Value) -> String {
    format!("seen in the rehearsal: ({row}) has `{column}` = {} after it", shown_value(new))
}

fn list(columns: &[&Name]) -> String {
    spelling::list(&columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>())
}

fn listed(rows: &[String]) -> String {
    let shown: Vec<_> = rows.iter().take(SHOWN).map(|row| format!("({row})")).collect();
    shown.join(", ")
}

/// Shows the finding at the first statement that copies rows of the table, or at any copy if none
/// names the table.
fn at_copy(error: Diagnostic, script: &CheckedScript, table: &Name, text: &str) -> Diagnostic {
    let sql = |range: &Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let copies = || script.statements.iter().filter(|range| suggestions::copies(sql(range)));
    let own = copies().find(|range| rules::mentions(sql(range), table));
    match own.or_else(|| copies().next()) {
        Some(range) => error.on(&script.file, range.clone(), text),
        None => error.at(&script.file),
    }
}

/// Returns the first statement that drops a table.
fn drop_statement(script: &CheckedScript, intent: &Intent) -> Option<Range<usize>> {
    let drops = |range: &&Range<usize>| {
        let text = script.sql.get((*range).clone()).unwrap_or_default();
        let mut tokens = lexer::meaningful(text);
        tokens.next().is_some_and(|token| token.is_word("drop"))
            && tokens.any(|token| intent.drops(&Name::new(token.unquoted())))
    };
    script.statements.iter().find(drops).cloned()
}
