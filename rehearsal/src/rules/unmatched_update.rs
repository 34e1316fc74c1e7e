//! Reports an UPDATE from a subquery that overwrites rows for which the subquery finds nothing.

use std::ops::Range;

use self::subquery::Subquery;
use super::always::is_always;
use super::lineage::{END, Lineage, Origin};
use super::phrase;
use super::update::{Set, Update};
use super::{Facts, ScriptRule, Scripts, one_line, ticked};
use crate::act::{ActKind, Statement};
use crate::schema::Name;
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject, spelling};

mod subquery;

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::UnmatchedUpdate,
    allow: Some(Rule::UnmatchedUpdate),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    facts.done().filter_map(|(at, statement)| judge(facts, &lineage, at, statement)).collect()
}

/// A value that is NULL if a subquery finds nothing.
struct Nulling<'u, 'a> {
    set: &'u Set<'a>,
    subquery: Subquery<'u, 'a>,
}

fn judge(
    facts: &Facts<'_>,
    lineage: &Lineage,
    at: usize,
    statement: &Statement,
) -> Option<Diagnostic> {
    let text = facts.text(statement);
    let update = Update::parse(text)?;
    let table = facts.schemas[at].tables.get(&update.table)?;
    let writes_all = match &update.condition {
        None => !update.has_from,
        Some(condition) => is_always(condition, Some(table)),
    };
    if !writes_all {
        return None;
    }
    let is_nulled = |column: &Name| {
        // A NOT NULL column makes the statement fail, and loses nothing.
        table.column(column).is_some_and(|it| !it.is_not_null)
            && holds_values(facts, lineage, (&update.table, column), at)
    };
    let nulling = update.sets.iter().filter(|set| set.columns.iter().any(is_nulled));
    let nulling: Vec<_> = nulling
        .filter_map(|set| {
            let subquery = Subquery::that_nulls(&set.value)?;
            subquery
                .may_miss(&facts.schemas[at], table, &update)
                .then_some(Nulling { set, subquery })
        })
        .collect();
    (!nulling.is_empty()).then(|| finding(facts, statement, &update, &nulling))
}

/// Whether the column has values from before the script when the statement begins.
fn holds_values(
    facts: &Facts<'_>,
    lineage: &Lineage,
    (table, column): (&Name, &Name),
    until: usize,
) -> bool {
    let made = match lineage.origin(table, until) {
        // Virtual tables and the like are left to the rehearsal.
        Origin::Before(name) => {
            return facts.before().tables.contains_key(&name)
                && !is_added(facts, lineage, (table, column), until);
        }
        Origin::Made(at) => at,
    };
    let is_copied = |(_, statement): (usize, &Statement)| {
        statement.own().any(|act| match act {
            ActKind::Insert(into) | ActKind::CreateTable(into) => into == table,
            _ => false,
        }) && statement.own().any(|act| matches!(act, ActKind::Read { .. }))
            && phrase::mentions(facts.text(statement), column)
    };
    let is_successor = lineage
        .name(table, until, END)
        .is_some_and(|name| facts.before().tables.contains_key(name));
    is_successor
        && !is_added(facts, lineage, (table, column), until)
        && facts.done().filter(|(at, _)| (made..until).contains(at)).any(is_copied)
}

/// Whether a statement of the script added the column, so that it holds no earlier values.
fn is_added(
    facts: &Facts<'_>,
    lineage: &Lineage,
    (table, column): (&Name, &Name),
    until: usize,
) -> bool {
    facts.done().filter(|(at, _)| *at < until).any(|(at, statement)| {
        let altered = statement.own().find_map(|act| match act {
            ActKind::AlterTable(name) => Some(name),
            _ => None,
        });
        let Some(altered) = altered.filter(|it| lineage.name(it, at, until) == Some(table)) else {
            return false;
        };
        let [before, after] =
            [at, at + 1].map(|at| facts.schemas[at].tables.get(altered).map(|it| &it.columns));
        let (Some(before), Some(after)) = (before, after) else { return false };
        after.len() > before.len() && after.last().is_some_and(|last| last.name == *column)
    })
}

fn finding(
    facts: &Facts<'_>,
    statement: &Statement,
    update: &Update<'_>,
    nulling: &[Nulling<'_, '_>],
) -> Diagnostic {
    let columns: Vec<Name> = nulling.iter().flat_map(|it| it.set.columns.iter().cloned()).collect();
    let names = spelling::list(&ticked(&columns));
    let message = format!(
        "this sets {names} of `{}` to NULL in every row for which the subquery finds nothing",
        update.table
    );
    let error = RULE
        .error(facts, Subject::columns(&update.table, &columns), message, statement.range.clone())
        .note("an UPDATE without WHERE writes every row, and a subquery without a row is NULL: the values that were there are lost");
    rewritten(facts.text(statement), update, nulling).into_iter().fold(error, Diagnostic::help)
}

/// Suggests the statement with a WHERE EXISTS, and with the old value as a fallback, where these
/// fit.
fn rewritten(text: &str, update: &Update<'_>, nulling: &[Nulling<'_, '_>]) -> Vec<String> {
    let mut helps = Vec::new();
    if let ([only], [_]) = (nulling, update.sets.as_slice()) {
        if !only.subquery.is_aggregate() {
            let condition = format!(" WHERE EXISTS {}", only.subquery.text(text));
            let whole = replaced(text, vec![(update.where_range.clone(), condition)]);
            helps.push(format!("update only the rows that have a match: `{whole}`"));
        }
    }
    let single: Option<Vec<_>> = nulling
        .iter()
        .map(|it| {
            let [column] = it.set.columns.as_slice() else { return None };
            let (first, last) = (it.set.value.first()?, it.set.value.last()?);
            let range = first.start..last.end();
            let value = text.get(range.clone()).unwrap_or_default();
            Some((range, format!("coalesce({value}, {})", column.written())))
        })
        .collect();
    if let Some(edits) = single {
        helps.push(format!("or keep the old value: `{}`", replaced(text, edits)));
    }
    helps
}

/// Returns the text on one line, with other texts at these ordered places.
fn replaced(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut whole = text.to_owned();
    for (range, edit) in edits.into_iter().rev() {
        whole.replace_range(range, &edit);
    }
    let line = one_line(&whole);
    format!("{};", line.trim_end_matches([';', ' ']))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok, reported};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, town TEXT,
                        b_id INTEGER NOT NULL REFERENCES b (id), c_id INTEGER REFERENCES b (id));
        CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, n INT);
    ";

    #[test]
    fn values_that_a_subquery_overwrites_with_null_are_reported() {
        for up in [
            "UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name);",
            "update main.[a] as x set Email = (select b.email from b where b.name = x.name) where 1",
            "UPDATE a SET name = 'x', email = lower((SELECT email FROM b WHERE b.name = town));",
            "UPDATE a SET email = 'mailto:' || (SELECT email FROM b WHERE b.name = a.name);",
            "UPDATE a SET (email, town) = (SELECT email, name FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT max(email) FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT email FROM b WHERE b.id = a.c_id);",
            "UPDATE a SET email = (SELECT b.email FROM b JOIN b AS c ON c.id = a.id);",
            "WITH m AS (SELECT name, email FROM b) \
             UPDATE a SET email = (SELECT email FROM m WHERE m.name = a.name);",
            "ALTER TABLE a RENAME COLUMN email TO mail; \
             UPDATE a SET mail = (SELECT email FROM b WHERE b.name = a.name);",
            "ALTER TABLE a RENAME TO x; \
             UPDATE x SET email = (SELECT email FROM b WHERE b.name = x.name);",
        ] {
            lint_errors(BEFORE, up, &[Code::UnmatchedUpdate]);
            assert_eq!(lint_down(BEFORE, up).len(), 1, "{up}");
        }
    }

    #[test]
    fn a_copy_that_is_overwritten_is_reported_too() {
        let up = "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT); \
            INSERT INTO n (id, name, email) SELECT id, name, email FROM b; \
            UPDATE n SET email = (SELECT email FROM a WHERE a.name = n.name); \
            DROP TABLE b; ALTER TABLE n RENAME TO b;";
        let allowed = format!("-- migratory: allow(drop_column): x\n{up}");
        let found = lint(BEFORE, &allowed);
        assert!(found.iter().any(|it| it.code == Code::UnmatchedUpdate), "{found:?}");
    }

    #[test]
    fn an_update_that_keeps_unmatched_rows_is_not_reported() {
        for up in [
            "UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name) \
             WHERE EXISTS (SELECT 1 FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name) WHERE email IS NULL;",
            "UPDATE a SET email = coalesce((SELECT email FROM b WHERE b.name = a.name), email);",
            "UPDATE a SET email = IFNULL((SELECT lower(email) FROM b WHERE name = town), '');",
            "UPDATE a SET email = CASE WHEN town = '' THEN (SELECT email FROM b WHERE b.name = a.name) \
             ELSE email END;",
            "UPDATE a SET email = EXISTS (SELECT 1 FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT count(*) FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT coalesce(max(email), '') FROM b WHERE b.name = a.name);",
            "UPDATE a SET email = (SELECT email FROM b WHERE b.id = a.b_id);",
            "UPDATE a SET email = (SELECT x.email FROM b AS x WHERE a.b_id = x.id);",
            "UPDATE a SET email = (SELECT town FROM a AS x WHERE x.id = a.id);",
            "UPDATE a SET email = (SELECT email FROM b ORDER BY id LIMIT 1);",
            "UPDATE a SET email = (SELECT email FROM b WHERE id = 1);",
            "UPDATE a SET email = (SELECT upper(a.email));",
            "UPDATE a SET email = b.email FROM b WHERE b.name = a.name;",
            "UPDATE a SET email = NULL;",
            "ALTER TABLE a ADD COLUMN n; UPDATE a SET n = (SELECT n FROM b WHERE b.name = a.name);",
            "ALTER TABLE a RENAME COLUMN email TO mail; ALTER TABLE a ADD COLUMN email; \
             UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name);",
            "CREATE TABLE c (id INTEGER PRIMARY KEY, e TEXT); INSERT INTO c (id) SELECT id FROM a; \
             UPDATE c SET e = (SELECT email FROM b WHERE b.id = c.id);",
            "-- migratory: allow(unmatched_update): b has them all\n\
             UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name);",
        ] {
            lint_ok(BEFORE, up);
        }
    }

    #[test]
    fn the_suggestion_is_accepted() {
        for up in [
            "UPDATE a SET email = (SELECT email FROM b WHERE b.name = a.name) WHERE 1 = 1;",
            "UPDATE a SET email = (SELECT max(email) FROM b WHERE b.name = a.name), town = 'x'",
            "UPDATE a SET (email, town) = (SELECT email, name FROM b WHERE b.name = a.name);",
        ] {
            let found = lint(BEFORE, up).remove(0);
            let statements = found.help.iter().filter_map(|help| help.split('`').nth(1));
            let statements: Vec<_> = statements.filter(|it| it.starts_with("UPDATE")).collect();
            assert!(!statements.is_empty(), "{up}");
            for statement in statements {
                lint_ok(BEFORE, statement);
            }
        }
    }

    #[test]
    fn the_finding_reads_well() {
        let up = "UPDATE a SET email = (\n  SELECT email FROM b WHERE b.name = a.name\n);\n";
        expect![[r"
            1 finding in the migrations of `migrations/`

            error[M0620]: this sets `email` of `a` to NULL in every row for which the subquery finds nothing
             --> 0002_a.sql:1:1
              |
            1 | UPDATE a SET email = (
              | ^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: an UPDATE without WHERE writes every row, and a subquery without a row is NULL: the values that were there are lost
              = help: update only the rows that have a match: `UPDATE a SET email = ( SELECT email FROM b WHERE b.name = a.name ) WHERE EXISTS ( SELECT email FROM b WHERE b.name = a.name );`
              = help: or keep the old value: `UPDATE a SET email = coalesce(( SELECT email FROM b WHERE b.name = a.name ), email);`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(unmatched_update): <reason>`
        "]].assert_eq(&reported(BEFORE, up));
    }
}
