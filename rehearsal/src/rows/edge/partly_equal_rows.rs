//! Adds rows that are alike in some columns and different in others.

use std::collections::BTreeSet;

use rusqlite::types::Value;

use super::Edges;
use crate::rows::combined;
use crate::rows::fill_error::{FillError, optional};
use crate::rows::partly_equal_columns::Changed;
use crate::rows::target::Row;
use crate::rows::value::Maker;

/// How many columns of composite keys take turns in being alike.
const WAYS: usize = 4;
/// How many columns whose values may count as equal get rows that are alike in all others.
const MERGED: usize = 2;
/// How many values of a column that a script changes stand side by side.
const SIDE_BY_SIDE: usize = 16;

impl Edges<'_> {
    /// Adds rows that are alike in all but one column. They come first: in a column that is unique by itself, a value
    /// can't be used again.
    pub(super) fn add_merged(
        &mut self,
        merged: BTreeSet<usize>,
        values: &mut [Vec<Value>],
        maker: &mut Maker,
    ) -> Result<(), FillError> {
        for column in merged.into_iter().take(self.most_merged()) {
            self.add_each(combined::side_by_side(column, &values[column]), maker)?;
            if self.writer.target.uniques.contains(&BTreeSet::from([column])) {
                values[column].clear();
            }
        }
        Ok(())
    }

    /// Adds rows that are alike in all but one column, which the script changes, for each such column: they show whether
    /// the new values repeat.
    pub(super) fn add_changed(
        &mut self,
        changed: &[Changed],
        values: &[Vec<Value>],
        maker: &mut Maker,
    ) -> Result<(), FillError> {
        for Changed { column, within } in changed.iter().take(self.most_merged()) {
            let values = self.of_column(*column, &values[*column]);
            let rows = combined::side_by_side(*column, &values).map(|mut row| {
                row.change.extend(within.iter().cloned());
                row
            });
            self.add_each(rows, maker)?;
        }
        Ok(())
    }

    /// Returns how many columns get rows that are alike in all others; none if the file states that no two rows are
    /// alike.
    fn most_merged(&self) -> usize {
        if self.duplicates { MERGED } else { 0 }
    }

    /// Returns some values of a column, or keys if it refers to another table.
    fn of_column(&self, column: usize, values: &[Value]) -> Vec<Value> {
        let mut links = self.writer.target.links_of(column);
        let keys = match links.next().filter(|link| link.columns.len() == 1) {
            Some(link) => link.keys.iter().filter_map(|key| key.first().cloned()).collect(),
            None => Vec::new(),
        };
        keys.into_iter().chain(values.iter().cloned()).take(SIDE_BY_SIDE).collect()
    }

    /// Adds rows that share one column with a row, and differ from it in all others.
    pub(super) fn add_shared(
        &mut self,
        shared: &[usize],
        maker: &mut Maker,
    ) -> Result<(), FillError> {
        if shared.is_empty() || !self.duplicates {
            return Ok(());
        }
        self.duplicates = false;
        let written = self.add_beside(shared, maker);
        self.duplicates = true;
        written
    }

    fn add_beside(&mut self, shared: &[usize], maker: &mut Maker) -> Result<(), FillError> {
        self.try_row(&[], maker)?;
        let Some(first) = self.writer.made.last().cloned() else { return Ok(()) };
        for &column in shared.iter().take(WAYS) {
            let link = self.writer.target.links_of(column).next();
            let columns = link.map_or_else(|| vec![column], |link| link.columns.clone());
            let change: Vec<_> = columns.into_iter().map(|at| (at, first[at].clone())).collect();
            optional(self.try_row(&change, maker))?;
        }
        Ok(())
    }

    /// Repeats the last row, except for its unique columns; the first row of all, in each way that is allowed.
    pub(super) fn repeat(&mut self, maker: &mut Maker) -> Result<(), FillError> {
        let Some(original) = self.writer.made.last().cloned() else { return Ok(()) };
        let mut again = vec![self.writer.beside(&original, &BTreeSet::new(), maker)];
        if std::mem::take(&mut self.is_first) {
            again.extend(self.alike_in_part(&original, maker));
        }
        for row in again {
            optional(self.insert(row))?;
        }
        Ok(())
    }

    /// Returns rows that share one column of a composite key with another row, or all but one that is NULL.
    fn alike_in_part(&self, original: &Row, maker: &mut Maker) -> Vec<Row> {
        let writer = &self.writer;
        let columns: BTreeSet<usize> = writer.composites().flatten().copied().collect();
        let shared = columns.iter().take(WAYS).map(|&column| {
            let kept = BTreeSet::from([column]);
            (original.clone(), kept)
        });
        let nullable = columns.iter().filter(|&&column| writer.target.is_nullable(column));
        let with_null = nullable.take(WAYS).flat_map(|&column| {
            let mut row = original.clone();
            row[column] = Value::Null;
            let of_column = writer.composites().filter(|unique| unique.contains(&column));
            let kept: BTreeSet<usize> = of_column.flatten().copied().collect();
            [(row.clone(), kept.clone()), (row, kept)]
        });
        shared.chain(with_null).map(|(row, kept)| writer.beside(&row, &kept, maker)).collect()
    }
}
