//! Reports statements that SQLite skips because of `IF NOT EXISTS` or `IF EXISTS`.

use migratory_core::sql::lexer::Kind;

use super::phrase::Phrase;
use super::{Facts, ScriptRule, Scripts, one_line, place};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Schema};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::IfExists, allow: Some(Rule::IfExists), scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let finding = |(at, statement): (usize, &Statement)| {
        let phrase = Phrase::parse(facts.text(statement))?;
        let (first, last) = phrase.condition?;
        let (message, help) = if phrase.verb.is_word("create") {
            passed_over(&phrase, &facts.schemas[at])?
        } else {
            missed(&phrase, statement)?
        };
        let start = statement.range.start;
        let range = place(start, &first).start..place(start, &last).end;
        Some(
            RULE.error(facts, [Subject::Object(phrase.object())], message, range)
                .note(
                    "the schema before each migration is known: there is nothing to guard against",
                )
                .help(help),
        )
    };
    facts.done().filter_map(finding).collect()
}

/// The description of a temporary object.
const TEMPORARY: &str = "a temporary object";

/// Recognises a CREATE whose name was taken.
fn passed_over(phrase: &Phrase<'_>, schema: &Schema) -> Option<(String, String)> {
    let name = phrase.object();
    let (kind, sql) = existing(phrase, schema, &name).filter(|_| !phrase.is_temporary)?;
    let made = phrase.kind.text.to_ascii_lowercase();
    let known = format!("the {kind} `{name}` already exists, so this statement does nothing");
    if kind != made {
        let help = format!("give the {made} another name");
        return Some((format!("{known}, and there is no such {made}"), help));
    }
    let ours = phrase.rest.iter().filter(|token| token.kind != Kind::Semicolon);
    let ours: Vec<_> = ours.map(|token| normal(token.text)).collect();
    if ours == body(sql) {
        return Some((known, "delete the statement".to_owned()));
    }
    let message = format!("{known}, and its definition differs from this one");
    let help =
        format!("it is `{}`: write statements that change it into what you want", one_line(sql));
    Some((message, help))
}

/// Returns the kind and definition of the object that has the name already. Tables and views share
/// their names.
fn existing<'a>(
    phrase: &Phrase<'_>,
    schema: &'a Schema,
    name: &Name,
) -> Option<(&'static str, &'a str)> {
    if phrase.kind.is_word("index") {
        return schema.indexes.get(name).map(|index| ("index", index.sql.as_str()));
    }
    if phrase.kind.is_word("trigger") {
        return schema.triggers.get(name).map(|trigger| ("trigger", trigger.sql.as_str()));
    }
    let table = schema.tables.get(name).map(|table| ("table", table.sql.as_str()));
    table.or_else(|| schema.views.get(name).map(|view| ("view", view.sql.as_str())))
}

/// Recognises a DROP that found nothing: SQLite then reports no drop.
fn missed(phrase: &Phrase<'_>, statement: &Statement) -> Option<(String, String)> {
    let is_found = statement.own().any(|act| {
        matches!(
            act,
            ActKind::DropTable(_)
                | ActKind::DropVirtualTable(_)
                | ActKind::DropIndex { .. }
                | ActKind::DropTrigger { .. }
                | ActKind::DropView(_)
                | ActKind::Other(TEMPORARY)
        )
    });
    let kind = phrase.kind.text.to_ascii_lowercase();
    let message =
        format!("there is no {kind} `{}` here, so this statement does nothing", phrase.object());
    let help = "delete the statement, or fix the name".to_owned();
    (!is_found && !phrase.is_temporary && phrase.verb.is_word("drop")).then_some((message, help))
}

/// Returns the tokens of a definition after the name.
fn body(sql: &str) -> Vec<String> {
    let rest = Phrase::parse(sql).map(|phrase| phrase.rest).unwrap_or_default();
    rest.iter().map(|token| normal(token.text)).collect()
}

/// Normalises a token for comparison: SQLite ignores the case of names and keywords.
fn normal(token: &str) -> String {
    if token.starts_with('\'') { token.to_owned() } else { token.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT);
        CREATE INDEX by_name ON user (name);
        CREATE VIEW names AS SELECT name FROM user;
        CREATE TRIGGER t AFTER INSERT ON user BEGIN SELECT 1; END;
    ";

    #[test]
    fn a_create_that_finds_its_name_taken_is_reported() {
        for up in [
            "CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, mail TEXT);",
            "CREATE TABLE IF NOT EXISTS main.\"USER\" (id INTEGER PRIMARY KEY, name TEXT);",
            "CREATE INDEX IF NOT EXISTS by_name ON user (id);",
            "CREATE UNIQUE INDEX IF NOT EXISTS by_name ON user (name);",
            "CREATE VIEW IF NOT EXISTS names AS SELECT 1;",
            "CREATE TRIGGER IF NOT EXISTS t AFTER INSERT ON user BEGIN SELECT 2; END;",
            "CREATE TABLE IF NOT EXISTS names (x);",
            "CREATE TABLE a (x); CREATE TABLE IF NOT EXISTS a (y);",
            "CREATE TABLE IF NOT EXISTS user AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT i FROM n;",
        ] {
            lint_errors(BEFORE, up, &[Code::IfExists]);
        }
    }

    #[test]
    fn a_drop_that_finds_nothing_is_reported() {
        for up in [
            "DROP TABLE IF EXISTS users;",
            "drop index if exists main.[by nam]",
            "DROP VIEW IF EXISTS name; DROP TABLE IF EXISTS x",
            "DROP TRIGGER IF EXISTS tt;",
        ] {
            let found = lint(BEFORE, up);
            assert!(!found.is_empty(), "{up}");
            assert!(found.iter().all(|each| each.code == Code::IfExists), "{up}");
        }
    }

    #[test]
    fn the_message_says_whether_the_shape_differs() {
        let message = |up: &str| lint(BEFORE, up).remove(0).message;
        assert_eq!(
            message("CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY,\n NAME text)"),
            "the table `user` already exists, so this statement does nothing"
        );
        assert_eq!(
            message("CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY)"),
            "the table `user` already exists, so this statement does nothing, and its \
             definition differs from this one"
        );
        assert_eq!(
            message("CREATE VIEW IF NOT EXISTS user AS SELECT 1"),
            "the table `user` already exists, so this statement does nothing, and there is no \
             such view"
        );
    }

    #[test]
    fn a_statement_with_an_effect_is_not_reported() {
        for up in [
            "CREATE TABLE IF NOT EXISTS album (id INTEGER PRIMARY KEY);",
            "CREATE INDEX IF NOT EXISTS by_id ON user (id);",
            "DROP INDEX IF EXISTS by_name;",
            "DROP VIEW IF EXISTS names; DROP TRIGGER IF EXISTS main.t;",
            "CREATE TEMP TABLE IF NOT EXISTS user (x); DROP TABLE IF EXISTS temp.user;",
            "CREATE TEMP TABLE scratch (x); DROP TABLE IF EXISTS scratch;",
            "-- migratory: allow(if_exists): made by hand in places\nDROP TABLE IF EXISTS x;",
        ] {
            lint_ok(BEFORE, up);
        }
    }
}
