//! Turns a table's columns into those of its box.

use migratory_diagram::{Column, Mark};
use migratory_rehearsal::schema::{self, Difference, Name, Part, Table};

use super::key::Keys;

/// The columns of a table that `SELECT *` returns.
pub(super) fn columns(
    table: &Table,
    keys: &Keys<'_>,
    differences: &[Difference],
    whole: Mark,
) -> Vec<Column> {
    let visible = table.columns.iter().filter(|column| !column.is_hidden);
    visible
        .map(|it| {
            // All columns of a new table are new; the table's mark says so.
            let mark = if whole == Mark::New { Mark::Same } else { mark(&it.name, differences) };
            Column { keys: keys.of_column(&it.name), mark, ..column(it) }
        })
        .collect()
}

/// The columns that a table no longer has.
pub(super) fn removed(before: &Table, after: &Table) -> Vec<Column> {
    let visible = before.columns.iter().filter(|column| !column.is_hidden);
    visible
        .filter(|it| after.column(&it.name).is_none())
        .map(|it| Column { mark: Mark::Removed, ..column(it) })
        .collect()
}

fn column(column: &schema::Column) -> Column {
    Column {
        name: column.name.to_string(),
        declared: column.declared.clone(),
        is_not_null: column.is_not_null,
        is_generated: column.generated.is_some(),
        default: column.default.clone(),
        ..Column::default()
    }
}

fn mark(column: &Name, differences: &[Difference]) -> Mark {
    let mut parts = differences.iter().map(|difference| &difference.part);
    match parts.find(|part| part.column() == Some(column)) {
        Some(Part::Column(_)) => Mark::New,
        Some(_) => Mark::Changed,
        None => Mark::Same,
    }
}
