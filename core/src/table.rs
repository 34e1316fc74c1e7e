//! Tables of aligned columns, for terminals.

use std::fmt;

/// The alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Aligned left, for texts.
    Left,
    /// Aligned right, for numbers.
    Right,
}

/// A table of `N` columns, which prints as lines.
///
/// Two blanks separate columns. A column that is empty in every row is omitted.
///
/// ```
/// use migratory_core::{Align, Table};
///
/// let mut table = Table::new([Align::Right, Align::Left]);
/// table.row(["9".to_owned(), "a".to_owned()]);
/// table.row(["10".to_owned(), "b".to_owned()]);
/// assert_eq!(table.to_string(), " 9  a\n10  b");
/// ```
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    align: [Align; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// Creates an empty table with these alignments.
    pub fn new(align: [Align; N]) -> Self {
        Self { align, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        widths
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    /// Writes the rows with two blanks between columns, and without trailing blanks or a final line
    /// end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (nth, row) in self.rows.iter().enumerate() {
            f.write_str(if nth == 0 { "" } else { "\n" })?;
            f.write_str(line(row, &widths, &self.align).trim_end())?;
        }
        Ok(())
    }
}

fn line(row: &[String], widths: &[usize], align: &[Align]) -> String {
    let mut line = String::new();
    for ((cell, width), align) in row.iter().zip(widths).zip(align) {
        let blanks = " ".repeat(width - cell.chars().count());
        let (before, after) = match align {
            Align::Left => ("", blanks.as_str()),
            Align::Right => (blanks.as_str(), ""),
        };
        for part in [before, cell, after] {
            line.push_str(part);
        }
        if *width > 0 {
            line.push_str("  ");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_empty_ones_are_omitted() {
        let mut table = Table::new([Align::Right, Align::Left, Align::Left, Align::Left]);
        table.row(["9", "größe", "", "x"].map(str::to_owned));
        table.row(["10", "a", "", ""].map(str::to_owned));
        assert_eq!(table.to_string(), " 9  größe  x\n10  a");
    }
}
