//! The keys of a table.

use migratory_diagram::Key;
use migratory_rehearsal::schema::{Name, Schema, Table};

/// The columns of a table's keys.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    table: &'a Table,
    /// Those of UNIQUE constraints, and of unique indexes over plain columns and all rows.
    uniques: Vec<Vec<&'a Name>>,
}

impl<'a> Keys<'a> {
    pub(super) fn of(schema: &'a Schema, table: &'a Table) -> Self {
        let constraints = table.uniques.iter().map(|names| names.iter().collect());
        let mut uniques: Vec<Vec<&Name>> = constraints.collect();
        let indexes = schema.indexes.values();
        for index in indexes.filter(|it| it.table == table.name && it.is_unique && !it.is_partial) {
            let columns: Option<Vec<_>> = index.columns.iter().map(Option::as_ref).collect();
            uniques.extend(columns.filter(|columns| !uniques.contains(columns)));
        }
        Self { table, uniques }
    }

    /// The keys that a column is part of; a unique key only if it is the whole of it.
    pub(super) fn of_column(&self, column: &Name) -> Vec<Key> {
        let is_primary = self.table.primary_key.contains(column);
        let is_foreign = self.table.foreign_keys.iter().any(|key| key.columns.contains(column));
        let is_unique = self.uniques.iter().any(|columns| columns.as_slice() == [column]);
        let keys =
            [(Key::Primary, is_primary), (Key::Foreign, is_foreign), (Key::Unique, is_unique)];
        keys.into_iter().filter_map(|(key, holds)| holds.then_some(key)).collect()
    }

    /// Whether no two rows can have the same values in these columns.
    pub(super) fn are_unique(&self, columns: &[Name]) -> bool {
        let primary = &self.table.primary_key;
        let by_primary = !primary.is_empty() && primary.iter().all(|key| columns.contains(key));
        let covered = |unique: &Vec<&Name>| unique.iter().all(|key| columns.contains(key));
        by_primary || self.uniques.iter().any(covered)
    }

    /// Returns the unique keys of several columns, which aren't shown next to a column.
    pub(super) fn notes(&self) -> Vec<String> {
        let several = self.uniques.iter().filter(|columns| columns.len() > 1);
        several
            .map(|columns| {
                let names: Vec<_> = columns.iter().map(|name| name.as_str()).collect();
                format!("UNIQUE ({})", names.join(", "))
            })
            .collect()
    }
}
