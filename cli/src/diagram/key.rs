//! Which columns of a table identify its rows.

use migratory_analysis::schema::{Name, Schema, Table};

/// The columns of the keys of a table.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    table: &'a Table,
    /// Of UNIQUE constraints, and of indexes that hold for all rows and name columns alone.
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

    pub(super) fn is_primary(&self, column: &Name) -> bool {
        self.table.primary_key.contains(column)
    }

    pub(super) fn is_foreign(&self, column: &Name) -> bool {
        self.table.foreign_keys.iter().any(|key| key.columns.contains(column))
    }

    /// Whether the column is unique by itself.
    pub(super) fn is_unique(&self, column: &Name) -> bool {
        self.uniques.iter().any(|columns| columns.as_slice() == [column])
    }

    /// Whether no two rows can agree in all of these columns.
    pub(super) fn tell_apart(&self, columns: &[Name]) -> bool {
        let primary = &self.table.primary_key;
        let by_primary = !primary.is_empty() && primary.iter().all(|key| columns.contains(key));
        let covered = |unique: &Vec<&Name>| unique.iter().all(|key| columns.contains(key));
        by_primary || self.uniques.iter().any(covered)
    }

    /// The keys that need more than one column, which no mark at a column tells.
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
