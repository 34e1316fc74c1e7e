//! Reports an UPDATE that changes or deletes rows which it does not name, through a trigger or a
//! foreign key.
//!
//! A trigger that depends on the updated column does what the schema declares for it: a total
//! follows its items. Other triggers run for any change, such as those that record when a row was
//! last changed.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::Token;

use super::lineage::{Lineage, Origin};
use super::update::Update;
use super::{Facts, ScriptRule, Scripts, columns, one_line, phrase, ticked};
use crate::act::{Act, ActKind, Statement};
use crate::schema::{ForeignKey, Name, Schema, Table, TableKind, Trigger};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Severity, Subject, spelling};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::SideEffects,
    allow: Some(Rule::SideEffects),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let is_update = |(_, statement): &(usize, &Statement)| {
        statement.own().any(|act| matches!(act, ActKind::Update { .. }))
    };
    if !facts.done().any(|it| is_update(&it)) {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let mut found = Vec::new();
    for (at, statement) in facts.done().filter(is_update) {
        let Some(update) = Update::parse(facts.text(statement)) else { continue };
        let schema = &*facts.schemas[at];
        if !schema.tables.contains_key(&update.table) {
            continue;
        }
        let site = Site { facts, lineage: &lineage, at, statement, schema, update };
        found.extend(site.of_triggers());
        found.extend(site.of_keys());
    }
    found
}

/// An UPDATE of a table.
struct Site<'f, 'a> {
    facts: &'f Facts<'a>,
    lineage: &'f Lineage,
    at: usize,
    statement: &'f Statement,
    schema: &'f Schema,
    update: Update<'f>,
}

/// What a trigger does to rows from before the script.
#[derive(Default)]
struct Effects {
    emptied: BTreeSet<Name>,
    overwritten: BTreeSet<(Name, Name)>,
}

impl Site<'_, '_> {
    fn sets(&self) -> impl Iterator<Item = &Name> {
        self.update.sets.iter().flat_map(|set| &set.columns)
    }

    fn of_triggers(&self) -> Vec<Diagnostic> {
        let fired: BTreeSet<_> =
            self.statement.acts.iter().filter_map(|act| act.accessor.as_ref()).collect();
        let triggers = fired.into_iter().filter_map(|name| self.schema.triggers.get(name));
        let blind = triggers.filter(|trigger| is_of_update(trigger) && !self.follows(trigger));
        blind.filter_map(|trigger| self.of_trigger(trigger)).collect()
    }

    /// Whether the trigger depends on a column that the statement sets.
    fn follows(&self, trigger: &Trigger) -> bool {
        let is_set = |column: &Name| {
            self.statement.acts.iter().any(|act| match &act.kind {
                ActKind::Update { table, column: set } => {
                    *table == trigger.table
                        && set == column
                        && act.accessor.as_ref() != Some(&trigger.name)
                }
                _ => false,
            })
        };
        named(trigger).iter().any(is_set)
    }

    fn of_trigger(&self, trigger: &Trigger) -> Option<Diagnostic> {
        let mut effects = Effects::default();
        for Act { kind, accessor } in &self.statement.acts {
            if accessor.as_ref() != Some(&trigger.name) {
                continue;
            }
            match kind {
                ActKind::Delete(table) if self.holds(table, None) => {
                    effects.emptied.insert(table.clone());
                }
                ActKind::Update { table, column }
                    if self.holds(table, Some(column)) && !self.says(table, column) =>
                {
                    effects.overwritten.insert((table.clone(), column.clone()));
                }
                _ => {}
            }
        }
        self.deletes(trigger, &effects).or_else(|| self.overwrites(trigger, &effects))
    }

    /// Whether the statement itself sets this column.
    fn says(&self, table: &Name, column: &Name) -> bool {
        *table == self.update.table && self.sets().any(|set| set == column)
    }

    /// Whether the table, or this column of it, existed before the script.
    fn holds(&self, table: &Name, column: Option<&Name>) -> bool {
        let Origin::Before(name) = self.lineage.origin(table, self.at) else { return false };
        let before = self.facts.before().tables.get(&name);
        before.is_some_and(|table| {
            table.kind == TableKind::Ordinary
                && column.is_none_or(|column| table.column(column).is_some())
        })
    }

    fn deletes(&self, trigger: &Trigger, effects: &Effects) -> Option<Diagnostic> {
        let tables = spelling::list(&ticked(&effects.emptied));
        let message =
            format!("this also deletes rows of {tables}, through the trigger `{}`", trigger.name);
        (!effects.emptied.is_empty()).then(|| {
            let subject = effects.emptied.iter().map(Subject::table);
            self.error(subject.chain([Subject::object(&trigger.name)]), message)
                .note("the trigger runs for each row that this changes, and no DELETE in the file says so")
                .help(without(trigger))
        })
    }

    fn overwrites(&self, trigger: &Trigger, effects: &Effects) -> Option<Diagnostic> {
        let names = effects.overwritten.iter().map(|(table, column)| format!("`{table}.{column}`"));
        let names: Vec<_> = names.collect();
        let message = format!(
            "this also overwrites {}, through the trigger `{}`",
            spelling::list(&names),
            trigger.name
        );
        (!names.is_empty()).then(|| {
            let column = |(table, column): &(Name, Name)| {
                Subject::Column(table.clone(), column.clone())
            };
            let subject = effects.overwritten.iter().map(column);
            let subject = subject.chain([Subject::object(&trigger.name)]);
            let mut warning = self.error(subject, message);
            warning.severity = Severity::Warning;
            warning
                .note("the trigger runs for each row that this changes: the old values are lost, and applications that look for changed rows find all of these")
                .help(without(trigger))
        })
    }

    /// Reports foreign keys that lose their values when the key they refer to changes.
    fn of_keys(&self) -> Vec<Diagnostic> {
        let children = self.schema.tables.values().filter(|child| self.holds(&child.name, None));
        let keys =
            children.flat_map(|child| child.foreign_keys.iter().map(move |key| (child, key)));
        keys.filter(|(child, key)| self.unsets(child, key))
            .map(|(child, key)| self.of_key(child, key))
            .collect()
    }

    fn unsets(&self, child: &Table, key: &ForeignKey) -> bool {
        let parent = self.schema.tables.get(&key.parent);
        let primary = parent.map(|parent| &parent.primary_key);
        let named = Some(&key.parent_columns).filter(|columns| !columns.is_empty()).or(primary);
        let loses = ["SET NULL", "SET DEFAULT"];
        let is_done = |column: &Name| {
            let is_it = |act: &ActKind| matches!(act, ActKind::Update { table, column: it } if *table == child.name && it == column);
            self.statement.own().any(is_it) && !self.says(&child.name, column)
        };
        key.parent == self.update.table
            && loses.iter().any(|action| key.on_update.eq_ignore_ascii_case(action))
            && named.is_some_and(|named| self.sets().any(|set| named.contains(set)))
            && key.columns.iter().any(is_done)
    }

    fn of_key(&self, child: &Table, key: &ForeignKey) -> Diagnostic {
        let (table, parent) = (&child.name, &key.parent);
        let names = spelling::list(&ticked(&key.columns));
        let action = key.on_update.to_ascii_uppercase();
        let to = if action == "SET NULL" { "NULL" } else { "its default" };
        let message = format!("this also sets {names} of `{table}` to {to}, through a foreign key");
        self.error(Subject::columns(table, &key.columns), message)
            .mentioning([parent])
            .note(format!(
                "`{table}` ({}) refers to `{parent}` ON UPDATE {action}: its rows lose what they refer to",
                columns(&key.columns)
            ))
            .help(format!("rebuild `{table}` with ON UPDATE CASCADE before this"))
    }

    fn error(&self, subject: impl IntoIterator<Item = Subject>, message: String) -> Diagnostic {
        RULE.error(self.facts, subject, message, self.statement.range.clone())
    }
}

/// Shows how to run the statement without the trigger.
fn without(trigger: &Trigger) -> String {
    format!(
        "to prevent that, drop the trigger before this statement and create it again after it: `DROP TRIGGER {};`, `{};`",
        trigger.name.written(),
        one_line(&trigger.sql)
    )
}

/// Whether an UPDATE fires the trigger.
fn is_of_update(trigger: &Trigger) -> bool {
    head(&phrase::meaningful(&trigger.sql).collect::<Vec<_>>())
        .iter()
        .any(|token| token.is_word("update"))
}

/// Returns the tokens before the trigger's table.
fn head<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let on = tokens.iter().skip(1).position(|token| token.is_word("on"));
    on.map_or(tokens, |on| &tokens[..=on])
}

/// Returns the columns that the trigger names: those whose change fires it, and those whose values
/// it reads.
fn named(trigger: &Trigger) -> BTreeSet<Name> {
    let tokens: Vec<_> = phrase::meaningful(&trigger.sql).collect();
    let name = |token: &Token<'_>| Name::new(token.unquoted());
    let of = head(&tokens).iter().skip_while(|token| !token.is_word("of")).skip(1);
    let of = of.filter(|token| phrase::is_name(token)).map(name);
    let read = tokens
        .windows(3)
        .filter(|three| phrase::any(&three[0], &["new", "old"]) && three[1].text == ".");
    of.chain(read.map(|three| name(&three[2]))).collect()
}

#[cfg(test)]
#[allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]
mod tests {
    use expect_test::expect;

    use crate::rules::harness::{lint, lint_ok, reported};
    use migratory_analysis::{Code, Severity};

    const BEFORE: &str = "
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, mail TEXT, seen TEXT, changed TEXT);
        CREATE TABLE login (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person (id) ON UPDATE SET NULL);
        CREATE TABLE bill (id INTEGER PRIMARY KEY, total INTEGER NOT NULL DEFAULT 0, changed TEXT);
        CREATE TABLE item (id INTEGER PRIMARY KEY, bill INTEGER NOT NULL, cents INTEGER NOT NULL, text TEXT);
        CREATE TABLE shelf (id INTEGER PRIMARY KEY, place TEXT);
        CREATE TABLE log (id INTEGER PRIMARY KEY, was TEXT);
        CREATE VIEW names AS SELECT id, name FROM person;
        CREATE TRIGGER touch AFTER UPDATE ON person BEGIN
            UPDATE person SET changed = CURRENT_TIMESTAMP WHERE id = NEW.id; END;
        CREATE TRIGGER log_out AFTER UPDATE OF mail ON person BEGIN DELETE FROM login WHERE person = NEW.id; END;
        CREATE TRIGGER total AFTER UPDATE ON item BEGIN
            UPDATE bill SET total = total - OLD.cents + NEW.cents WHERE id = NEW.bill; END;
        CREATE TRIGGER logs AFTER UPDATE ON item BEGIN INSERT INTO log (was) VALUES (OLD.text); END;
        CREATE TRIGGER forget AFTER UPDATE ON shelf BEGIN DELETE FROM log WHERE id = OLD.id; END;
        CREATE TRIGGER rename INSTEAD OF UPDATE ON names BEGIN DELETE FROM log; END;
        CREATE TRIGGER gone AFTER DELETE ON item BEGIN DELETE FROM log; UPDATE bill SET changed = 1; END;
    ";

    #[test]
    fn side_effects_of_an_update_are_reported() {
        let (error, warning) = (Severity::Error, Severity::Warning);
        for (up, expected) in [
            ("UPDATE person SET name = upper(name);", &[warning][..]),
            ("UPDATE main.person SET seen = 'x' WHERE id > 1;", &[warning]),
            ("UPDATE person SET mail = lower(mail);", &[warning]),
            ("UPDATE shelf SET place = 1;", &[error]),
            ("UPDATE item SET text = '', bill = 1;", &[]),
            ("UPDATE item SET text = '';", &[warning]),
            ("UPDATE person SET id = id + 1, changed = '';", &[error]),
        ] {
            let found: Vec<_> = lint(BEFORE, up).iter().map(|it| (it.code, it.severity)).collect();
            let expected: Vec<_> = expected.iter().map(|it| (Code::SideEffects, *it)).collect();
            assert_eq!(found, expected, "{up}");
        }
    }

    #[test]
    fn effects_that_the_schema_declares_are_not_reported() {
        for up in [
            "UPDATE item SET cents = cents * 100;",
            "UPDATE person SET name = upper(name), changed = changed;",
            "DELETE FROM item WHERE id = 1;",
            "INSERT INTO item (bill, cents) VALUES (1, 1);",
            "UPDATE names SET name = '';",
            "DROP TRIGGER touch; UPDATE person SET name = ''; \
             CREATE TRIGGER touch AFTER UPDATE ON person BEGIN SELECT 1; END;",
            "CREATE TABLE n (id INTEGER PRIMARY KEY, x); \
             CREATE TRIGGER t AFTER UPDATE ON n BEGIN DELETE FROM n; END; UPDATE n SET x = 1;",
            "ALTER TABLE bill ADD COLUMN n; \
             CREATE TRIGGER t AFTER UPDATE ON bill BEGIN UPDATE bill SET n = 1; END; UPDATE bill SET total = 0;",
            "-- migratory: allow(side_effects): they are changed\nUPDATE person SET name = '';",
        ] {
            lint_ok(BEFORE, up);
        }
    }

    #[test]
    fn the_findings_read_well() {
        expect![[r#"
            1 finding in the migrations of `migrations/`

            warning[M0623]: this also overwrites `person.changed`, through the trigger `touch`
             --> 0002_a.sql:1:1
              |
            1 | UPDATE person SET name = upper(name);
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: the trigger runs for each row that this changes: the old values are lost, and applications that look for changed rows find all of these
              = help: to prevent that, drop the trigger before this statement and create it again after it: `DROP TRIGGER touch;`, `CREATE TRIGGER touch AFTER UPDATE ON person BEGIN UPDATE person SET changed = CURRENT_TIMESTAMP WHERE id = NEW.id; END;`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(side_effects): <reason>`
        "#]].assert_eq(&reported(BEFORE, "UPDATE person SET name = upper(name);"));
        expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0623]: this also deletes rows of `log`, through the trigger `forget`
             --> 0002_a.sql:1:1
              |
            1 | UPDATE shelf SET place = 1;
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: the trigger runs for each row that this changes, and no DELETE in the file says so
              = help: to prevent that, drop the trigger before this statement and create it again after it: `DROP TRIGGER forget;`, `CREATE TRIGGER forget AFTER UPDATE ON shelf BEGIN DELETE FROM log WHERE id = OLD.id; END;`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(side_effects): <reason>`
        "#]].assert_eq(&reported(BEFORE, "UPDATE shelf SET place = 1;"));
        expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0623]: this also sets `person` of `login` to NULL, through a foreign key
             --> 0002_a.sql:1:1
              |
            1 | UPDATE person SET id = id + 1, changed = '';
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: `login` (person) refers to `person` ON UPDATE SET NULL: its rows lose what they refer to
              = help: rebuild `login` with ON UPDATE CASCADE before this
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(side_effects): <reason>`
        "#]].assert_eq(&reported(BEFORE, "UPDATE person SET id = id + 1, changed = '';"));
    }
}
