//! Prepares findings for display: each fact once, at a statement, and with the directive that
//! allows it.
//!
//! The rules judge the text of a statement and the rehearsal its effect on rows, so both often find
//! the same.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind};

use super::suggestions;
use crate::schema::Name;
use migratory_analysis::{CheckedMigration, CheckedScript};
use migratory_analysis::{Code, Diagnostic, spelling};
use migratory_analysis::{DirectiveKind, Rule};

/// How many places of a fact are shown.
const SHOWN: usize = 4;

/// Removes what the files of a migration allow: rows that are lost with a dropped table, and
/// values.
pub(crate) fn take_allowed(migration: &CheckedMigration, found: &mut Vec<Diagnostic>) {
    let says = |rule| move |script: &CheckedScript| script.says(DirectiveKind::Allow(rule));
    let values_may_go = migration.scripts().any(says(Rule::ValuesMove));
    found.retain(|finding| {
        let file = finding.file();
        let Some(script) = migration.scripts().find(|script| script.file == file) else {
            return true;
        };
        let is_dropped = goes_with_its_table(finding, script) && says(Rule::DropTable)(script);
        let is_moved = finding.code == Code::ValuesMove && values_may_go;
        !is_dropped && !is_moved
    });
}

/// Turns all findings about a set into those that are shown.
pub(crate) fn refined(found: Vec<Diagnostic>, set: &[CheckedMigration]) -> Vec<Diagnostic> {
    let scripts: Vec<_> = set.iter().flat_map(CheckedMigration::scripts).collect();
    let placed = found.into_iter().map(|finding| {
        let script = scripts.iter().find(|script| script.file == finding.file());
        allowable(match script {
            Some(script) => placed(finding, script),
            None => finding,
        })
    });
    let found: Vec<_> = placed.collect();
    let is_new = |at: &usize| {
        let told = found.iter().enumerate();
        !told.into_iter().any(|(other, it)| other != *at && covers((other, it), (*at, &found[*at])))
    };
    let kept: Vec<_> = (0..found.len()).filter(is_new).collect();
    gathered(kept.into_iter().map(|at| found[at].clone()).collect())
}

/// Whether one finding about a statement makes the other redundant.
fn covers(one: (usize, &Diagnostic), other: (usize, &Diagnostic)) -> bool {
    let ((first, rule), (second, rows)) = (one, other);
    if rule.file() != rows.file() {
        return false;
    }
    match (rule.code, rows.code) {
        (Code::DropTable, Code::RowsVanish) => {
            may_be_allowed(rows, Rule::PartialCopy) && subject(rule) == subject(rows)
        }
        (Code::RowsVanish, Code::RowsVanish) => {
            first < second && may_be_allowed(rows, Rule::PartialCopy) && overlap(rule, rows)
        }
        (Code::UnmatchedUpdate | Code::UpdateConflict, Code::RowsVanish | Code::ValuesMove) => {
            overlap(rule, rows)
        }
        _ => false,
    }
}

/// Whether a finding from rows of a table repeats another one about this table or statement.
pub(crate) fn says_again(table: Option<&Name>, rows: &Diagnostic, other: &Diagnostic) -> bool {
    let is_of_rows = match (rows.code, other.code) {
        // Which rows a copy leaves out says nothing about the values of the rows it copies, nor
        // about what fails on them.
        (
            Code::ValuesMove | Code::Assumes | Code::FailsOnRows,
            Code::RowsVanish | Code::RowsMultiply,
        )
        | (
            Code::RowsVanish | Code::RowsMultiply,
            Code::ValuesMove | Code::PositionalCopy | Code::DropColumn,
        ) => false,
        // A copy may spoil one column on all rows, and another on some.
        (Code::ValuesMove, Code::ValuesMove) => {
            let names = |it| ticked(it).flat_map(|text| text.split('.')).collect::<BTreeSet<_>>();
            names(&rows.message).is_subset(&names(&other.message))
        }
        (_, code) => matches!(
            code,
            Code::FailsOnRows
                | Code::RowsVanish
                | Code::ValuesMove
                | Code::RowsMultiply
                | Code::Dangles
                | Code::Assumes
                | Code::RenameFirst
                | Code::PositionalCopy
                | Code::DropTable
                | Code::DropColumn
                | Code::DeleteAll
                | Code::ReplaceParent
                | Code::UnmatchedUpdate
                | Code::UpdateConflict
        ),
    };
    is_of_rows
        && rows.file() == other.file()
        && (overlap(rows, other) || table.is_some_and(|table| names_table(other, table)))
}

/// Whether the message of a finding names this table.
pub(crate) fn names_table(finding: &Diagnostic, table: &Name) -> bool {
    ticked(&finding.message).flat_map(|text| text.split('.')).any(|name| *table == *name)
}

/// Whether rows are lost because their table is dropped, and no statement copies them.
fn goes_with_its_table(finding: &Diagnostic, script: &CheckedScript) -> bool {
    let statement = range(finding).and_then(|range| script.sql.get(range));
    finding.code == Code::RowsVanish
        && may_be_allowed(finding, Rule::PartialCopy)
        && statement.is_some_and(|text| !suggestions::copies(text))
}

/// Whether the finding names this exception. Rows lost through a cascade have none.
fn may_be_allowed(finding: &Diagnostic, rule: Rule) -> bool {
    let written = DirectiveKind::Allow(rule).written();
    finding.help.iter().any(|help| help.contains(&written))
}

/// Adds how to allow changed values, if the finding does not say so.
fn allowable(finding: Diagnostic) -> Diagnostic {
    let has_way = finding.help.iter().any(|help| help.contains("allow("));
    if finding.code != Code::ValuesMove || has_way {
        return finding;
    }
    let written = DirectiveKind::Allow(Rule::ValuesMove).written();
    finding.help(format!(
        "if it is meant, say why at the top of the file: `-- migratory: {written}: <reason>`"
    ))
}

/// Moves a finding about a file to a statement that contains its names: to one that drops or
/// deletes, or else to the one with most of the names.
fn placed(mut finding: Diagnostic, script: &CheckedScript) -> Diagnostic {
    let is_placed = finding.labels.iter().any(|label| label.range.is_some());
    if is_placed || !matches!(finding.code, Code::ValuesMove | Code::Dangles | Code::Assumes) {
        return finding;
    }
    let names = names(&finding);
    let counted = |range: &Range<usize>| {
        let text = script.sql.get(range.clone()).unwrap_or_default();
        let is_named = |name: &&String| {
            let mut words = lexer::meaningful(text);
            words.any(|it| it.unquoted().eq_ignore_ascii_case(name))
        };
        let takes = lexer::meaningful(text).any(|it| it.is_word("drop") || it.is_word("delete"));
        // A statement that creates a table changes no row.
        let creates = lexer::meaningful(text).next().is_some_and(|it| it.is_word("create"));
        match names.iter().filter(is_named).count() {
            0 => (false, 0),
            count if creates => (false, count.min(1)),
            count => (takes, count),
        }
    };
    let best = script.statements.iter().map(|range| (counted(range), range));
    // If several match equally, the last one: nothing after it restores the rows.
    let best = best.max_by_key(|(count, _)| *count).filter(|((_, count), _)| *count > 0);
    if let (Some((_, range)), Some(label)) = (best, finding.labels.first_mut()) {
        label.range = Some(range.clone());
    }
    finding
}

/// Returns the names that a finding concerns: those in backticks, or else the words of its notes.
fn names(finding: &Diagnostic) -> Vec<String> {
    let ticked: Vec<_> = ticked(&finding.message).flat_map(|text| text.split('.')).collect();
    let names: Vec<&str> = match ticked.as_slice() {
        [] => {
            let words = finding.notes.first().into_iter().flat_map(|note| lexer::tokens(note));
            words.filter(|token| token.kind == Kind::Word).map(|token| token.text).collect()
        }
        _ => ticked,
    };
    names.into_iter().map(str::to_owned).collect()
}

/// Returns the first name in a message.
fn subject(finding: &Diagnostic) -> Option<&str> {
    ticked(&finding.message).next()
}

fn ticked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn range(finding: &Diagnostic) -> Option<Range<usize>> {
    finding.labels.first().and_then(|label| label.range.clone())
}

/// Whether two findings show the same place.
pub(crate) fn overlap(one: &Diagnostic, other: &Diagnostic) -> bool {
    let is_alike = one.file() == other.file();
    match (range(one), range(other)) {
        (Some(one), Some(other)) if is_alike => one.start < other.end && other.start < one.end,
        _ => false,
    }
}

/// Merges the findings about all rebuilds of a table that forget its ids.
fn gathered(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut gathered: Vec<Diagnostic> = Vec::new();
    let mut hidden: Vec<Vec<String>> = Vec::new();
    for finding in found {
        let is_same = |first: &Diagnostic| {
            finding.code == Code::HighWater && first.message == finding.message
        };
        match gathered.iter().position(is_same) {
            Some(at) if gathered[at].labels.len() < SHOWN => {
                let again = finding.labels.into_iter().map(|mut label| {
                    "and here".clone_into(&mut label.text);
                    label.primary = false;
                    label
                });
                gathered[at].labels.extend(again);
            }
            Some(at) => hidden[at].push(format!("`{}`", finding.file())),
            None => {
                gathered.push(finding);
                hidden.push(Vec::new());
            }
        }
    }
    for (finding, more) in gathered.iter_mut().zip(hidden).filter(|(_, more)| !more.is_empty()) {
        finding.notes.push(format!("likewise in {}", spelling::list(&more)));
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: Code, message: &str, range: Range<usize>) -> Diagnostic {
        Diagnostic::error(code, message).on("a.up.sql", range, "")
    }

    const COPY: &str = "say why: `-- migratory: allow(partial_copy): <reason>`";

    #[test]
    fn each_fact_is_reported_once() {
        let dropped = || finding(Code::DropTable, "`a` is dropped", 20..30);
        let limit = || finding(Code::RowsVanish, "this copy leaves out rows of `a`", 5..6);
        let vanished = |range| finding(Code::RowsVanish, "all rows of `a` vanish", range);
        let cascade = || finding(Code::RowsVanish, "all rows of `b` vanish", 20..30);
        let update = || finding(Code::UnmatchedUpdate, "this sets `x` of `a`", 0..9);
        let moved = || finding(Code::ValuesMove, "values of `a.x` are overwritten", 0..9);
        for (found, expected) in [
            (vec![vanished(20..30).help(COPY), dropped()], vec![Code::DropTable]),
            (vec![dropped(), cascade()], vec![Code::DropTable, Code::RowsVanish]),
            (vec![limit(), vanished(0..9).help(COPY)], vec![Code::RowsVanish]),
            (vec![limit(), vanished(20..30).help(COPY)], vec![Code::RowsVanish; 2]),
            (vec![update(), moved()], vec![Code::UnmatchedUpdate]),
            (vec![moved()], vec![Code::ValuesMove]),
        ] {
            let codes: Vec<_> = refined(found, &[]).iter().map(|it| it.code).collect();
            assert_eq!(codes, expected);
        }
    }

    #[test]
    fn all_rebuilds_that_forget_the_ids_of_a_table_are_one_finding() {
        let rebuild = |file: usize, table: &str| {
            let message = format!("the rebuilt table `{table}` forgets ids");
            Diagnostic::error(Code::HighWater, message).on(&format!("{file}.up.sql"), 0..1, "")
        };
        let mut found: Vec<_> = (0..7).map(|file| rebuild(file, "a")).collect();
        found.push(rebuild(7, "b"));
        let refined = refined(found, &[]);
        assert_eq!(refined.len(), 2);
        assert_eq!(refined[0].labels.len(), 4);
        assert_eq!(refined[0].notes, ["likewise in `4.up.sql`, `5.up.sql` and `6.up.sql`"]);
        assert_eq!(refined[1].labels.len(), 1);
    }
}
