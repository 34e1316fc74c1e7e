//! The columns of a table, as they stand in its box.

use migratory_analysis::schema::{Column, Difference, Name, Part, Table};

use super::key::Keys;
use super::model::Mark;

/// A column.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: Name,
    /// The declared type; empty where there is none.
    pub(crate) declared: String,
    /// `PK`, `FK` and `UQ`, those that hold.
    pub(crate) keys: Vec<&'static str>,
    pub(crate) is_not_null: bool,
    pub(crate) is_generated: bool,
    pub(crate) default: Option<String>,
    pub(crate) mark: Mark,
}

/// The columns of a table, those left out that `SELECT *` does not show.
pub(super) fn of(table: &Table, keys: &Keys<'_>, found: &[Difference], whole: Mark) -> Vec<Row> {
    let shown = table.columns.iter().filter(|column| !column.is_hidden);
    shown
        .map(|column| {
            let name = &column.name;
            let marks = [
                ("PK", keys.is_primary(name)),
                ("FK", keys.is_foreign(name)),
                ("UQ", keys.is_unique(name)),
            ];
            let keys = marks.into_iter().filter_map(|(mark, holds)| holds.then_some(mark));
            // In a table that is new as a whole, that goes without saying.
            let mark = if whole == Mark::New { Mark::Same } else { mark(name, found) };
            Row { keys: keys.collect(), mark, ..row(column) }
        })
        .collect()
}

/// The columns that a table had before and has no longer.
pub(super) fn gone(before: &Table, after: &Table) -> Vec<Row> {
    let lost = before.columns.iter().filter(|column| !column.is_hidden);
    lost.filter(|column| after.column(&column.name).is_none())
        .map(|column| Row { mark: Mark::Gone, ..row(column) })
        .collect()
}

fn row(column: &Column) -> Row {
    Row {
        name: column.name.clone(),
        declared: column.declared.clone(),
        keys: Vec::new(),
        is_not_null: column.is_not_null,
        is_generated: column.generated.is_some(),
        default: column.default.clone(),
        mark: Mark::Same,
    }
}

fn mark(column: &Name, found: &[Difference]) -> Mark {
    let mut parts = found.iter().map(|difference| &difference.part);
    match parts.find(|part| part.column() == Some(column)) {
        Some(Part::Column(_)) => Mark::New,
        Some(_) => Mark::Changed,
        None => Mark::Same,
    }
}

impl Row {
    /// All that is known of the column, for those who point at it.
    pub(crate) fn told(&self) -> String {
        let mut told = self.name.to_string();
        let words = [self.declared.as_str(), if self.is_not_null { "NOT NULL" } else { "" }];
        for word in words.into_iter().filter(|word| !word.is_empty()) {
            told.extend([" ", word]);
        }
        if let Some(default) = &self.default {
            told.extend([" DEFAULT ", default]);
        }
        let keys = self.keys.iter().map(|key| match *key {
            "PK" => "primary key",
            "FK" => "foreign key",
            _ => "unique",
        });
        let generated = self.is_generated.then_some("generated");
        let mark = Some(self.mark.word()).filter(|word| !word.is_empty());
        for word in keys.chain(generated).chain(mark) {
            told.extend([", ", word]);
        }
        told
    }
}
