//! The words of what the rehearsal finds.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_runtime::__private::{Failure, Refusal, Trouble};
use migratory_runtime::{Violation, lexer};

use super::contents::Change;
use super::fault::Fault;
use super::intent::Intent;
use super::remedy;
use crate::checked::{CheckedMigration, CheckedScript};
use crate::directive::{Assumption, DirectiveKind, Rule};
use crate::schema::{self, Difference, Name, Schema};
use crate::{Code, Diagnostic, Severity, spelling};

/// How many rows or keys are shown.
const SHOWN: usize = 3;

/// What took rows away.
#[derive(Debug, Default)]
pub(crate) struct Culprit {
    pub(crate) statement: Option<Range<usize>>,
    /// Whether the table itself was dropped, so that a copy was to keep its rows.
    pub(crate) is_copy: bool,
    /// The foreign key through which another table took them along.
    pub(crate) through: Option<String>,
}

/// A statement of an up fails, whatever rows there are.
pub(crate) fn up_fails(
    migration: &CheckedMigration,
    trouble: &Trouble,
    schema: &Schema,
) -> Diagnostic {
    let later = "the rehearsal ends here: what comes after it depends on it";
    fails(Code::UpFails, &migration.up, trouble, Some(schema)).note(later)
}

/// A statement of a down fails, whatever rows there are.
pub(crate) fn down_fails(script: &CheckedScript, trouble: &Trouble, schema: &Schema) -> Diagnostic {
    let mut error = fails(Code::DownFails, script, trouble, Some(schema));
    if error.help.is_empty() {
        error.help.extend(remedy::not_left(&error.message));
    }
    error.note("it was run right after its up: whoever has to take a release back will meet this")
}

/// The up fails after its own down.
pub(crate) fn second_up_fails(migration: &CheckedMigration, trouble: &Trouble) -> Diagnostic {
    fails(Code::SecondUp, &migration.up, trouble, None)
        .note("it went through at first, and not after its down: the down leaves something behind that the schema does not show")
        .help("delete in the down the rows that the up inserts")
}

/// Rows that a person gave do not go in.
pub(crate) fn rows_fail(rows: &CheckedScript, trouble: &Trouble) -> Diagnostic {
    fails(Code::GivenRows, rows, trouble, None)
        .note("these rows are put in after the migration of that version, into tables that hold only what migrations insert")
        .help("mend the rows; parents come before their children")
}

/// The down leaves another schema than it found.
pub(crate) fn down_differs(
    up: &CheckedScript,
    down: &CheckedScript,
    differences: &[Difference],
) -> Diagnostic {
    let message = "the down does not restore the schema that was there before its up";
    let error = Diagnostic::error(Code::DownDiffers, message);
    let mut all = differences.iter();
    let in_down = all.clone().find_map(|it| mention(down, &it.name).next_back());
    let in_up = all.find_map(|it| Some((it.after.is_some(), mention(up, &it.name).next()?)));
    let error = match (in_down, in_up) {
        (Some(range), _) => error.on(&down.file, definition(down, range), "it is not as it was"),
        (None, Some((is_left, range))) => {
            let text = if is_left { "not undone" } else { "gone after the down" };
            error.at(&down.file).on(&up.file, range, text)
        }
        (None, None) => error.at(&down.file),
    };
    error
        .note(schema::rendered(differences))
        .note("an older program would find a schema that it does not know, and the next up would meet what is left")
        .help("undo in the down each thing that the up does, in the opposite order")
}

/// The statements of a script that mention a name.
fn mention<'a>(
    script: &'a CheckedScript,
    name: &'a Name,
) -> impl DoubleEndedIterator<Item = Range<usize>> + 'a {
    let mentions = move |range: &&Range<usize>| {
        let text = script.sql.get((*range).clone()).unwrap_or_default();
        lexer::meaningful(text).any(|token| *name == *token.unquoted())
    };
    script.statements.iter().filter(mentions).cloned()
}

/// Of a renaming, the statement that made the table which is renamed.
fn definition(script: &CheckedScript, range: Range<usize>) -> Range<usize> {
    let text = script.sql.get(range.clone()).unwrap_or_default();
    let words: Vec<_> = lexer::meaningful(text).take(4).collect();
    match words.as_slice() {
        [alter, _, table, rename] if alter.is_word("alter") && rename.is_word("rename") => {
            let name = Name::new(table.unquoted());
            mention(script, &name).next().unwrap_or(range)
        }
        _ => range,
    }
}

/// The up makes another schema after its down.
pub(crate) fn second_up_differs(
    migration: &CheckedMigration,
    differences: &[Difference],
) -> Diagnostic {
    let message = "the up makes another schema when it comes after its down";
    Diagnostic::error(Code::SecondUp, message)
        .at(&migration.up.file)
        .note(schema::rendered(differences))
        .help("see that the up does not depend on what its down leaves behind")
}

/// A script fails on clean rows.
pub(crate) fn fails_on_rows(script: &CheckedScript, fault: &Fault) -> Diagnostic {
    let error = match fault {
        Fault::Trouble(trouble) => fails(Code::FailsOnRows, script, trouble, None),
        Fault::Damaged(lines) => {
            let message = "the rows do not fit their table any more";
            let error = Diagnostic::error(Code::Damaged, message).at(&script.file);
            return error
                .note(format!("SQLite's integrity_check says: {}", lines.join("; ")))
                .help("write only rows that the constraints of their table let through");
        }
        Fault::Changed(_) => Diagnostic::error(Code::RowsVanish, "rows change").at(&script.file),
    };
    // A row alone is no duplicate.
    let is_unique = fault.failure().is_some_and(|it| it.message.starts_with("UNIQUE"));
    let error = error.note(if is_unique {
        "it succeeds on empty tables, and fails where a table holds more than one row"
    } else {
        "it succeeds on empty tables, and fails as soon as there are rows, as in the databases of users"
    });
    let help = fault.failure().and_then(|failure| {
        let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
        remedy::on_rows(&failure.message, script, text)
    });
    help.into_iter().fold(error, Diagnostic::help)
}

/// What a script that fails with these words takes for granted; of a fault without, what NULLs may break.
pub(crate) fn assumption(fault: &Fault) -> Assumption {
    let is_unique = fault.failure().is_some_and(|it| it.message.starts_with("UNIQUE"));
    if is_unique { Assumption::NoDuplicates } else { Assumption::NoNulls }
}

/// A script fails where there are duplicates or NULLs, and does not say that there are none.
pub(crate) fn assumes(
    script: &CheckedScript,
    assumption: Assumption,
    fault: &Fault,
    severity: Severity,
) -> Diagnostic {
    let (rows, mend) = match assumption {
        Assumption::NoDuplicates => {
            ("two rows that are alike", "remove or merge the duplicates in a statement before it")
        }
        Assumption::NoNulls => (
            "a row with NULL",
            "give the NULLs a value before it, with UPDATE or `COALESCE(column, value)`",
        ),
    };
    let mut finding = match fault {
        Fault::Trouble(trouble) => fails(Code::Assumes, script, trouble, None),
        Fault::Changed(_) | Fault::Damaged(_) => fails_on_rows(script, fault),
    };
    finding.code = Code::Assumes;
    finding.severity = severity;
    finding
        .note(format!("the schema allows {rows}, and nothing says that no user has such: there the migration would fail"))
        .help(mend)
        .help(format!(
            "if it can't occur, say why at the head of the file: `-- migratory: assumes({}): <reason>`",
            assumption.word()
        ))
}

/// Rows are gone after the script.
pub(crate) fn vanished(
    script: &CheckedScript,
    change: &Change,
    culprit: &Culprit,
    is_clean: bool,
) -> Diagnostic {
    let Change::Vanished { table, rows, gone, total } = change else {
        return Diagnostic::error(Code::RowsVanish, "rows vanish").at(&script.file);
    };
    let message = if gone == total {
        format!("all rows of `{table}` vanish")
    } else {
        format!("{gone} of {total} rows of `{table}` vanish")
    };
    let mut error = Diagnostic::error(Code::RowsVanish, message);
    error = match &culprit.statement {
        Some(statement) => error.on(&script.file, statement.clone(), loses(script, statement)),
        None => error.at(&script.file),
    };
    let shown: Vec<_> = rows.iter().map(|row| format!("({row})")).collect();
    error = error.note(format!("lost in the rehearsal: {}", shown.join(", ")));
    if let Some(through) = &culprit.through {
        let text = culprit.statement.clone().and_then(|range| script.sql.get(range));
        return cascade(error, through, remedy::keep_referring(script, text.unwrap_or_default()));
    }
    if !is_clean {
        error =
            error.note("rows without duplicates and NULLs are kept; but the schema allows these");
    }
    if culprit.is_copy {
        error
            .help(remedy::keep_rows(script))
            .help("if they are to be left behind, say why at the head of the file: `-- migratory: allow(partial_copy): <reason>`")
    } else {
        error.help("if they are to go, say so with a DELETE of their own")
    }
}

/// Rows are gone as the file says, and rows that refer to them stay.
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
    let error = Diagnostic::error(Code::Dangles, message);
    let error = match &culprit.statement {
        Some(statement) => error.on(&script.file, statement.clone(), loses(script, statement)),
        None => error.at(&script.file),
    };
    let shown: Vec<_> = left.iter().take(SHOWN).map(ToString::to_string).collect();
    let error = error
        .note(format!("seen in the rehearsal: {}", shown.join("; ")))
        .note("foreign keys are off while this file runs, so ON DELETE does nothing; the runner checks them before it commits, and would refuse the migration");
    let tables = children.iter().filter_map(|child| schema.tables.get(child));
    let deletions = tables.flat_map(|child| remedy::delete_orphans(child, parent, schema));
    let error = deletions.fold(error, |error, sql| {
        error.help(format!("delete them too, before `PRAGMA foreign_keys = ON`: `{sql}`"))
    });
    error.help(format!("or keep the rows of `{parent}` that others refer to"))
}

/// What the statement does to the rows that are gone after it.
fn loses(script: &CheckedScript, statement: &Range<usize>) -> &'static str {
    let text = script.sql.get(statement.clone()).unwrap_or_default();
    if remedy::copies(text) { "they are not copied here" } else { "they go with this statement" }
}

fn cascade(error: Diagnostic, through: &str, help: &str) -> Diagnostic {
    error
        .note(format!("{through}: SQLite deletes the rows of a table before it drops or replaces it, and the rows that refer to them go too"))
        .help(help)
}

/// Values are others after the script, and no statement of it says so.
pub(crate) fn changed(script: &CheckedScript, change: &Change, intent: &Intent) -> Diagnostic {
    match change {
        Change::Moved { table, from, to, row } => {
            let message = format!("values of `{table}` move from the column `{from}` to `{to}`");
            let error = Diagnostic::error(Code::ValuesMove, message);
            let error = match copy(script) {
                Some(range) => error.on(&script.file, range, ""),
                None => error.at(&script.file),
            };
            error
                .note(format!("seen in the rehearsal on the row ({row})"))
                .help("name the columns in the same order on both sides of the copy")
        }
        Change::Overwritten { table, column, row, new } => {
            let message =
                format!("values of `{table}.{column}` are overwritten, and no UPDATE says so");
            let error = Diagnostic::error(Code::ValuesMove, message);
            let error = match drop_statement(script, intent) {
                Some(range) => error.on(&script.file, range, "it happens here"),
                None => error.at(&script.file),
            };
            error
                .note(format!("seen in the rehearsal: ({row}) has `{column}` = {new} after it"))
                .note("with foreign keys on, SQLite deletes the rows of a table before it drops or replaces it, and sets what refers to them as ON DELETE says")
                .help(remedy::drop_under_keys(script))
        }
        Change::Vanished { table, .. } => {
            let message = format!("rows of `{table}` vanish");
            Diagnostic::error(Code::RowsVanish, message).at(&script.file)
        }
    }
}

/// Values that were there before the up are not there after the down.
pub(crate) fn not_restored(
    down: &CheckedScript,
    change: &Change,
    excuse: Rule,
) -> Option<Diagnostic> {
    let Change::Overwritten { table, column, row, new } = change else { return None };
    let message = format!("the down restores the column `{table}.{column}`, and not its values");
    let error = Diagnostic::error(Code::ValuesMove, message).at(&down.file);
    Some(
        error
            .note(format!("seen in the rehearsal: ({row}) has `{column}` = {new} after the up and the down"))
            .help("keep the values on the way up, in another column or table, and bring them back in the down")
            .help(format!(
                "if they may go, say why at the head of the up: `-- migratory: {}: <reason>`",
                DirectiveKind::Allow(excuse).written()
            )),
    )
}

/// The first statement that drops a table.
fn drop_statement(script: &CheckedScript, intent: &Intent) -> Option<Range<usize>> {
    let drops = |range: &&Range<usize>| {
        let text = script.sql.get((*range).clone()).unwrap_or_default();
        let mut tokens = lexer::meaningful(text);
        tokens.next().is_some_and(|token| token.is_word("drop"))
            && tokens.any(|token| intent.drops(&Name::new(token.unquoted())))
    };
    script.statements.iter().find(drops).cloned()
}

/// The first statement that copies rows.
fn copy(script: &CheckedScript) -> Option<Range<usize>> {
    let copies =
        |range: &&Range<usize>| script.sql.get((*range).clone()).is_some_and(remedy::copies);
    script.statements.iter().find(copies).cloned()
}

fn fails(
    code: Code,
    script: &CheckedScript,
    trouble: &Trouble,
    schema: Option<&Schema>,
) -> Diagnostic {
    match trouble {
        Trouble::Statement(failure) => {
            let error = Diagnostic::error(code, failure.message.clone());
            let error = error.on(&script.file, place(script, failure), "");
            let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
            let near = schema.and_then(|schema| schema::hint(&failure.message, schema, text));
            near.into_iter()
                .chain(remedy::declare(&failure.message, text))
                .fold(error, Diagnostic::help)
        }
        Trouble::Refusal(Refusal::Dangling(added)) => {
            let message = "after this file, foreign keys refer to rows that do not exist";
            let shown: Vec<_> =
                added.violations.iter().take(SHOWN).map(ToString::to_string).collect();
            Diagnostic::error(Code::Dangles, message)
                .at(&script.file)
                .note(format!("seen in the rehearsal: {}", shown.join("; ")))
                .help(
                    "keep the rows that they refer to, or change or delete the rows that refer to those",
                )
        }
        Trouble::Refusal(Refusal::Sqlite(error)) => {
            Diagnostic::error(code, error.to_string()).at(&script.file)
        }
    }
}

/// The token at which SQLite saw the fault, or the whole statement.
fn place(script: &CheckedScript, failure: &Failure) -> Range<usize> {
    if failure.offset == failure.statement.start {
        return failure.statement.clone();
    }
    let token = lexer::tokens(&script.sql).find(|token| token.end() > failure.offset);
    token.map_or_else(|| failure.statement.clone(), |token| token.start..token.end())
}
