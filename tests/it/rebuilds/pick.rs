//! Tables and columns of a schema that a migration can change.

use migratory_faulty::Random;

use super::schema::Schema;
use super::script::Rebuild;
use super::table::{Column, Key, Kind, Table};

/// Returns the index of one of the application's own tables.
pub(crate) fn pick(random: &mut Random, schema: &Schema) -> usize {
    let count = schema.tables.iter().filter(|table| table.name != "audit").count();
    random.below(count)
}

/// Adds a column of this kind without constraints to a table, and returns its name.
pub(crate) fn with_free(random: &mut Random, table: &mut Table, kind: Kind) -> String {
    table.is_strict &= Kind::STRICT.contains(&kind);
    let column = table.free_column(random, kind);
    let name = column.name.clone();
    table.columns.push(column);
    name
}

/// Picks a table, adds a free column of this kind, and returns the table's index and the column.
pub(crate) fn pick_free(random: &mut Random, schema: &mut Schema, kind: Kind) -> (usize, String) {
    let at = pick(random, schema);
    let name = with_free(random, &mut schema.tables[at], kind);
    (at, name)
}

/// Returns one of the kinds of columns.
pub(crate) fn any_kind(random: &mut Random) -> Kind {
    Kind::LOOSE[random.below(Kind::LOOSE.len())]
}

/// Returns the column of this name.
pub(crate) fn column_mut<'a>(table: &'a mut Table, name: &str) -> &'a mut Column {
    table.columns.iter_mut().find(|it| it.name == name).unwrap()
}

/// Adds a table whose rowid has no name, with a text column.
pub(crate) fn unnamed(random: &mut Random, schema: &mut Schema) -> Option<(usize, String)> {
    let at = pick(random, schema);
    let table = &mut schema.tables[at];
    let is_free = matches!(table.key, Key::Text | Key::None) && schema.search.is_none();
    if !is_free || schema.views.iter().any(|view| view.table == schema.tables[at].name) {
        return None;
    }
    let table = &mut schema.tables[at];
    table.is_without_rowid = false;
    Some((at, with_free(random, table, Kind::Text)))
}

/// Creates a rebuild of a table that may contain the same row twice.
pub(crate) fn keyless(random: &mut Random, mut schema: Schema) -> Option<Rebuild> {
    let (at, _) = pick_free(random, &mut schema, Kind::Integer);
    let table = &mut schema.tables[at];
    if schema.search.is_some() || table.key == Key::Counted {
        return None;
    }
    let name = table.name.clone();
    (table.key, table.is_without_rowid) = (Key::None, false);
    table.columns.iter_mut().for_each(|column| column.unique = false);
    let refers = schema.is_referred(&name);
    (!refers).then(|| Rebuild::new(random, &schema, at, |_| ()))
}
