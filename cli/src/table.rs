//! Tables with a header row.

use migratory_core::{Align, Table as Rows};

/// Rows of cells in aligned columns.
pub(crate) struct Table<const N: usize>(Rows<N>);

impl<const N: usize> Table<N> {
    /// Creates a table; the columns in `right` are right-aligned, as numbers are.
    pub(crate) fn new(header: &[&str; N], right: &[usize]) -> Self {
        let align = |column| if right.contains(&column) { Align::Right } else { Align::Left };
        let mut rows = Rows::new(std::array::from_fn(align));
        rows.row(header.map(str::to_owned));
        Self(rows)
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.0.row(cells);
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.to_string().lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_line_up_below_the_header() {
        let mut table = Table::new(&["table", "rows"], &[1]);
        table.row(["größe".to_owned(), "7".to_owned()]);
        assert_eq!(table.lines(), ["table  rows", "größe     7"]);
    }
}
