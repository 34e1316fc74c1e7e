//! Which figures README shows.

use crate::peer::{self, Peer};
use crate::table::Table;

use super::cells::Section;

/// A figure of each library.
pub(crate) struct OfPeers {
    /// With the value of bare rusqlite in place of `{}`.
    pub(crate) label: &'static str,
    section: &'static str,
    /// The title of the column with the libraries.
    names: &'static str,
    column: &'static str,
}

/// Figures of migratory alone: those of one column in several rows, or of one row in several columns.
pub(crate) struct Own {
    pub(crate) label: &'static str,
    section: &'static str,
    /// The title of the column with the names.
    names: &'static str,
    /// The names and the columns of the cells.
    cells: &'static [(&'static str, &'static str)],
}

pub(crate) const PEERS: [OfPeers; 12] = [
    OfPeers {
        label: "nothing to do, 100 migrations (one `PRAGMA`: {})",
        section: "nothing",
        names: "library",
        column: "100 migrations",
    },
    OfPeers {
        label: "nothing to do, 1,000 migrations ({})",
        section: "nothing",
        names: "library",
        column: "1,000 migrations",
    },
    OfPeers {
        label: "a start, 100 migrations (without a library: {})",
        section: "start",
        names: "library",
        column: "100 migrations",
    },
    OfPeers {
        label: "a fresh file, 200 migrations (bare SQL in one transaction: {})",
        section: "fresh",
        names: "library",
        column: "200 migrations",
    },
    OfPeers {
        label: "a fresh file, 1,000 migrations ({})",
        section: "fresh",
        names: "library",
        column: "1,000 migrations",
    },
    OfPeers {
        label: "a script of 62,000 INSERTs, 6.5 MB (`execute_batch`: {})",
        section: "script",
        names: "library",
        column: "run",
    },
    OfPeers {
        label: "a table of a million rows rebuilt, keys checked ({})",
        section: "rebuild",
        names: "library",
        column: "a million rows",
    },
    OfPeers {
        label: "`cargo check` after an edit of the code, 100 migrations (rusqlite: {})",
        section: "check",
        names: "after an edit of the Rust file",
        column: "100 migrations",
    },
    OfPeers {
        label: "`cargo check` after an edit of the newest of 100 migrations",
        section: "check",
        names: "after an edit of the newest migration",
        column: "100 migrations",
    },
    OfPeers {
        label: "`cargo check` after an edit of the newest of 1,000 migrations",
        section: "check",
        names: "after an edit of the newest migration",
        column: "1,000 migrations",
    },
    OfPeers {
        label: "a clean dev build (rusqlite: {})",
        section: "build",
        names: "library",
        column: "dev",
    },
    OfPeers {
        label: "added to a program with 100 migrations",
        section: "size",
        names: "library",
        column: "over bare",
    },
];

pub(crate) const OWN: [Own; 6] = [
    Own {
        label: "a whole rehearsal of 10, 100 and 1,000 pairs in a dev build",
        section: "expansion",
        names: "pairs",
        cells: &[("10", "with rows too"), ("100", "with rows too"), ("1000", "with rows too")],
    },
    Own {
        label: "the same after an edit of the newest of 1,000, in an editor",
        section: "editing",
        names: "1,000 pairs",
        cells: &[("after an edit", "value")],
    },
    Own {
        label: "a rehearsal of 62,000 INSERTs, 6.5 MB",
        section: "script",
        names: "migratory",
        cells: &[("one file of 6.5 MB", "rehearsed, not optimised")],
    },
    Own {
        label: "`cargo check` of 1,000 migrations with an error in the newest, and after an edit that keeps it",
        section: "broken",
        names: "migratory",
        cells: &[
            ("1,000 migrations", "with the error"),
            ("1,000 migrations", "edited, and still wrong"),
        ],
    },
    Own {
        label: "`verify`, 200 and 1,000 migrations",
        section: "verify",
        names: "migratory",
        cells: &[("`verify`", "200 migrations"), ("`verify`", "1,000 migrations")],
    },
    Own {
        label: "added to a program with `lto = true, codegen-units = 1`",
        section: "size",
        names: "library",
        cells: &[("migratory", "over bare, LTO")],
    },
];

/// Returns the libraries that README compares.
fn shown() -> impl Iterator<Item = &'static Peer> {
    peer::ALL.iter().filter(|peer| !["bare", "include_dir"].contains(&peer.name))
}

pub(crate) fn head_of_peers() -> Table {
    Table::new(1, std::iter::once("").chain(shown().map(|peer| peer.name)))
}

pub(crate) fn head_of_own() -> Table {
    Table::new(2, ["migratory alone", ""])
}

impl OfPeers {
    /// Returns the line, or nothing if the results don't have all of it.
    pub(crate) fn row(&self, results: &str) -> Option<Vec<String>> {
        let section = Section::of(results, self.section)?;
        let value = |name: &str| section.cell(self.names, name, self.column);
        let label = match self.label.split_once("{}") {
            None => self.label.to_owned(),
            Some((before, after)) => format!("{before}{}{after}", value("bare")?),
        };
        let cells = shown().map(|peer| {
            let ungrouped = value(peer.name).unwrap_or_else(|| "–".into());
            let grouped = peer.grouped.and_then(|how| {
                let value = value(&format!("{}, {how}", peer.name))?;
                Some(format!("; {value} {}", in_words(how)))
            });
            ungrouped + &grouped.unwrap_or_default()
        });
        value("migratory")?;
        Some(std::iter::once(label).chain(cells).collect())
    }
}

fn in_words(how: &str) -> String {
    if how.starts_with('`') { format!("with {how}") } else { how.to_owned() }
}

impl Own {
    /// Returns the line, or nothing if the results don't have all of it.
    pub(crate) fn row(&self, results: &str) -> Option<Vec<String>> {
        let section = Section::of(results, self.section)?;
        let values = self.cells.iter().map(|(name, column)| section.cell(self.names, name, column));
        let values: Vec<String> = values.collect::<Option<_>>()?;
        Some(vec![self.label.to_owned(), listed(&values)])
    }
}

/// Joins values with commas, and the last one with an `and`.
fn listed(values: &[String]) -> String {
    match values {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => values.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{marked, section};

    #[test]
    fn each_line_is_of_a_section() {
        let names: Vec<&str> = section::ALL.iter().map(|section| section.name).collect();
        let used = PEERS.iter().map(|line| line.section).chain(OWN.iter().map(|line| line.section));
        for section in used {
            assert!(names.contains(&section), "{section}");
        }
    }

    #[test]
    fn a_line_has_the_value_of_each_library() {
        let table = "| library | 200 migrations |\n|--|--|\n| bare | 1 ms (0–2) |\n| migratory | 2 ms |\n\
                     | refinery | 9 ms |\n| refinery, `set_grouped` | 3 ms |\n";
        let results = marked::part("fresh", table);
        let row = PEERS.iter().find(|it| it.section == "fresh").and_then(|it| it.row(&results));
        let expected = [
            "a fresh file, 200 migrations (bare SQL in one transaction: 1 ms)",
            "2 ms",
            "–",
            "–",
            "9 ms; 3 ms with `set_grouped`",
            "–",
        ];
        assert_eq!(row, Some(expected.map(ToOwned::to_owned).to_vec()));
    }

    #[test]
    fn values_are_listed() {
        let owned = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(listed(&owned(&["1"])), "1");
        assert_eq!(listed(&owned(&["1", "2", "3"])), "1, 2 and 3");
    }
}
