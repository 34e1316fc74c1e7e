//! Decides which failures an assumption about the rows rules out: those of rows that it says there
//! are none of, and no others.

use migratory_core::sql::lexer;

use super::Fault;
use crate::rules::Update;
use crate::schema::{Name, Schema, Table};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Assumption, DirectiveKind};

/// Whether the file states that rows on which it fails so do not occur. `schema` is the one after
/// it.
pub(crate) fn is_ruled_out(script: &CheckedScript, fault: &Fault, schema: &Schema) -> bool {
    let says = |assumption| script.says(DirectiveKind::Assumes(assumption));
    if fault.dangles() {
        return says(Assumption::NoOrphans);
    }
    !finds_nothing(script, fault) && stated(script, fault, schema).is_some_and(says)
}

/// Returns the assumption by whose word a failure can't occur, by SQLite's message.
pub(crate) fn stated(script: &CheckedScript, fault: &Fault, schema: &Schema) -> Option<Assumption> {
    let failure = fault.failure()?;
    let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
    let known = [
        ("UNIQUE constraint", Assumption::NoDuplicates),
        ("NOT NULL constraint", Assumption::NoNulls),
        ("FOREIGN KEY constraint", Assumption::NoOrphans),
    ];
    let found = known.iter().find(|(start, _)| failure.message.starts_with(start));
    found.map(|(_, assumption)| match assumption {
        Assumption::NoOrphans if takes_parents(text, schema) => Assumption::NoChildren,
        other => *other,
    })
}

/// Whether a statement deletes rows, or changes a key that rows of another table refer to. Then a
/// foreign key fails because of the rows that refer to these, and not of rows that refer to none.
fn takes_parents(text: &str, schema: &Schema) -> bool {
    let is_first = |word| lexer::meaningful(text).next().is_some_and(|token| token.is_word(word));
    if is_first("delete") || is_first("drop") {
        return true;
    }
    let Some(update) = Update::parse(text) else { return false };
    let Some(table) = schema.tables.get(&update.table) else { return false };
    let sets = |column: &Name| update.sets.iter().any(|set| set.columns.contains(column));
    let mut own = table.foreign_keys.iter().flat_map(|key| &key.columns);
    !own.any(sets) && referred(schema, table).into_iter().any(sets)
}

/// Returns the columns of a table that others refer to.
fn referred<'s>(schema: &'s Schema, parent: &'s Table) -> Vec<&'s Name> {
    let keys = schema.tables.values().flat_map(|table| &table.foreign_keys);
    let keys = keys.filter(|key| key.parent == parent.name);
    let columns = keys.flat_map(|key| match key.parent_columns.as_slice() {
        [] => &parent.primary_key,
        _ => &key.parent_columns,
    });
    columns.collect()
}

/// Whether an UPDATE fails because the subquery that a NOT NULL column gets its value from finds
/// nothing for a row. No NULL and no duplicate is the cause of that.
pub(crate) fn finds_nothing(script: &CheckedScript, fault: &Fault) -> bool {
    let Some(failure) = fault.failure() else { return false };
    let Some(column) = failure.message.strip_prefix("NOT NULL constraint failed: ") else {
        return false;
    };
    let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
    let Some(update) = Update::parse(text) else { return false };
    let column = Name::new(column.rsplit('.').next().unwrap_or_default());
    let is_query = |set: &&crate::rules::Set<'_>| matches!(set.value.as_slice(), [open, select, ..] if open.text == "(" && select.is_word("select"));
    update.sets.iter().filter(is_query).any(|set| set.columns.contains(&column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    #[test]
    fn deleting_parents_is_distinguished_from_inserting_orphans() {
        const BEFORE: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT);
            CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (code), up REFERENCES c);
            CREATE TABLE own (code TEXT PRIMARY KEY REFERENCES p (code));
            CREATE TABLE d (own TEXT REFERENCES own);";
        for (text, expected) in [
            ("DELETE FROM p WHERE id = 1", true),
            ("DROP TABLE p", true),
            ("UPDATE p SET code = 'x'", true),
            ("UPDATE p SET name = 'x'", false),
            ("UPDATE c SET id = id + 1", true),
            ("UPDATE c SET p = 'x'", false),
            // Both can happen; an orphan is more likely.
            ("UPDATE own SET code = 'x'", false),
            ("INSERT INTO c (p) VALUES ('x')", false),
        ] {
            harness::with_facts(BEFORE, "SELECT 1 WHERE 0;", |facts| {
                assert_eq!(takes_parents(text, &facts.schemas[0]), expected, "{text}");
            });
        }
    }
}
