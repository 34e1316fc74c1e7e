//! Reports the deletion of all rows of a table.

use migratory_core::sql::lexer::Kind;

use super::always::is_always;
use super::lineage::{Lineage, Origin};
use super::preserved_data::{Copied, is_carried, keeps_rows};
use super::update::position;
use super::{Facts, ScriptRule, Scripts, phrase};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Table};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::DeleteAll,
    allow: Some(Rule::DeleteAll),
    scripts: Scripts::Ups,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    let finding = |(at, statement): (usize, &Statement)| {
        let name = emptied(facts, &lineage, at, statement)?;
        let message = format!("this deletes every row of `{name}`");
        Some(
            RULE.error(facts, [Subject::Table(name)], message, statement.range.clone())
                .note("users lose what their databases hold there, and no down restores it")
                .help("say which rows are meant: `DELETE FROM .. WHERE ..`"),
        )
    };
    facts.done().filter_map(finding).collect()
}

/// Returns the table from before the script whose rows this statement deletes without a copy
/// anywhere.
fn emptied(facts: &Facts<'_>, lineage: &Lineage, at: usize, statement: &Statement) -> Option<Name> {
    let deleted = statement.own().find_map(|act| match act {
        ActKind::Delete(table) => Some(table),
        _ => None,
    })?;
    let Origin::Before(name) = lineage.origin(deleted, at) else { return None };
    let is_table = facts.before().tables.get(&name).is_some_and(keeps_rows);
    let copied = Copied { table: &name, column: None, from: 0, until: at };
    let is_lost = is_table
        && deletes_all(facts.text(statement), facts.schemas[at].tables.get(deleted))
        && !is_carried(facts, lineage, copied);
    is_lost.then_some(name)
}

/// Whether this is a DELETE without an effective condition.
fn deletes_all(sql: &str, table: Option<&Table>) -> bool {
    let tokens: Vec<_> =
        phrase::meaningful(sql).filter(|token| token.kind != Kind::Semicolon).collect();
    let Some(delete) = position(&tokens, &["delete"]) else { return false };
    let rest = &tokens[delete..];
    let end = position(rest, &["order", "limit", "returning"]).unwrap_or(rest.len());
    if rest.get(end).is_some_and(|token| token.is_word("limit")) {
        return false;
    }
    match position(rest, &["where"]) {
        None => true,
        Some(at) => is_always(&rest[at + 1..end], table),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_down, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE loan (id INTEGER PRIMARY KEY, day TEXT);
        CREATE TABLE \"my log\" (line TEXT);
        CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE TRIGGER pair_gone AFTER DELETE ON pair BEGIN DELETE FROM \"my log\"; END;
    ";

    #[test]
    fn a_delete_without_a_condition_is_reported() {
        for up in [
            "DELETE FROM loan;",
            "delete from main.[my log]",
            "WITH a AS (SELECT 1 WHERE 1) DELETE FROM pair",
            "DELETE FROM loan WHERE 1 = 1",
            "DELETE FROM loan WHERE true;",
            "DELETE FROM loan WHERE (2 > 1) OR 0;",
            "DELETE FROM loan AS l WHERE id IS NOT NULL;",
            "DELETE FROM loan WHERE id = id;",
            "DELETE FROM loan WHERE id IN (SELECT id FROM loan);",
            "DELETE FROM loan WHERE (id IN (SELECT DISTINCT l.id FROM loan AS l WHERE 1));",
            "DELETE FROM loan WHERE EXISTS (SELECT 1 FROM loan WHERE day = day);",
            "DELETE FROM loan WHERE EXISTS (SELECT * FROM loan AS o WHERE o.id = loan.id);",
            "ALTER TABLE loan RENAME TO loans; DELETE FROM loans;",
        ] {
            lint_errors(BEFORE, up, &[Code::DeleteAll]);
        }
    }

    #[test]
    fn a_delete_with_a_condition_or_after_a_copy_is_not_reported() {
        for up in [
            "DELETE FROM loan WHERE day < '2020';",
            "DELETE FROM loan AS l WHERE NOT EXISTS (SELECT 1 FROM pair WHERE a = l.id);",
            "DELETE FROM pair WHERE a = 1;",
            "DELETE FROM loan WHERE day IS NOT NULL;",
            "DELETE FROM loan WHERE 0;",
            "DELETE FROM loan WHERE id IN (SELECT id FROM loan WHERE day < '2020');",
            "DELETE FROM loan WHERE id IN (SELECT id FROM loan ORDER BY id LIMIT 100);",
            "DELETE FROM loan WHERE id IN (SELECT min(id) FROM loan);",
            "DELETE FROM loan WHERE id IN (SELECT id FROM loan GROUP BY day);",
            "DELETE FROM loan WHERE id IN (SELECT a FROM pair);",
            "DELETE FROM loan WHERE id IN (SELECT -id FROM loan);",
            "DELETE FROM loan WHERE day IN (SELECT id FROM loan);",
            "DELETE FROM loan WHERE id NOT IN (SELECT id FROM loan);",
            "DELETE FROM loan WHERE NOT EXISTS (SELECT 1 FROM loan);",
            "DELETE FROM loan WHERE EXISTS (SELECT 1 FROM loan AS o WHERE o.day = loan.day AND o.id < loan.id);",
            "DELETE FROM loan WHERE id IN (SELECT id FROM loan) AND day IN (SELECT b FROM pair);",
            "DELETE FROM loan WHERE EXISTS (SELECT 1 FROM pair WHERE a = a);",
            "CREATE TABLE t (x); DELETE FROM t;",
            "CREATE TEMP TABLE t (x); DELETE FROM t;",
            "CREATE TABLE kept AS SELECT * FROM loan; DELETE FROM loan;",
            "CREATE TRIGGER t AFTER INSERT ON loan BEGIN DELETE FROM \"my log\"; END;",
            "-- migratory: allow(delete_all): a log\nDELETE FROM \"my log\";",
        ] {
            lint_ok(BEFORE, up);
        }
        assert_eq!(lint_down(BEFORE, "DELETE FROM loan;"), []);
    }
}
