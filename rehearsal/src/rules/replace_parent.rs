//! Reports a REPLACE of rows that others refer to, which deletes them first.

use std::ops::Range;

use migratory_runtime::Mode;

use super::lineage::{Lineage, Origin};
use super::phrase::{self, Phrase};
use super::{Facts, SHOWN, ScriptRule, Scripts, place};
use crate::act::{ActKind, Statement};
use crate::mention::Mention;
use crate::schema::{Name, Schema, Trigger};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

/// The first words of statements that write rows.
const WRITING: [&str; 3] = ["insert", "replace", "update"];

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::ReplaceParent,
    allow: Some(Rule::ReplaceParent),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    facts.done().filter_map(|(at, statement)| finding(facts, &lineage, at, statement)).collect()
}

/// Whether this rule reports the statement, or would if the file did not allow it.
pub(crate) fn is_reported(
    facts: &Facts<'_>,
    lineage: &Lineage,
    at: usize,
    statement: &Statement,
) -> bool {
    finding(facts, lineage, at, statement).is_some()
}

fn finding(
    facts: &Facts<'_>,
    lineage: &Lineage,
    at: usize,
    statement: &Statement,
) -> Option<Diagnostic> {
    let table = statement.own().find_map(|act| match act {
        ActKind::Insert(table) | ActKind::Update { table, .. } => Some(table),
        _ => None,
    })?;
    // A table that the script itself created holds no rows yet to which others refer.
    let Origin::Before(_) = lineage.origin(table, at) else { return None };
    let schema = &facts.schemas[at];
    let is_always = schema.tables.get(table).is_some_and(|it| replaces_always(&it.sql));
    let range = replaces(statement.range.start, facts.text(statement), is_always)?;
    if !may_conflict(schema, table, statement) {
        return None;
    }
    let mut notes = Vec::new();
    if facts.script.mode != Mode::ForeignKeysOff {
        notes.extend(children(schema, table));
    }
    let takes_others = !notes.is_empty();
    notes.extend(silent(schema, table));
    let message = if takes_others {
        format!("replacing a row of `{table}` deletes it first, and other rows with it")
    } else {
        format!("replacing a row of `{table}` deletes it without firing its triggers")
    };
    let update = if is_update(facts.text(statement)) {
        "delete the rows in the way, with a condition that selects them; then write a plain `UPDATE`"
    } else {
        "write `INSERT INTO .. ON CONFLICT (..) DO UPDATE SET ..`: that updates the row in place"
    };
    (!notes.is_empty()).then(|| {
        let error = RULE.error(facts, [Subject::table(table)], message, range);
        let shown = notes.into_iter().take(SHOWN);
        shown.fold(error, |error, note| note.noted(error)).help(update)
    })
}

/// Describes what happens to rows that refer to the table.
fn children(schema: &Schema, table: &Name) -> Vec<Mention> {
    let keys = schema
        .tables
        .values()
        .flat_map(|child| child.foreign_keys.iter().map(move |key| (child, key)));
    keys.filter(|(_, key)| key.parent == *table)
        .filter_map(|(child, key)| {
            let action = key.on_delete.to_ascii_uppercase();
            let columns = super::columns(&key.columns);
            let happens = match action.as_str() {
                "CASCADE" => format!("rows of `{}` are deleted", child.name),
                "SET NULL" => format!("`{columns}` of `{}` becomes NULL", child.name),
                "SET DEFAULT" => format!("`{columns}` of `{}` gets its default", child.name),
                _ => return None,
            };
            let message = "where the new row has the key of an old one, ";
            let text = format!("{message}{happens}: its foreign key says ON DELETE {action}");
            Some(Mention::new(text, [&child.name].into_iter().chain(&key.columns)))
        })
        .collect()
}

/// Returns the triggers that a DELETE fires and a REPLACE does not.
fn silent(schema: &Schema, table: &Name) -> Vec<Mention> {
    let triggers = schema.triggers.values().filter(|trigger| trigger.table == *table);
    triggers
        .filter(|trigger| is_on_delete(trigger))
        .map(|trigger| {
            let text = format!(
                "the trigger `{}` does not fire for the deleted row, unless \
                 `PRAGMA recursive_triggers` is on",
                trigger.name
            );
            Mention::new(text, [&trigger.name])
        })
        .collect()
}

fn is_on_delete(trigger: &Trigger) -> bool {
    let Some(phrase) = Phrase::parse(&trigger.sql) else { return false };
    let events = ["delete", "insert", "update"];
    phrase
        .rest
        .iter()
        .find(|token| phrase::any(token, &events))
        .is_some_and(|it| it.is_word("delete"))
}

/// Whether the statement writes a column that must be unique.
pub(crate) fn may_conflict(schema: &Schema, table: &Name, statement: &Statement) -> bool {
    let Some(definition) = schema.tables.get(table) else { return true };
    let constraints =
        definition.uniques.iter().chain([&definition.primary_key]).flatten().map(Some);
    let indexes = schema.indexes.values().filter(|it| it.table == *table && it.is_unique);
    let keys =
        constraints.chain(indexes.flat_map(|index| index.columns.iter().map(Option::as_ref)));
    let keys: Vec<Option<&Name>> = keys.collect();
    let inserts = statement.own().any(|act| matches!(act, ActKind::Insert(_)));
    let updates = |key: Option<&Name>| {
        // An expression may use any column.
        key.is_none_or(|key| {
            statement
                .own()
                .any(|act| matches!(act, ActKind::Update { column, .. } if column == key))
        })
    };
    if inserts { !keys.is_empty() } else { keys.iter().copied().any(updates) }
}

/// Whether a constraint of the table says `ON CONFLICT REPLACE`.
fn replaces_always(sql: &str) -> bool {
    let tokens: Vec<_> = phrase::meaningful(sql).collect();
    tokens.windows(3).any(|three| {
        three[0].is_word("on") && three[1].is_word("conflict") && three[2].is_word("replace")
    })
}

/// Returns where the statement says REPLACE, or where it begins if its table says so.
fn replaces(start: usize, sql: &str, always: bool) -> Option<Range<usize>> {
    let tokens = phrase::top_level(phrase::meaningful(sql));
    let verb = tokens.iter().position(|token| phrase::any(token, &WRITING))?;
    if tokens[..verb].iter().any(|token| phrase::any(token, &["create", "select", "explain"])) {
        return None;
    }
    match &tokens[verb..] {
        [replace, ..] if replace.is_word("replace") => Some(place(start, replace)),
        [first, or, replace, ..] if or.is_word("or") && replace.is_word("replace") => {
            Some(place(start, first).start..place(start, replace).end)
        }
        [_, or, ..] if or.is_word("or") => None,
        [first, ..] => always.then(|| place(start, first)),
        [] => None,
    }
}

fn is_update(sql: &str) -> bool {
    let tokens = phrase::top_level(phrase::meaningful(sql));
    let verb = tokens.iter().find(|token| phrase::any(token, &WRITING));
    verb.is_some_and(|token| token.is_word("update"))
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE album (id INTEGER PRIMARY KEY, artist REFERENCES artist ON DELETE CASCADE);
        CREATE TABLE place (code TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE visit (place TEXT REFERENCES place (code) ON DELETE SET NULL);
        CREATE TABLE node (id INTEGER PRIMARY KEY, up REFERENCES node ON DELETE SET DEFAULT);
        CREATE TABLE watched (id INTEGER PRIMARY KEY, x);
        CREATE TRIGGER gone BEFORE DELETE ON watched BEGIN SELECT 1; END;
        CREATE TABLE noted (id INTEGER PRIMARY KEY);
        CREATE TRIGGER delete_no AFTER INSERT ON noted BEGIN DELETE FROM visit WHERE 0; END;
        CREATE TABLE always (id INTEGER PRIMARY KEY, k TEXT UNIQUE ON CONFLICT REPLACE, note);
        CREATE TABLE under (k REFERENCES always ON DELETE CASCADE);
        CREATE TABLE keyless (x);
        CREATE TRIGGER keyless_gone AFTER DELETE ON keyless BEGIN SELECT 1; END;
        CREATE TABLE strict_parent (id INTEGER PRIMARY KEY);
        CREATE TABLE strict_child (parent REFERENCES strict_parent ON DELETE RESTRICT);
    ";

    #[test]
    fn a_parent_that_is_replaced_is_reported() {
        for up in [
            "INSERT OR REPLACE INTO artist (id, name) VALUES (1, 'a');",
            "replace into main.place values ('x')",
            "UPDATE OR REPLACE artist SET name = 'b' WHERE id = 2;",
            "WITH n AS (SELECT 1 AS id) INSERT OR REPLACE INTO node (id) SELECT id FROM n;",
            "REPLACE INTO watched (id) VALUES (1);",
            "INSERT INTO always (k) VALUES ('x');",
            "update always set k = 'y'",
            "ALTER TABLE artist RENAME TO band; REPLACE INTO band VALUES (1, 'a');",
        ] {
            lint_errors(BEFORE, up, &[Code::ReplaceParent]);
        }
        let note = &lint(BEFORE, "REPLACE INTO place VALUES ('x')")[0].notes[0];
        assert!(note.contains("`place` of `visit` becomes NULL"), "{note}");
    }

    #[test]
    fn a_row_without_references_may_be_replaced() {
        for up in [
            "INSERT OR IGNORE INTO artist VALUES (1, 'a');",
            "INSERT INTO artist VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = 'a';",
            "INSERT OR ABORT INTO always (k) VALUES ('x'); DELETE FROM always WHERE id = 1;",
            "REPLACE INTO album (id) VALUES (1);",
            "REPLACE INTO noted VALUES (1);",
            "REPLACE INTO strict_parent VALUES (1);",
            "UPDATE always SET note = 'x'; UPDATE OR REPLACE watched SET x = 1;",
            "REPLACE INTO keyless VALUES (1);",
            "UPDATE artist SET name = replace(name, 'a', 'b');",
            "INSERT INTO artist (name) SELECT replace(name, 'a', 'c') FROM artist;",
            "CREATE TABLE n (id INTEGER PRIMARY KEY); \
             CREATE TABLE m (n REFERENCES n ON DELETE CASCADE); REPLACE INTO n VALUES (1);",
            "CREATE TRIGGER t AFTER INSERT ON noted BEGIN REPLACE INTO artist VALUES (1, 'a'); END;",
            "PRAGMA foreign_keys = OFF; REPLACE INTO artist VALUES (1, 'a'); \
             PRAGMA foreign_keys = ON;",
            "-- migratory: allow(replace_parent): no album yet\n\
             REPLACE INTO artist VALUES (1, 'a');",
        ] {
            lint_ok(BEFORE, up);
        }
    }
}
