//! Tables of aligned columns, for terminals.

use std::fmt::{self, Write as _};

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
        std::array::from_fn(|column| {
            self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
        })
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    /// Writes the rows with two blanks between columns, and without trailing blanks or a final line
    /// end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (nth, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for ((cell, width), align) in row.iter().zip(widths).zip(self.align) {
                let gap = if width == 0 { "" } else { "  " };
                match align {
                    Align::Left => write!(line, "{cell:<width$}{gap}")?,
                    Align::Right => write!(line, "{cell:>width$}{gap}")?,
                }
            }
            f.write_str(if nth == 0 { "" } else { "\n" })?;
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
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
