//! The sections of the results, one file each.

mod build;
mod check;
mod expansion;
mod fresh;
mod nothing;
mod rebuild;
mod size;
mod start;

use crate::Outcome;
use crate::place::Place;
use crate::rounds::{self, Values};
use crate::table::Table;

pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// Returns the text for the results.
    pub(crate) measure: fn(&Place) -> Outcome<String>,
}

/// All sections, in the order of the results.
pub(crate) const ALL: [Section; 8] = [
    Section { name: "nothing", measure: nothing::measure },
    Section { name: "start", measure: start::measure },
    Section { name: "fresh", measure: fresh::measure },
    Section { name: "rebuild", measure: rebuild::measure },
    Section { name: "size", measure: size::measure },
    Section { name: "check", measure: check::measure },
    Section { name: "build", measure: build::measure },
    Section { name: "expansion", measure: expansion::measure },
];

/// The results under one heading: a value of each contender.
struct Column {
    title: String,
    values: Vec<Values>,
}

/// Formats a table with a row for each contender, and a time and a ratio for each column.
fn compared(labels: &[Vec<String>], head: &[&str], columns: &[Column]) -> String {
    let titles = columns.iter().flat_map(|column| [column.title.clone(), "ratio".into()]);
    let head = head.iter().map(ToString::to_string).chain(titles);
    let mut table = Table::new(labels.first().map_or(1, Vec::len), head);
    for (nth, label) in labels.iter().enumerate() {
        let cells =
            columns.iter().flat_map(|column| rounds::cells(&column.values[nth], &column.values[0]));
        table.row(label.iter().cloned().chain(cells));
    }
    table.render()
}

/// Formats a section.
fn written(title: &str, question: &str, table: &str, notes: &str) -> Outcome<String> {
    let today = crate::machine::today()?;
    Ok(format!("## {title}\n\n{question}\n\n{table}\n{notes} Measured on {today}.\n"))
}
