//! Prepares findings for display: each fact once, and at a statement.
//!
//! The rules judge the text of a statement and the rehearsal its effect on rows, so both often find
//! the same.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer;

use super::suggestions;
use crate::schema::Name;
use migratory_analysis::{CheckedMigration, CheckedScript};
use migratory_analysis::{Code, Diagnostic, Subject, spelling};
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
pub(crate) fn to_show(found: Vec<Diagnostic>, set: &[CheckedMigration]) -> Vec<Diagnostic> {
    let scripts: Vec<_> = set.iter().flat_map(CheckedMigration::scripts).collect();
    let placed = found.into_iter().map(|finding| {
        let script = scripts.iter().find(|script| script.file == finding.file());
        match script {
            Some(script) => placed(finding, script),
            None => finding,
        }
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
            rows.may_be_allowed(Rule::PartialCopy) && rule.table() == rows.table()
        }
        (Code::RowsVanish, Code::RowsVanish) => {
            first < second && rows.may_be_allowed(Rule::PartialCopy) && overlap(rule, rows)
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
        (Code::ValuesMove, Code::ValuesMove) => subjects(rows).is_subset(&subjects(other)),
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
        && (overlap(rows, other) || table.is_some_and(|table| other.is_about(table)))
}

/// Whether two findings report the same fact: one of the same kind about the same objects. SQLite's
/// message about a failure, which has no subject, is a fact of its own.
pub(crate) fn is_same_fact(one: &Diagnostic, other: &Diagnostic) -> bool {
    let (subject, other_subject) = (subjects(one), subjects(other));
    one.code == other.code
        && one.file() == other.file()
        && subject == other_subject
        && (!subject.is_empty() || one.message == other.message)
}

fn subjects(finding: &Diagnostic) -> BTreeSet<&Subject> {
    finding.subject().iter().collect()
}

/// Whether rows are lost because their table is dropped, and no statement copies them.
fn goes_with_its_table(finding: &Diagnostic, script: &CheckedScript) -> bool {
    let statement = range(finding).and_then(|range| script.sql.get(range));
    finding.code == Code::RowsVanish
        && finding.may_be_allowed(Rule::PartialCopy)
        && statement.is_some_and(|text| !suggestions::copies(text))
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
        let is_named = |name: &Name| lexer::meaningful(text).any(|it| *name == *it.unquoted());
        let takes = lexer::meaningful(text).any(|it| it.is_word("drop") || it.is_word("delete"));
        // A statement that creates a table changes no row.
        let creates = lexer::meaningful(text).next().is_some_and(|it| it.is_word("create"));
        match names.iter().filter(|name| is_named(name)).count() {
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

/// Returns the names that a finding concerns: those of its subject, or else those it mentions.
fn names(finding: &Diagnostic) -> BTreeSet<&Name> {
    match finding.subject() {
        [] => finding.mentioned().iter().collect(),
        subject => subject.iter().flat_map(Subject::names).collect(),
    }
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
            finding.code == Code::HighWater
                && first.code == finding.code
                && first.subject() == finding.subject()
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
    use migratory_analysis::Exception;
    use migratory_core::Direction;

    use super::*;
    use crate::rules::harness;

    fn finding(code: Code, table: &str, range: Range<usize>) -> Diagnostic {
        let subject = [Subject::table(&Name::from(table))];
        Diagnostic::about(code, subject, "wrong").on("a.up.sql", range, "")
    }

    #[test]
    fn each_fact_is_reported_once() {
        let may_be_partial =
            |finding: Diagnostic| finding.unless_meant(Exception::Allow(Rule::PartialCopy));
        let dropped = || finding(Code::DropTable, "a", 20..30);
        let limit = || finding(Code::RowsVanish, "a", 5..6);
        let vanished = |range| may_be_partial(finding(Code::RowsVanish, "a", range));
        let other = || may_be_partial(finding(Code::RowsVanish, "b", 20..30));
        let cascade = || finding(Code::RowsVanish, "b", 20..30);
        let update = || finding(Code::UnmatchedUpdate, "a", 0..9);
        let moved = || finding(Code::ValuesMove, "a", 0..9);
        for (found, expected) in [
            (vec![vanished(20..30), dropped()], vec![Code::DropTable]),
            (vec![dropped(), other()], vec![Code::DropTable, Code::RowsVanish]),
            (vec![dropped(), cascade()], vec![Code::DropTable, Code::RowsVanish]),
            (vec![limit(), vanished(0..9)], vec![Code::RowsVanish]),
            (vec![limit(), vanished(20..30)], vec![Code::RowsVanish; 2]),
            (vec![update(), moved()], vec![Code::UnmatchedUpdate]),
            (vec![moved()], vec![Code::ValuesMove]),
        ] {
            let codes: Vec<_> = to_show(found, &[]).iter().map(|it| it.code).collect();
            assert_eq!(codes, expected);
        }
    }

    #[test]
    fn changed_values_are_told_again_if_their_columns_are() {
        let (table, [x, y]) = (Name::from("t"), ["x", "t2"].map(Name::from));
        let moved = |columns: &[&Name]| {
            let subject = Subject::columns(&table, columns.iter().copied());
            Diagnostic::about(Code::ValuesMove, subject, "wrong").on("a.up.sql", 0..9, "")
        };
        let by_trigger = Diagnostic::about(
            Code::ValuesMove,
            Subject::columns(&table, [&x]).chain([Subject::object(&Name::from("g"))]),
            "wrong",
        );
        let by_trigger = by_trigger.on("a.up.sql", 0..9, "");
        let both = moved(&[&x, &y]);
        for (rows, other, expected) in [
            (moved(&[]), &both, true),
            (moved(&[&x]), &both, true),
            (moved(&[&x, &y]), &moved(&[&y]), false),
            (moved(&[&x]), &by_trigger, true),
            (by_trigger.clone(), &moved(&[&x]), false),
        ] {
            assert_eq!(says_again(Some(&table), &rows, other), expected, "{rows:?} {other:?}");
        }
        // A column with the name of a table is no table.
        let elsewhere = finding(Code::FailsOnRows, "t2", 20..30);
        assert!(!says_again(Some(&Name::from("t2")), &elsewhere, &both));
        assert!(says_again(Some(&table), &elsewhere, &both));
    }

    #[test]
    fn a_finding_about_a_file_is_shown_at_the_statement_that_takes_its_rows() {
        let sql =
            "CREATE TABLE n (a, x); INSERT INTO n SELECT a, x FROM t; DROP TABLE t; SELECT 1;";
        let script = harness::checked(sql, Direction::Up);
        let subject = Subject::columns(&Name::from("t"), [&Name::from("x")]).collect::<Vec<_>>();
        let related = ["a", "X", "n"].map(Name::from);
        let of_subject = |code| Diagnostic::about(code, subject.clone(), "wrong");
        let of_related = Diagnostic::error(Code::Dangles, "wrong").mentioning(&related);
        let none = Diagnostic::error(Code::Dangles, "wrong");
        for (finding, expected) in [
            (of_subject(Code::ValuesMove), Some("DROP TABLE t")),
            (of_subject(Code::RowsVanish), None),
            (of_related, Some("INSERT INTO n SELECT a, x FROM t")),
            (none, None),
        ] {
            let placed = placed(finding.at("0002_a.sql"), &script);
            let text = range(&placed).and_then(|range| sql.get(range));
            assert_eq!(text.map(|text| text.trim_end_matches(';')), expected);
        }
    }

    #[test]
    fn all_rebuilds_that_forget_the_ids_of_a_table_are_one_finding() {
        let rebuild = |file: usize, table: &str| {
            let subject = [Subject::table(&Name::from(table))];
            Diagnostic::about(Code::HighWater, subject, "it forgets ids").on(
                &format!("{file}.up.sql"),
                0..1,
                "",
            )
        };
        let mut found: Vec<_> = (0..7).map(|file| rebuild(file, "a")).collect();
        found.push(rebuild(7, "b"));
        let shown = to_show(found, &[]);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0].labels.len(), 4);
        assert_eq!(shown[0].notes, ["likewise in `4.up.sql`, `5.up.sql` and `6.up.sql`"]);
        assert_eq!(shown[1].labels.len(), 1);
    }
}
