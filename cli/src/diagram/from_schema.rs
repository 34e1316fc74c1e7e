//! Turns a schema into a diagram.

use std::collections::BTreeMap;

use migratory_diagram::{Diagram, Mark, Relation, Table, TableKind};
use migratory_rehearsal::schema::{
    self, Difference, Name, Object, Part, Schema, TableKind as SchemaKind, differences,
};

use super::key::Keys;
use super::{column, relation};

/// The diagram of a schema; with an earlier schema, it marks what is new or changed.
pub(crate) fn from_schema(schema: &Schema, since: Option<&Schema>) -> Diagram {
    let comparison = since.map(|before| Comparison::new(before, schema));
    // Hide the shadow tables of virtual tables, which the author didn't write.
    let visible = || schema.tables.values().filter(|it| it.kind != SchemaKind::Shadow);
    let mut tables: Vec<_> = visible().map(|it| table(schema, it, comparison.as_ref())).collect();
    let relations: Vec<_> =
        visible().flat_map(|it| relation::relations(schema, it, since)).collect();
    mark_columns(&mut tables, &relations);
    Diagram {
        tables,
        relations,
        views: schema.views.keys().map(ToString::to_string).collect(),
        removed: comparison.map(|comparison| comparison.removed).unwrap_or_default(),
        is_compared: since.is_some(),
    }
}

/// What changed in the tables.
struct Comparison<'a> {
    before: &'a Schema,
    tables: BTreeMap<Name, Vec<Difference>>,
    removed: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn new(before: &'a Schema, after: &Schema) -> Self {
        let mut tables: BTreeMap<Name, Vec<Difference>> = BTreeMap::new();
        let mut removed = Vec::new();
        for difference in differences(before, after) {
            if difference.object != Object::Table {
                continue;
            }
            if difference.part == Part::Whole && difference.after.is_none() {
                removed.push(difference.name.to_string());
            }
            tables.entry(difference.name.clone()).or_default().push(difference);
        }
        Self { before, tables, removed }
    }

    fn of(&self, table: &Name) -> &[Difference] {
        self.tables.get(table).map(Vec::as_slice).unwrap_or_default()
    }
}

fn table(schema: &Schema, table: &schema::Table, comparison: Option<&Comparison<'_>>) -> Table {
    let kind = match &table.kind {
        SchemaKind::Virtual(module) => TableKind::Virtual(module.clone()),
        SchemaKind::Ordinary | SchemaKind::Shadow => TableKind::Ordinary,
    };
    let differences = comparison.map(|comparison| comparison.of(&table.name)).unwrap_or_default();
    let mark = match differences {
        [] => Mark::Same,
        [only] if only.part == Part::Whole => Mark::New,
        _ => Mark::Changed,
    };
    let keys = Keys::of(schema, table);
    let mut columns = column::columns(table, &keys, differences, mark);
    if let Some(before) = comparison.and_then(|it| it.before.tables.get(&table.name)) {
        columns.extend(column::removed(before, table));
    }
    Table { name: table.name.to_string(), kind, mark, columns, notes: keys.notes() }
}

/// Marks the columns of foreign keys that changed, where nothing else marks them.
fn mark_columns(tables: &mut [Table], relations: &[Relation]) {
    for relation in relations.iter().filter(|it| it.mark != Mark::Same) {
        let child =
            tables.iter_mut().filter(|it| it.name == relation.child && it.mark != Mark::New);
        for column in child.flat_map(|table| &mut table.columns) {
            let is_key =
                relation.child_columns.iter().any(|it| it.eq_ignore_ascii_case(&column.name));
            if is_key && column.mark == Mark::Same {
                column.mark = Mark::Changed;
            }
        }
    }
}

#[cfg(test)]
mod tests;
