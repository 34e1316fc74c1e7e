//! Finds the views that a change of the schema can break.
//!
//! Preparing each view after each script takes time that grows with the square of a set.

use std::collections::BTreeSet;

use crate::schema::{Name, Schema};

/// Returns the views that are new or changed, and those that mention what changed, or such a view.
///
/// All others are as they were, and so is everything that they name. A name counts as mentioned if
/// it appears in the text, even within another word.
pub(super) fn affected_views<'a>(before: &'a Schema, after: &'a Schema) -> BTreeSet<&'a Name> {
    let mut affected: BTreeSet<&Name> =
        after.views.unlike(&before.views).map(|view| &view.name).collect();
    let mut changed = changed_names(before, after);
    let is_quoted = |name: &String| name.contains(['"', '`', ']', '\'']);
    if changed.iter().any(is_quoted) {
        // In a text, these characters may be doubled.
        return after.views.keys().collect();
    }
    let views = after.views.values().filter(|view| !affected.contains(&view.name));
    let mut others: Vec<_> =
        views.map(|view| (&view.name, view.sql.to_ascii_lowercase())).collect();
    while !changed.is_empty() {
        let mentions = |sql: &str| changed.iter().any(|name| sql.contains(name.as_str()));
        let (found, rest): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|(_, sql)| mentions(sql));
        changed = found.iter().map(|(name, _)| lowercase(name)).collect();
        affected.extend(found.into_iter().map(|(name, _)| name));
        others = rest;
    }
    affected
}

/// Returns the names of all tables, indexes and views that only one schema has, or that differ.
fn changed_names(before: &Schema, after: &Schema) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (one, other) in [(before, after), (after, before)] {
        names.extend(one.tables.unlike(&other.tables).map(|table| lowercase(&table.name)));
        names.extend(one.indexes.unlike(&other.indexes).map(|index| lowercase(&index.name)));
        names.extend(one.views.unlike(&other.views).map(|view| lowercase(&view.name)));
    }
    names
}

fn lowercase(name: &Name) -> String {
    name.as_str().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Sandbox;

    const BEFORE: &str = "
        CREATE TABLE item (x); CREATE TABLE node (x); CREATE TABLE \"tag s\" (x); CREATE TABLE \"e\"\"f\" (x);
        CREATE INDEX node_x ON node (x);
        CREATE VIEW on_a AS SELECT x FROM [Item];
        CREATE VIEW on_view AS SELECT x FROM on_a;
        CREATE VIEW on_both AS SELECT x FROM on_view UNION SELECT x FROM \"TAG S\";
        CREATE VIEW on_index AS SELECT x FROM node INDEXED BY node_x;
        CREATE VIEW on_quote AS SELECT x FROM \"e\"\"f\";
        CREATE VIEW alone AS SELECT 1 AS one;";

    #[test]
    fn a_view_is_affected_by_what_it_mentions_even_through_others() {
        let all = ["alone", "on_a", "on_both", "on_index", "on_quote", "on_view"];
        for (up, expected) in [
            ("ALTER TABLE item ADD COLUMN y", &["on_a", "on_both", "on_view"][..]),
            ("DROP TABLE \"tag s\"", &["on_both"]),
            ("DROP INDEX node_x", &["on_index"]),
            ("DROP VIEW on_a", &["on_both", "on_view"]),
            ("CREATE TABLE fresh (x)", &[]),
            ("CREATE VIEW new AS SELECT 2", &["new"]),
            ("DROP VIEW alone; CREATE VIEW alone AS SELECT 3", &["alone"]),
            ("ALTER TABLE node RENAME TO knot", &["on_index"]),
            ("DROP TABLE \"e\"\"f\"", &all),
        ] {
            let mut sandbox = Sandbox::plain().expect("a database in memory");
            sandbox.conn().execute_batch(BEFORE).expect("the schema before");
            let before = sandbox.schema().expect("a schema");
            sandbox.conn().execute_batch(up).expect("a change");
            let after = sandbox.schema().expect("a schema");
            let affected = affected_views(&before, &after);
            assert_eq!(
                affected.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                expected,
                "{up}"
            );
        }
    }
}
