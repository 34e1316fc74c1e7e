//! The sections of the results, one file each.

mod broken;
mod build;
mod check;
mod editing;
mod expansion;
mod fresh;
mod nothing;
mod package;
mod rebuild;
mod script;
mod size;
mod start;
mod verify;

use std::time::Duration;

use crate::place::Place;
use crate::rounds::{self, Values};
use crate::statistics::Summary;
use crate::table::Table;
use crate::{Outcome, unit};

pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// Returns the text for the results.
    pub(crate) measure: fn(&Place) -> Outcome<String>,
}

/// All sections, in the order of the results.
pub(crate) const ALL: [Section; 12] = [
    Section { name: "nothing", measure: nothing::measure },
    Section { name: "start", measure: start::measure },
    Section { name: "fresh", measure: fresh::measure },
    Section { name: "script", measure: script::measure },
    Section { name: "rebuild", measure: rebuild::measure },
    Section { name: "verify", measure: verify::measure },
    Section { name: "size", measure: size::measure },
    Section { name: "check", measure: check::measure },
    Section { name: "broken", measure: broken::measure },
    Section { name: "build", measure: build::measure },
    Section { name: "expansion", measure: expansion::measure },
    Section { name: "editing", measure: editing::measure },
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

/// Formats a table with a row for each label, and its times below each further title.
fn timetable(head: &[&str], rows: &[(String, Vec<Vec<f64>>)]) -> String {
    let mut table = Table::new(1, head.iter().copied());
    for (label, columns) in rows {
        let cells = columns.iter().map(|values| unit::times(Summary::of(values)));
        table.row(std::iter::once(label.clone()).chain(cells));
    }
    table.render()
}

#[allow(clippy::cast_precision_loss, reason = "durations are below 2^52 nanoseconds")]
fn nanoseconds(duration: Duration) -> f64 {
    duration.as_nanos() as f64
}

/// Formats a section.
fn written(title: &str, question: &str, table: &str, notes: &str) -> String {
    format!("## {title}\n\n{question}\n\n{table}\n{notes}\n")
}
