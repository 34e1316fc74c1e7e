//! Turns foreign keys into lines between boxes.

use migratory_diagram::{Mark, Relation};
use migratory_rehearsal::schema::{ForeignKey, Name, Schema, Table};

use super::key::Keys;

/// The foreign keys of a table; with an earlier schema, new and changed ones are marked.
pub(super) fn relations<'a>(
    schema: &'a Schema,
    table: &'a Table,
    since: Option<&'a Schema>,
) -> impl Iterator<Item = Relation> + 'a {
    let keys = Keys::of(schema, table);
    table.foreign_keys.iter().map(move |key| Relation {
        child: table.name.to_string(),
        child_columns: names(&key.columns),
        parent: key.parent.to_string(),
        parent_columns: names(parent_columns(key, schema)),
        is_optional: is_optional(key, table),
        is_single: keys.are_unique(&key.columns),
        on_delete: Some(key.on_delete.clone()).filter(|it| it != "NO ACTION").unwrap_or_default(),
        mark: since.map_or(Mark::Same, |since| mark(key, since.tables.get(&table.name))),
    })
}

fn names(names: &[Name]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn parent_columns<'a>(key: &'a ForeignKey, schema: &'a Schema) -> &'a [Name] {
    if !key.parent_columns.is_empty() {
        return &key.parent_columns;
    }
    schema.tables.get(&key.parent).map(|parent| parent.primary_key.as_slice()).unwrap_or_default()
}

/// A foreign key with a NULL in one column references nothing.
fn is_optional(key: &ForeignKey, table: &Table) -> bool {
    let is_nullable = |name: &Name| {
        table.column(name).is_none_or(|column| !column.is_not_null)
            && table.rowid_alias().is_none_or(|alias| alias.name != *name)
    };
    key.columns.iter().any(is_nullable)
}

/// The foreign keys of a new table are new too.
fn mark(key: &ForeignKey, before: Option<&Table>) -> Mark {
    let Some(before) = before else { return Mark::New };
    let same = |other: &&ForeignKey| other.columns == key.columns && other.parent == key.parent;
    match before.foreign_keys.iter().find(same) {
        Some(other) if other == key => Mark::Same,
        Some(_) => Mark::Changed,
        None => Mark::New,
    }
}
