//! Messages about what the rehearsal finds.

use std::ops::Range;

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Refusal, Trouble};

use self::failing::{fails, failure};
use super::suggestions;
use crate::course::faults::Fault;
use crate::course::known::skipped;
use crate::mention::Mention;
use crate::schema::{self, Difference, Name, Schema};
use migratory_analysis::Assumption;
use migratory_analysis::{CheckedMigration, CheckedScript};
use migratory_analysis::{Code, Diagnostic, Exception, Severity, Subject, spelling};

mod failing;

/// How many rows or keys are shown.
pub(super) const SHOWN: usize = 3;

/// The note on a statement of an up that fails.
pub(crate) const LEFT_OUT: &str = "the rehearsal goes on without this statement; a later failure that only follows from this one is not reported";
/// The note on an up that can't run as a whole.
const LEFT_OUT_WHOLE: &str = "the rehearsal goes on without this file; a later failure that only follows from this one is not reported";

/// How SQLite's messages begin about a key that it enforces.
const OF_KEYS: [&str; 3] =
    ["FOREIGN KEY constraint failed", "foreign key mismatch", "no such table: main."];

/// Reports a statement of an up that fails, whatever the rows are.
pub(crate) fn up_fails(
    migration: &CheckedMigration,
    trouble: &Trouble,
    schema: &Schema,
) -> Diagnostic {
    let is_of_keys = match trouble {
        Trouble::Statement(failure) => {
            OF_KEYS.iter().any(|start| failure.message.starts_with(start))
        }
        Trouble::Refusal(refusal) => matches!(refusal, Refusal::Dangling(_)),
    };
    let error = fails(Code::UpFails, &migration.up, trouble, Some(schema));
    error.failing_on_keys(is_of_keys).note(match trouble {
        Trouble::Statement(_) => LEFT_OUT,
        Trouble::Refusal(_) => LEFT_OUT_WHOLE,
    })
}

/// Reports a statement of a down that fails, whatever the rows are.
pub(crate) fn down_fails(script: &CheckedScript, trouble: &Trouble, schema: &Schema) -> Diagnostic {
    let mut error = fails(Code::DownFails, script, trouble, Some(schema));
    if error.help.is_empty() {
        error.help.extend(suggestions::not_left(&error.message));
    }
    error.note(
        "the rehearsal ran it right after its up: anyone who rolls a release back gets this error",
    )
}

/// Reports an up that fails after its own down.
pub(crate) fn second_up_fails(migration: &CheckedMigration, trouble: &Trouble) -> Diagnostic {
    fails(Code::SecondUp, &migration.up, trouble, None)
        .note("it succeeded at first and fails after its down: the down leaves something that the schema does not show, such as rows")
        .help("delete in the down the rows that the up inserts")
}

/// Reports sample rows of a person that can't be inserted.
pub(crate) fn rows_fail(rows: &CheckedScript, trouble: &Trouble) -> Diagnostic {
    fails(Code::GivenRows, rows, trouble, None)
        .note("these rows are inserted after the migration of that version, into tables that hold only what migrations insert")
        .help("correct the rows, and insert parents before their children")
}

/// Reports a down that does not restore the schema.
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
        .note("an older version of the program would find a schema that it does not know, and the next up would meet what is left")
        .help("in the down, undo every change of the up, in reverse order")
}

/// Returns the statements of a script that mention a name.
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

/// For a renaming, returns the statement that created the renamed table.
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

/// Reports an up that makes another schema after its down.
pub(crate) fn second_up_differs(
    migration: &CheckedMigration,
    differences: &[Difference],
) -> Diagnostic {
    let message = "the up makes a different schema when it runs after its down";
    Diagnostic::error(Code::SecondUp, message)
        .at(&migration.up.file)
        .note(schema::rendered(differences))
        .help("make the up independent of what its down leaves behind")
}

/// Reports a script that fails on clean rows.
pub(crate) fn fails_on_rows(script: &CheckedScript, fault: &Fault) -> Diagnostic {
    let error = match fault {
        Fault::Unindexed(stale) => return stale_indexes(script, stale),
        Fault::Trouble(_) | Fault::Unreadable { .. } => failure(Code::FailsOnRows, script, fault),
        Fault::Damaged(lines) => {
            let message = "the script leaves rows that violate the constraints of their table";
            let names: Vec<_> = lines.iter().flat_map(|line| skipped::words(line)).collect();
            let error = Diagnostic::error(Code::Damaged, message).at(&script.file);
            return error
                .mentioning(&names)
                .note(format!("SQLite's integrity_check says: {}", lines.join("; ")))
                .help("write only rows that the constraints of their table allow");
        }
        Fault::Changed(losses) => {
            let tables = losses.iter().map(|loss| Subject::table(&loss.table));
            Diagnostic::about(Code::RowsVanish, tables, "rows change").at(&script.file)
        }
    };
    let Some(failure) = fault.failure() else { return error.note(ON_ANY_ROW) };
    let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
    let is_alter = lexer::meaningful(text).next().is_some_and(|token| token.is_word("alter"));
    // A single row is not a duplicate.
    let is_unique = failure.message.starts_with("UNIQUE");
    let error = error.note(match (is_unique, is_alter) {
        (true, _) => "it succeeds on empty tables, and fails where a table holds more than one row",
        (_, true) => ON_ANY_ROW,
        _ => "it succeeds on empty tables, and fails on plain rows that the schema allows",
    });
    let help = suggestions::on_rows(&failure.message, script, text);
    let error = help.into_iter().fold(error, Diagnostic::help);
    if !is_unique {
        return error;
    }
    error.unless(
        "the table never holds more than one row, say why at the top of the file",
        Exception::Assumes(Assumption::NoDuplicates),
    )
}

const ON_ANY_ROW: &str =
    "it succeeds on empty tables, and fails as soon as there are rows, as in users' databases";

/// Reports a stated condition that does not fit the schema before the script.
pub(crate) fn condition_unfit(
    script: &CheckedScript,
    range: &Range<usize>,
    said: &str,
) -> Diagnostic {
    Diagnostic::error(Code::Condition, format!("the assumed condition does not fit the schema: {said}"))
        .on(&script.file, range.clone(), "")
        .note("the condition is an SQL expression over the columns that the table has before this file runs")
        .help("write the names that the table and its columns have at that point, as in `assumes(entry: amount > 0)`")
}

/// Reports a column that the script may change but that does not exist before it.
pub(crate) fn column_unknown(
    script: &CheckedScript,
    range: &Range<usize>,
    said: &str,
) -> Diagnostic {
    let said = said.replace("it.", "").replace("main.", "");
    Diagnostic::error(Code::Condition, format!("the exception names no column: {said}"))
        .on(&script.file, range.clone(), "")
        .note("an exception for an unknown column has no effect")
        .help("write the names that the table and its column have before this file runs, as in `allow(values_move: item.title)`")
}

/// Reports full-text indexes that do not match their content after the script.
fn stale_indexes(script: &CheckedScript, stale: &[(Name, String)]) -> Diagnostic {
    let names: Vec<_> = stale.iter().map(|(index, _)| format!("`{index}`")).collect();
    let verb = if names.len() == 1 { "does" } else { "do" };
    let message = format!(
        "after this file, the full-text index {} {verb} not match its content",
        spelling::list(&names)
    );
    let indexes = stale.iter().map(|(index, _)| Subject::table(index));
    let error = Diagnostic::about(Code::StaleIndex, indexes, message).at(&script.file).note(
        "it finds rows by rowid in a table that it knows by name: searches miss rows or find others, and a later UPDATE or DELETE may fail",
    );
    let error = stale.iter().fold(error, |error, (index, said)| {
        error.note(format!("SQLite reports for `{index}`: {said}"))
    });
    stale
        .iter()
        .fold(error, |error, (index, _)| {
            let index = index.written();
            error.help(format!("add at the end, if the content table and its columns still have their names: `INSERT INTO {index} ({index}) VALUES ('rebuild');`"))
        })
        .help("if one of them has another name now, or is gone, drop the index and create it anew; give the content table an INTEGER PRIMARY KEY, so that rowids stay as they are")
}

/// Reports a script that fails on values that the schema allows.
pub(crate) fn relies_on_values(
    script: &CheckedScript,
    fault: &Fault,
    rows: &[Mention],
    exception: Exception,
    severity: Severity,
) -> Diagnostic {
    let finding = assumed(script, fault, severity);
    let help = fault.failure().and_then(|failure| {
        let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
        suggestions::on_rows(&failure.message, script, text)
    });
    let finding = allowed(rows).noted(finding);
    let finding = help.into_iter().fold(finding, Diagnostic::help);
    finding.unless("no database can hold such a row, say why at the top of the file", exception)
}

/// Describes rows that the schema allows and on which a script fails.
fn allowed(rows: &[Mention]) -> Mention {
    let shown: Vec<_> = rows.iter().take(SHOWN).collect();
    let texts: Vec<_> = shown.iter().map(|row| row.text.as_str()).collect();
    let these = if shown.len() == 1 { "this row, and on it" } else { "these rows, and on them" };
    let rows = texts.join(", next to ");
    let text = format!("the schema allows {these} the migration would fail: {rows}");
    Mention::new(text, shown.iter().flat_map(|row| &row.names))
}

/// Begins a finding about a script that fails unless the rows are as it assumes.
pub(crate) fn assumed(script: &CheckedScript, fault: &Fault, severity: Severity) -> Diagnostic {
    let mut finding = failure(Code::Assumes, script, fault);
    (finding.code, finding.severity) = (Code::Assumes, severity);
    finding
}

/// Returns what a script with this failure assumes; without a failure, the assumption about NULLs.
pub(crate) fn assumption(fault: &Fault) -> Assumption {
    let is_unique = fault.failure().is_some_and(|it| it.message.starts_with("UNIQUE"));
    if is_unique { Assumption::NoDuplicates } else { Assumption::NoNulls }
}

/// Reports a script that fails on duplicates or NULLs without stating that there are none.
pub(crate) fn assumes(
    script: &CheckedScript,
    assumption: Assumption,
    fault: &Fault,
    rows: &[Mention],
    severity: Severity,
) -> Diagnostic {
    let (kind, fix) = match assumption {
        Assumption::NoDuplicates => {
            ("two equal rows", "remove or merge the duplicates in a statement before this one")
        }
        Assumption::NoNulls => (
            "a row with NULL",
            "replace NULL by a value: with an UPDATE before this statement, or with `COALESCE(column, value)` in it",
        ),
        Assumption::NoChildren => (
            "a row that refers to one which is taken away",
            "delete or change the rows that refer to it in a statement before this one",
        ),
        Assumption::NoOrphans => (
            "a key that refers to no row",
            "remove such keys in a statement before this one, or insert the rows that they refer to",
        ),
    };
    let finding = assumed(script, fault, severity);
    let finding = match rows {
        [] => finding.note(format!("the schema allows {kind}, and there the migration would fail")),
        rows => allowed(rows).noted(finding),
    };
    finding
        .help(fix)
        .unless("it can't occur, say why at the top of the file", Exception::Assumes(assumption))
}

/// Reports an UPDATE of a NOT NULL column from a subquery that finds nothing for a row.
pub(crate) fn finds_nothing(
    script: &CheckedScript,
    fault: &Fault,
    rows: &[Mention],
    severity: Severity,
) -> Diagnostic {
    let mut finding = assumed(script, fault, severity);
    finding.help.clear();
    let finding = finding.note(
        "the schema allows rows for which the subquery finds nothing, or a NULL: there it is NULL, and the migration would fail",
    );
    let finding = rows
        .iter()
        .take(SHOWN)
        .fold(finding, |it, row| it.note(format!("seen with {}", row.text)).mentioning(&row.names));
    finding
        .help("say what such a row gets: `coalesce((SELECT ..), <value>)`")
        .help("or leave it as it is: `UPDATE .. WHERE EXISTS (SELECT ..)`, with the FROM and WHERE of the subquery")
}
