//! Reads cells of the tables in the results.

use crate::marked;

/// A section of the results.
#[derive(Clone, Copy)]
pub(crate) struct Section<'a>(&'a str);

impl<'a> Section<'a> {
    pub(crate) fn of(results: &'a str, name: &str) -> Option<Self> {
        marked::find(results, name).map(Self)
    }

    /// Returns the cell below the title `column`, in the row that has `name` below the title
    /// `names`, without its quartiles.
    pub(crate) fn cell(self, names: &str, name: &str, column: &str) -> Option<String> {
        self.tables().find_map(|table| {
            let (head, rows) = table.split_first()?;
            let at = |title: &str| head.iter().position(|cell| *cell == title);
            let (names, column) = (at(names)?, at(column)?);
            let row = rows.iter().find(|row| row.get(names) == Some(&name))?;
            row.get(column).map(|cell| plain(cell).to_owned())
        })
    }

    /// Returns the cells of each table, without the line below the head.
    fn tables(self) -> impl Iterator<Item = Vec<Vec<&'a str>>> {
        let blocks = self.0.split("\n\n").filter(|block| block.starts_with('|'));
        blocks.map(|block| {
            let lines = block.lines().filter(|line| !line.starts_with("|-"));
            lines.map(cells).collect()
        })
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

/// Returns a value without the quartiles that follow it.
fn plain(cell: &str) -> &str {
    cell.split_once(" (").map_or(cell, |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_titles() {
        let results = "<!-- begin a -->\n## A\n\n| library | x |\n|-----|--:|\n| bare | 1 us (0–2) |\n\n\
                       | library | y |\n|-----|--:|\n| bare, `z` | 7 |\n\nNotes | of it.\n<!-- end a -->\n";
        let section = Section::of(results, "a").expect("a section");
        for (name, column, expected) in [
            ("bare", "x", Some("1 us")),
            ("bare, `z`", "y", Some("7")),
            ("bare", "y", None),
            ("none", "x", None),
        ] {
            assert_eq!(section.cell("library", name, column).as_deref(), expected, "{name}");
        }
        assert!(Section::of(results, "b").is_none());
    }
}
