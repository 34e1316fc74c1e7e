//! Reports an UPDATE that deletes rows in its way, or skips rows that it can't change.

use std::ops::Range;

use super::lineage::Lineage;
use super::phrase;
use super::update::Update;
use super::{Facts, ScriptRule, Scripts, one_line, place, replace_parent};
use crate::act::Statement;
use crate::schema::{Name, Table};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::UpdateConflict,
    allow: Some(Rule::UpdateConflict),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    facts.done().filter_map(|(at, statement)| judge(facts, &lineage, at, statement)).collect()
}

/// What happens to a row that violates a constraint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Deleted,
    Skipped,
}

fn judge(
    facts: &Facts<'_>,
    lineage: &Lineage,
    at: usize,
    statement: &Statement,
) -> Option<Diagnostic> {
    let text = facts.text(statement);
    let update = Update::parse(text)?;
    let schema = &facts.schemas[at];
    let table = schema.tables.get(&update.table)?;
    let fate = fate(&update, table)?;
    let columns: Vec<_> = update.sets.iter().flat_map(|set| &set.columns).collect();
    let may_collide = replace_parent::may_conflict(schema, &update.table, statement);
    // If the statement has a condition, its author knows which rows may be skipped.
    let is_known = fate == Fate::Skipped && update.condition.is_some();
    let is_skipped = fate == Fate::Skipped && is_restricted(table, &columns);
    let may_fail = (may_collide || is_skipped) && !is_known;
    // Another rule reports an UPDATE that affects rows in other tables.
    if !may_fail || replace_parent::is_reported(facts, lineage, at, statement) {
        return None;
    }
    Some(finding(facts, statement, &update, fate))
}

/// Returns what the statement declares, or else a constraint of its table.
fn fate(update: &Update<'_>, table: &Table) -> Option<Fate> {
    let says = |word: &str| match &update.conflict {
        Some(conflict) => conflict.is_word(word),
        None => says_on_conflict(table, word),
    };
    if says("replace") { Some(Fate::Deleted) } else { says("ignore").then_some(Fate::Skipped) }
}

fn says_on_conflict(table: &Table, word: &str) -> bool {
    let tokens: Vec<_> = phrase::meaningful(&table.sql).collect();
    tokens.windows(3).any(|three| {
        three[0].is_word("on") && three[1].is_word("conflict") && three[2].is_word(word)
    })
}

/// Whether one of the columns is NOT NULL, or has a CHECK.
fn is_restricted(table: &Table, columns: &[&Name]) -> bool {
    columns.iter().any(|name| {
        table.column(name).is_some_and(|column| column.is_not_null)
            || table.checks.iter().any(|check| phrase::mentions(check, name))
    })
}

fn finding(
    facts: &Facts<'_>,
    statement: &Statement,
    update: &Update<'_>,
    fate: Fate,
) -> Diagnostic {
    let table = &update.table;
    let (message, note) = match fate {
        Fate::Deleted => (
            format!("this deletes the rows of `{table}` that are in the way of a new value"),
            "where two rows get the same key, REPLACE deletes the other one, with all that it holds, and \
             no DELETE trigger runs",
        ),
        Fate::Skipped => (
            format!(
                "this leaves rows of `{table}` as they are where a constraint refuses the new value"
            ),
            "IGNORE skips such a row and reports nothing: it keeps its old value, and later scripts and \
             programs take it for changed",
        ),
    };
    let error =
        RULE.error(facts, [Subject::table(table)], message, words(statement, update)).note(note);
    match without_conflict(facts.text(statement), update) {
        Some(plain) => error.help(format!(
            "merge or delete the rows that collide in a statement before it, and then write: `{plain}`"
        )),
        None => error.help("merge or delete the rows that collide in a statement before it"),
    }
}

/// Returns the range of `UPDATE OR REPLACE`, or of `UPDATE`.
fn words(statement: &Statement, update: &Update<'_>) -> Range<usize> {
    let start = statement.range.start;
    let last = update.conflict.as_ref().unwrap_or(&update.verb);
    place(start, &update.verb).start..place(start, last).end
}

/// Returns the statement without its OR clause.
fn without_conflict(text: &str, update: &Update<'_>) -> Option<String> {
    let conflict = update.conflict?;
    let mut plain = text.to_owned();
    plain.replace_range(update.verb.end()..conflict.end(), "");
    Some(format!("{};", one_line(&plain).trim_end_matches([';', ' '])))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rules::harness::{lint, lint_errors, lint_ok, reported};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT,
                          size INT CHECK (size > 0));
        CREATE UNIQUE INDEX tag_note ON tag (lower(note));
        CREATE TABLE plain (x, y UNIQUE);
        CREATE TABLE always (k TEXT UNIQUE ON CONFLICT REPLACE, v);
        CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE child (p REFERENCES parent ON DELETE CASCADE);
    ";

    #[test]
    fn an_update_that_deletes_or_skips_rows_is_reported() {
        for up in [
            "UPDATE OR REPLACE tag SET name = lower(name);",
            "UPDATE OR IGNORE tag SET name = lower(name);",
            "with x as (select 1) update or ignore main.tag set size = size - 1",
            "UPDATE OR REPLACE tag SET note = 'x';",
            "UPDATE always SET k = lower(k);",
        ] {
            lint_errors(BEFORE, up, &[Code::UpdateConflict]);
        }
        lint_errors(BEFORE, "UPDATE OR REPLACE parent SET name = '';", &[Code::ReplaceParent]);
        let up = "-- migratory: allow(replace_parent): x\nUPDATE OR REPLACE parent SET name = '';";
        lint_ok(BEFORE, up);
    }

    #[test]
    fn an_update_without_a_constraint_is_not_reported() {
        for up in [
            "UPDATE tag SET name = lower(name);",
            "UPDATE OR ABORT tag SET name = lower(name); UPDATE OR FAIL tag SET size = 1;",
            "UPDATE OR REPLACE plain SET x = 1; UPDATE OR IGNORE plain SET x = 1;",
            "UPDATE always SET v = 1;",
            "UPDATE OR IGNORE tag SET name = 'b' WHERE name = 'a';",
            "UPDATE OR ABORT always SET k = 'x';",
            "INSERT OR IGNORE INTO tag (name) VALUES ('x');",
            "-- migratory: allow(update_conflict): tags are merged\n\
             UPDATE OR REPLACE tag SET name = lower(name);",
        ] {
            lint_ok(BEFORE, up);
        }
    }

    #[test]
    fn the_suggestion_is_accepted() {
        let found = lint(BEFORE, "UPDATE OR IGNORE tag SET name = lower(name)").remove(0);
        let plain = found.help[0].split('`').nth(1).unwrap_or_default();
        assert_eq!(plain, "UPDATE tag SET name = lower(name);");
        lint_ok(BEFORE, plain);
    }

    #[test]
    fn the_finding_reads_well() {
        expect![[r"
            1 finding in the migrations of `migrations/`

            error[M0621]: this deletes the rows of `tag` that are in the way of a new value
             --> 0002_a.sql:1:1
              |
            1 | UPDATE OR REPLACE tag SET name = lower(name);
              | ^^^^^^^^^^^^^^^^^
              |
              = note: where two rows get the same key, REPLACE deletes the other one, with all that it holds, and no DELETE trigger runs
              = help: merge or delete the rows that collide in a statement before it, and then write: `UPDATE tag SET name = lower(name);`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(update_conflict): <reason>`
        "]].assert_eq(&reported(BEFORE, "UPDATE OR REPLACE tag SET name = lower(name);"));
    }
}
