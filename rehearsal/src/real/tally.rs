//! Counts the differences between the rows of a table.

use rusqlite::types::ValueRef;

use super::comparison_plan::{Compared, ComparisonPlan};
use super::cursor::{Values, packed_value};
use super::differences::{Difference, Found, Sample, Standing, What};
use super::followed_table::FollowedTable;
use super::harmless_text;
use crate::comparison::measure::is_improved;

/// The counts for a table.
pub(super) struct Tally<'t> {
    plan: &'t ComparisonPlan,
    /// The number of rows on both sides.
    pub(super) rows: u64,
    /// The number of them that have all their values.
    intact: u64,
    pub(super) gone: Found,
    pub(super) repeated: Found,
    pub(super) added: Found,
    /// The counts for each column that is compared.
    columns: Vec<Changes>,
}

/// What happened to the values of a column.
#[derive(Default)]
struct Changes {
    other: Found,
    improved: Found,
    /// The values whose change the copy names.
    named: Found,
    /// Whether a value that is not NULL was preserved.
    is_kept: bool,
    /// The value of the first row, as long as all others have the same; for a column that was
    /// dropped and created again.
    first: Option<Vec<u8>>,
    is_varied: bool,
}

impl<'t> Tally<'t> {
    pub(super) fn new(plan: &'t ComparisonPlan) -> Self {
        let (gone, repeated, added) = Default::default();
        let columns = plan.columns.iter().map(|_| Changes::default()).collect();
        Self { plan, rows: 0, intact: 0, gone, repeated, added, columns }
    }

    /// Returns how many values were compared.
    pub(super) fn values(&self) -> u64 {
        self.rows * u64::try_from(self.plan.columns.len()).unwrap_or(u64::MAX)
    }

    /// Compares a row with the one that replaces it.
    pub(super) fn pair(&mut self, old: &impl Values, new: &impl Values) {
        self.rows += 1;
        let mut is_intact = true;
        for (column, changes) in self.plan.columns.iter().zip(&mut self.columns) {
            let (was, is) = (old.at(column.at), new.at(column.at));
            if column.dropped.is_some() {
                changes.vary(packed_value(is));
            }
            if self.plan.measure.is_same(was, is) {
                changes.is_kept |= was != ValueRef::Null;
                continue;
            }
            is_intact = false;
            let improved = match column.class {
                Some(class) => is_improved(class, was, is),
                None => was == ValueRef::Null,
            };
            let found = if improved {
                &mut changes.improved
            } else if self.plan.says(was, is) {
                &mut changes.named
            } else {
                &mut changes.other
            };
            found.add(|| Sample {
                row: row(self.plan, old),
                before: Some(harmless_text::value(was)),
                after: Some(harmless_text::value(is)),
            });
        }
        self.intact += u64::from(is_intact);
    }

    /// Returns all differences, with the scripts that account for them.
    pub(super) fn differences(self, table: &str, followed: &FollowedTable) -> Vec<Difference> {
        let said = |by: &Option<String>| by.clone().map_or(Standing::Lost, Standing::Intended);
        // A table that was created again is empty or holds new rows, unless one of the old rows
        // came back.
        let all = followed.dropped.clone().filter(|_| self.intact == 0);
        let of_rows = |by: &Option<String>| said(if all.is_some() { &all } else { by });
        let mut differences = Vec::new();
        differences.extend(self.gone.difference(table, What::Gone, of_rows(&followed.deletes)));
        differences.extend(self.repeated.difference(table, What::Repeated, of_rows(&None)));
        differences.extend(self.added.difference(table, What::Added, of_rows(&followed.inserts)));
        for (column, changes) in self.plan.columns.iter().zip(self.columns) {
            let what = || What::Value(harmless_text::harmless(column.name.as_str()));
            let by = all.clone().or_else(|| changes.by(column));
            let (lost, improved) = match by {
                Some(file) => (Standing::Intended(file.clone()), Standing::Intended(file)),
                None => (Standing::Lost, Standing::Improved),
            };
            // A column that a copy leaves out is NULL in every row, so no value is preserved.
            let copy = followed.named.as_ref().filter(|_| changes.is_kept);
            let named = copy.map_or(lost.clone(), |(file, _)| Standing::Intended(file.clone()));
            differences.extend(changes.other.difference(table, what(), lost));
            differences.extend(changes.named.difference(table, what(), named));
            differences.extend(changes.improved.difference(table, what(), improved));
        }
        differences
    }
}

impl Changes {
    fn vary(&mut self, value: Vec<u8>) {
        match &self.first {
            None => self.first = Some(value),
            Some(first) => self.is_varied |= *first != value,
        }
    }

    /// Returns the script that changes the values. A column that is created again holds its DEFAULT
    /// in each row; if it holds anything else, it was filled, and a missing value is lost.
    fn by(&self, column: &Compared) -> Option<String> {
        column.updated.clone().or_else(|| column.dropped.clone().filter(|_| !self.is_varied))
    }
}

/// Formats a row so that a person can find it.
pub(super) fn row(plan: &ComparisonPlan, row: &impl Values) -> String {
    let shown = plan
        .shown
        .iter()
        .map(|(name, at)| format!("{name} = {}", harmless_text::value(row.at(*at))));
    shown.collect::<Vec<_>>().join(", ")
}

/// Returns a sample for a difference that concerns the whole row.
pub(super) fn whole(plan: &ComparisonPlan, values: &impl Values) -> Sample {
    Sample { row: row(plan, values), before: None, after: None }
}
