//! Decides whether the effect of a script can depend on the values in its rows.
//!
//! A statement that only defines something has the same effect whatever the rows are, and clean
//! rows have shown it. A statement not known to be of that kind counts as dependent on values.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind, Token};

use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;

/// Whether a script does more than define things. `before` is the schema it runs on.
pub(crate) fn depends_on_values(script: &CheckedScript, before: &Schema) -> bool {
    let mut dropped = BTreeSet::new();
    let mut depends = |text: &str| {
        let tokens: Vec<_> = lexer::meaningful(text).collect();
        let tokens: Vec<_> =
            tokens.into_iter().filter(|token| token.kind != Kind::Semicolon).collect();
        !defines(&tokens) && !drops_alone(&tokens, before, &mut dropped)
    };
    script.texts().any(&mut depends)
}

/// Whether a statement creates, drops or alters something, and neither reads a row nor writes a
/// value.
fn defines(tokens: &[Token<'_>]) -> bool {
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is_word(word));
    let has = |words: &[&str]| tokens.iter().any(|it| words.iter().any(|word| it.is_word(word)));
    let Some(first) = tokens.first() else { return true };
    if first.is_word("alter") {
        // A CHECK, a generated column and a key are checked against the existing rows.
        return !has(&["check", "as", "generated", "references", "set", "constraint"]);
    }
    if first.is_word("drop") {
        return ["index", "view", "trigger"].iter().any(|kind| word(1, kind));
    }
    if !first.is_word("create") {
        // Transaction statements in a file are skipped: the runner has its own transaction.
        return ["pragma", "begin", "commit", "end"].iter().any(|it| first.is_word(it));
    }
    let kind = if word(1, "temp") || word(1, "temporary") { 2 } else { 1 };
    match tokens.get(kind) {
        Some(token) if token.is_word("view") || token.is_word("trigger") => true,
        Some(token) if token.is_word("index") => is_of_columns(tokens),
        // `CREATE TABLE .. AS` copies rows; within the parentheses, AS introduces a generated
        // column, or is part of a type.
        Some(token) if token.is_word("table") => opens(tokens, kind),
        _ => false,
    }
}

/// Whether an index has only columns: an expression or a condition may fail on a value.
fn is_of_columns(tokens: &[Token<'_>]) -> bool {
    let opening = tokens.iter().filter(|token| token.text == "(").count();
    opening == 1 && tokens.last().is_some_and(|token| token.text == ")")
}

/// Whether the name of a table is followed by its columns, and not by AS.
fn opens(tokens: &[Token<'_>], kind: usize) -> bool {
    let mut rest = tokens.iter().skip(kind + 1);
    rest.find(|token| token.text == "(" || token.is_word("as")).is_some_and(|it| it.text == "(")
}

/// Whether a statement drops a table to which no other refers; with one that does, its rows may
/// change through their keys.
fn drops_alone(tokens: &[Token<'_>], before: &Schema, dropped: &mut BTreeSet<Name>) -> bool {
    let is_drop =
        matches!(tokens, [drop, table, ..] if drop.is_word("drop") && table.is_word("table"));
    let Some(name) = tokens.last().filter(|_| is_drop).map(|token| Name::new(token.unquoted()))
    else {
        return false;
    };
    let refers = before.tables.values().any(|table| {
        let mut parents = table.foreign_keys.iter().map(|key| &key.parent);
        table.name != name && !dropped.contains(&table.name) && parents.any(|it| *it == name)
    });
    dropped.insert(name);
    !refers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n INTEGER);
        CREATE TABLE b (a REFERENCES a (id));";

    fn depends(sql: &str) -> bool {
        harness::with_facts(BEFORE, sql, |facts| depends_on_values(facts.script, &facts.schemas[0]))
    }

    #[test]
    fn definitions_do_not_depend_on_values() {
        for sql in [
            "CREATE TABLE c (x TEXT CHECK (x IN ('AS', 'b')), y AS (x || 'z'));",
            "CREATE TEMP TABLE IF NOT EXISTS c (x);",
            "CREATE VIEW v AS SELECT abs(x) FROM a WHERE n > 0;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;",
            "CREATE INDEX i ON a (x COLLATE NOCASE DESC, n);",
            "CREATE INDEX i ON a (x); DROP INDEX i;",
            "CREATE VIEW v AS SELECT 1; DROP VIEW v;",
            "ALTER TABLE a ADD COLUMN y TEXT NOT NULL DEFAULT 'a check';",
            "ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a RENAME TO c;",
            "ALTER TABLE a DROP COLUMN n;",
            "DROP TABLE b;",
            "DROP TABLE IF EXISTS main.\"b\"; DROP TABLE a;",
            "PRAGMA legacy_alter_table = ON; CREATE TABLE c (x);",
        ] {
            assert!(!depends(sql), "{sql}");
        }
    }

    #[test]
    fn statements_on_rows_depend_on_values() {
        for sql in [
            "UPDATE a SET n = 0;",
            "CREATE TABLE c (x); INSERT INTO c VALUES (1);",
            "DELETE FROM b;",
            "WITH c AS (SELECT 1) INSERT INTO b SELECT * FROM c;",
            "REPLACE INTO a (id) VALUES (1);",
            "SELECT json(x) FROM a;",
            "CREATE TABLE c AS SELECT * FROM a;",
            "CREATE UNIQUE INDEX i ON a (lower(x));",
            "CREATE INDEX i ON a (json_extract(x, '$'));",
            "CREATE INDEX i ON a (x) WHERE abs(n) > 1;",
            "CREATE UNIQUE INDEX i ON a (x);",
            "ALTER TABLE a ADD COLUMN y INTEGER CHECK (n > 0);",
            "ALTER TABLE a ADD COLUMN y AS (json(x));",
            "ALTER TABLE b ADD COLUMN y REFERENCES a (id);",
            "DROP TABLE a;",
            "CREATE VIRTUAL TABLE f USING fts5 (x);",
            "REINDEX a;",
        ] {
            assert!(depends(sql), "{sql}");
        }
    }
}
