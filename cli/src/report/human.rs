//! For people: the findings with the lines concerned, and what the rehearsal couldn't try.

use migratory_analysis::{Checked, UntriedReason, render};

use super::Report;

/// The text has colors; the output removes them where they are not wanted.
pub(crate) fn render(report: &Report<'_>) -> String {
    let mut text = String::new();
    if !report.findings.is_empty() {
        text.push_str(&render::coloured(report.findings));
    }
    if let Some(checked) = report.checked {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&summary(checked));
    }
    text
}

/// A set without errors: one line, and one for each script that needs a step in Rust.
pub(super) fn summary(checked: &Checked) -> String {
    let migrations = counted(checked.set().len(), "migration");
    let rehearsed = if checked.rehearsal().is_some() { "rehearsed" } else { "not rehearsed" };
    let found = match checked.warnings().len() {
        0 => "no findings".to_owned(),
        warnings => counted(warnings, "warning"),
    };
    let first = format!("{migrations}, {rehearsed}: {found}\n");
    steps(checked).into_iter().fold(first, |text, step| text + "  " + &step + "\n")
}

fn steps(checked: &Checked) -> Vec<String> {
    let Some(rehearsal) = checked.rehearsal() else { return Vec::new() };
    // Everything else that wasn't rehearsed is among the warnings.
    let needing = rehearsal.untried.iter().filter(|it| it.reason == UntriedReason::Step);
    needing
        .map(|it| format!("not tried on rows: `{}`, which needs its step in Rust", it.file))
        .collect()
}

fn counted(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
