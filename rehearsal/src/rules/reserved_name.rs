//! Reports names that belong to migratory or to SQLite.

use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind, Token};

use super::phrase::{self, Phrase};
use super::{Facts, ScriptRule, Scripts, place};
use migratory_analysis::{Code, Diagnostic};

/// The table in which migratory records what was applied.
const HISTORY: &str = "migratory_history";

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::ReservedName, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    facts
        .written()
        .filter_map(|(range, text)| {
            made(facts, range, text).or_else(|| history(facts, range, text))
        })
        .collect()
}

/// Reports an object that is created with or renamed to a reserved name.
fn made(facts: &Facts<'_>, range: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let phrase = Phrase::parse(text)?;
    let token = match phrase.renamed_to() {
        Some(token) => token,
        None if phrase.verb.is_word("create") => phrase.name,
        None => return None,
    };
    let name = token.unquoted();
    let prefix = ["migratory_", "sqlite_"].into_iter().find(|prefix| begins_with(&name, prefix))?;
    let owner = if prefix == "sqlite_" { "SQLite" } else { "migratory" };
    let message = format!("`{name}` begins with `{prefix}`, and such names belong to {owner}");
    let note = if prefix == "sqlite_" {
        "SQLite refuses to create such an object"
    } else {
        "migratory's own objects have such names, and its checks skip them"
    };
    let rest = name.get(prefix.len()..).unwrap_or_default();
    let help = match rest {
        "" => "give it another name".to_owned(),
        rest => format!("give it another name: `{rest}`, say"),
    };
    let error = RULE.error(facts, [], message, place(range.start, &token));
    Some(error.note(note).help(help))
}

fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Reports a statement that mentions the history in any way.
fn history(facts: &Facts<'_>, range: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let is_named = |token: &Token<'_>| {
        matches!(token.kind, Kind::Word | Kind::Name)
            && token.unquoted().eq_ignore_ascii_case(HISTORY)
    };
    if !lexer::has_any(text, &[HISTORY]) {
        return None;
    }
    let token = phrase::meaningful(text).find(is_named)?;
    let message = format!("a migration may not touch `{HISTORY}`");
    Some(
        RULE.error(facts, [], message, place(range.start, &token))
            .note("the runner records there what was applied, in the same transaction")
            .help(
                "delete this; to repair a history, call \
                 `migrations::runner().repair(..)`",
            ),
    )
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn names_that_are_taken_are_reported() {
        for up in [
            "CREATE TABLE migratory_log (x);",
            "create table if not exists \"Migratory_x\" (a)",
            "CREATE TABLE sqlite_log (x);",
            "CREATE INDEX sqlite_i ON old (x);",
            "CREATE VIEW migratory_v AS SELECT 1;",
            "ALTER TABLE old RENAME TO migratory_old;",
        ] {
            lint_errors("CREATE TABLE old (x);", up, &[Code::ReservedName]);
        }
    }

    #[test]
    fn any_use_of_the_history_is_reported() {
        for up in [
            "DELETE FROM migratory_history;",
            "INSERT INTO main.[migratory_history] (version) VALUES (1);",
            "UPDATE \"MIGRATORY_HISTORY\" SET name = 'a';",
            "DROP TABLE IF EXISTS migratory_history;",
            "CREATE TABLE a AS SELECT * FROM migratory_history;",
            "CREATE TABLE migratory_history (x);",
            "ALTER TABLE migratory_history ADD COLUMN x;",
        ] {
            let found = lint("", up);
            assert!(found.iter().any(|each| each.code == Code::ReservedName), "{up}");
        }
    }

    #[test]
    fn similar_names_are_not_reported() {
        for up in [
            "CREATE TABLE migratory (x); CREATE TABLE sqlitex (x);",
            "CREATE TABLE bird (migratory_route TEXT, sqlite_version TEXT);",
            "CREATE TABLE b (x); INSERT INTO b VALUES ('migratory_history'); -- migratory_history",
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); DELETE FROM sqlite_sequence \
             WHERE name = 'gone';",
        ] {
            lint_ok("", up);
        }
    }
}
