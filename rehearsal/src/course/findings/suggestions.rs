//! Suggests what to write instead, based on SQLite's message and the script.

use migratory_core::sql::lexer;

use crate::schema::{ForeignKey, Name, Schema, Table};
use migratory_analysis::CheckedScript;

/// How to rebuild a table that others refer to.
const KEYS_OFF: &str = "to rebuild a table that others refer to, begin the file with `PRAGMA foreign_keys = OFF;` \
    and end it with `PRAGMA foreign_keys = ON;`: the runner turns them off before its transaction begins, \
    and checks them before it commits";

/// How to drop a table for good.
const CHILDREN_FIRST: &str = "move this statement down: first drop the tables and columns that refer to the table, then the table";

/// Suggests how to drop a table while foreign keys are enforced. Only a script that creates no
/// table is surely not rebuilding one.
pub(crate) fn drop_under_keys(script: &CheckedScript) -> &'static str {
    let rebuilds = |text| renames(text) || copies(text) || makes_table(text);
    if texts(script).any(rebuilds) { KEYS_OFF } else { CHILDREN_FIRST }
}

/// Suggests how to keep the rows that refer to those which this statement removes.
pub(crate) fn keep_referring(script: &CheckedScript, text: &str) -> &'static str {
    if begins(text, "insert") || begins(text, "replace") || begins(text, "update") {
        "change the rows in place: `INSERT INTO .. ON CONFLICT (..) DO UPDATE SET ..`, or a plain UPDATE"
    } else {
        drop_under_keys(script)
    }
}

/// Suggests how to keep rows that were lost with their table.
pub(crate) fn keep_rows(script: &CheckedScript) -> &'static str {
    if texts(script).any(copies) {
        "copy every row: check the WHERE, the JOIN and the `OR IGNORE` of the copy"
    } else {
        "change the table in place, with ALTER TABLE; or copy its rows into the new table before the old one is dropped"
    }
}

/// Returns, for each foreign key of a table to a parent, the statement that deletes the orphans.
pub(crate) fn delete_orphans(child: &Table, parent: &Name, schema: &Schema) -> Vec<String> {
    let keys = child.foreign_keys.iter().filter(|key| key.parent == *parent);
    let named = schema.tables.get(parent).map(|table| &table.primary_key);
    let statement = |key: &ForeignKey| {
        let columns = Some(&key.parent_columns).filter(|columns| !columns.is_empty()).or(named)?;
        let name = child.name.written();
        let held = key.columns.iter().map(|own| format!("{} IS NOT NULL", own.written()));
        let equal = key.columns.iter().zip(columns);
        let equal: Vec<_> = equal
            .map(|(own, its)| format!("found.{} = {name}.{}", its.written(), own.written()))
            .collect();
        Some(format!(
            "DELETE FROM {name} WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS found WHERE {});",
            held.collect::<Vec<_>>().join(" AND "),
            parent.written(),
            equal.join(" AND ")
        ))
    };
    keys.filter_map(statement).collect()
}

/// Suggests a remedy for a statement that fails on rows.
pub(crate) fn on_rows(message: &str, script: &CheckedScript, text: &str) -> Option<&'static str> {
    let is_alter = begins(text, "alter");
    Some(match kind(message)? {
        Kind::NotNullColumn => {
            "give the column a DEFAULT, which existing rows get; or rebuild the table"
        }
        Kind::Default => {
            "write a constant DEFAULT; or add the column without NOT NULL and DEFAULT, and fill it with an UPDATE; or rebuild the table"
        }
        Kind::References => {
            "add the column without NOT NULL and DEFAULT, and fill it with an UPDATE"
        }
        Kind::Stored => "make the column VIRTUAL, or rebuild the table",
        Kind::Check if is_alter => "give the column a DEFAULT that its CHECK allows",
        Kind::Check => "write only values that the CHECK allows",
        Kind::ForeignKey if begins(text, "drop") => drop_under_keys(script),
        Kind::ForeignKey if begins(text, "update") => {
            "begin the file with `PRAGMA defer_foreign_keys = ON;`, and change in it both the key and the rows that refer to it; or declare `ON UPDATE CASCADE`"
        }
        Kind::ForeignKey => {
            "insert rows after those that they refer to, and delete them before those"
        }
        Kind::NotNull if is_alter => {
            "leave out NOT NULL, or write an expression that is never NULL: `COALESCE(.., value)`"
        }
        Kind::NotNull => "give the column a value in every row, as with `COALESCE(.., value)`",
        Kind::Unique if begins(text, "create") => {
            "give each row a value of its own, with an UPDATE before this statement"
        }
        Kind::Unique => "make sure that no two rows are equal after the statement",
    })
}

/// The kind of constraint that a statement violates.
#[derive(Clone, Copy)]
enum Kind {
    NotNullColumn,
    Default,
    References,
    Stored,
    Check,
    ForeignKey,
    NotNull,
    Unique,
}

fn kind(message: &str) -> Option<Kind> {
    let known = [
        ("Cannot add a NOT NULL column", Kind::NotNullColumn),
        ("Cannot add a column with non-constant default", Kind::Default),
        ("Cannot add a REFERENCES column", Kind::References),
        ("cannot add a STORED column", Kind::Stored),
        ("CHECK constraint failed", Kind::Check),
        ("FOREIGN KEY constraint failed", Kind::ForeignKey),
        ("NOT NULL constraint failed", Kind::NotNull),
        ("UNIQUE constraint failed", Kind::Unique),
    ];
    known.iter().find(|(start, _)| message.starts_with(start)).map(|(_, kind)| *kind)
}

/// Suggests a remedy for an up that uses a table which no earlier migration creates.
pub(crate) fn not_made(message: &str) -> Option<String> {
    let name = message.strip_prefix("no such table: ")?;
    let name = Name::from(name.strip_prefix("main.").unwrap_or(name)).written();
    Some(format!(
        "create it before this statement; if the application or another tool creates it, write `CREATE TABLE IF NOT EXISTS {name} (..)` in a migration"
    ))
}

/// Suggests a remedy for a down that uses an object which its up did not leave.
pub(crate) fn not_left(message: &str) -> Option<String> {
    let kinds = ["view", "index", "trigger", "table"];
    let name = kinds.iter().find_map(|kind| {
        message.strip_prefix("no such ")?.strip_prefix(kind)?.strip_prefix(": ")
    })?;
    Some(format!(
        "the up leaves no `{name}` behind: create it in the up if it should exist, or remove it from the down"
    ))
}

fn texts(script: &CheckedScript) -> impl Iterator<Item = &str> {
    let text = |range: &std::ops::Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    script.statements.iter().map(text)
}

fn begins(text: &str, word: &str) -> bool {
    lexer::meaningful(text).next().is_some_and(|token| token.is_word(word))
}

/// Whether the statement renames a table, as the last step of a rebuild does.
fn renames(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text).skip_while(|token| !token.is_word("rename"));
    begins(text, "alter")
        && tokens.next().is_some()
        && tokens.next().is_some_and(|token| token.is_word("to"))
}

fn makes_table(text: &str) -> bool {
    begins(text, "create") && lexer::meaningful(text).take(3).any(|token| token.is_word("table"))
}

/// Whether the statement copies rows.
pub(crate) fn copies(text: &str) -> bool {
    let mut words = lexer::meaningful(text);
    let is_writer = words.next().is_some_and(|first| {
        first.is_word("insert")
            || first.is_word("replace")
            || (first.is_word("create") && words.next().is_some_and(|kind| kind.is_word("table")))
    });
    is_writer && words.any(|token| token.is_word("select"))
}
