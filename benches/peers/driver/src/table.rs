//! Markdown tables that are also aligned as plain text.

/// A table whose leading columns are text, and whose others are right-aligned numbers.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// Creates a table whose first `left` columns hold text.
    pub(crate) fn new<T: Into<String>>(left: usize, head: impl IntoIterator<Item = T>) -> Self {
        Self { rows: vec![head.into_iter().map(Into::into).collect()], left }
    }

    pub(crate) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Formats the table without alignment, for a document that people read in a browser.
    pub(crate) fn narrow(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | ")).replace("|  |", "| |");
        let columns = self.rows.first().map_or(0, Vec::len);
        let rules = (0..columns).map(|column| if column < self.left { "---|" } else { "--:|" });
        let rules = format!("|{}\n", rules.collect::<String>());
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row)).collect();
        lines.insert(lines.len().min(1), rules);
        lines.concat()
    }

    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
        let width = |column| self.rows.iter().map(|row| cell(row, column).chars().count()).max();
        let widths: Vec<usize> =
            (0..columns).map(|column| width(column).unwrap_or(0).max(3)).collect();
        let mut lines = Vec::new();
        for (nth, row) in self.rows.iter().enumerate() {
            let cells = widths.iter().enumerate().map(|(column, &width)| {
                let text = cell(row, column);
                if column < self.left {
                    format!("{text:<width$}")
                } else {
                    format!("{text:>width$}")
                }
            });
            lines.push(format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if nth == 0 {
                let rules = widths.iter().enumerate().map(|(column, &width)| {
                    let dashes = "-".repeat(width + 1);
                    if column < self.left { format!("{dashes}-") } else { format!("{dashes}:") }
                });
                lines.push(format!("|{}|", rules.collect::<Vec<_>>().join("|")));
            }
        }
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(1, ["library", "time"]);
        table.row(["a", "1 ms"]);
        table.row(["longer than that", "–"]);
        let expected = "\
| library          | time |
|------------------|-----:|
| a                | 1 ms |
| longer than that |    – |
";
        assert_eq!(table.render(), expected);
        let expected = "\
| library | time |
|---|--:|
| a | 1 ms |
| longer than that | – |
";
        assert_eq!(table.narrow(), expected);
    }
}
