//! Workflow commands of GitHub Actions, which annotate the lines of a pull request.

use migratory_analysis::Diagnostic;

use super::path::Root;
use super::place::Places;
use super::{Report, human, level, text};

/// One command for each finding; for a set without errors, the summary too.
pub(crate) fn render(report: &Report<'_>, root: &Root) -> String {
    let places = Places::of(report.findings);
    let commands = report.findings.iter().map(|each| command(each, report, root, &places));
    let summary = report.checked.map(human::summary);
    commands.chain(summary).collect()
}

fn command(
    diagnostic: &Diagnostic,
    report: &Report<'_>,
    root: &Root,
    places: &Places<'_>,
) -> String {
    let mut properties = Vec::new();
    if let Some(label) = diagnostic.labels.first() {
        properties.push(("file", root.path(&report.project.package, &label.file)));
        if let Some(place) = places.find(label) {
            let (start, end) = (place.start, place.end);
            properties.push(("line", start.line.to_string()));
            properties.push(("endLine", end.line.to_string()));
            // GitHub warns about columns across several lines and drops them. Its ends are inclusive.
            if start.line == end.line {
                properties.push(("col", start.column.to_string()));
                properties.push(("endColumn", (end.column - 1).max(start.column).to_string()));
            }
        }
    }
    let code = diagnostic.code;
    properties.push(("title", format!("{code}: {}", code.title())));
    let properties: Vec<_> = properties
        .into_iter()
        .map(|(name, value)| format!("{name}={}", property(&value)))
        .collect();
    let level = level(diagnostic.severity);
    let message = [text(diagnostic)].into_iter().chain(others(diagnostic, report, root, places));
    let message = message.collect::<Vec<_>>().join("\n");
    format!("::{level} {}::{}\n", properties.join(","), data(&message))
}

/// The places after the first, since an annotation has only one.
fn others(
    diagnostic: &Diagnostic,
    report: &Report<'_>,
    root: &Root,
    places: &Places<'_>,
) -> impl Iterator<Item = String> {
    diagnostic.labels.iter().skip(1).map(|label| {
        let file = root.path(&report.project.package, &label.file);
        let line = places.find(label).map(|place| format!(":{}", place.start.line));
        let text = if label.text.is_empty() { String::new() } else { format!(": {}", label.text) };
        format!("see: {file}{}{text}", line.unwrap_or_default())
    })
}

/// Escapes the text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the text after a `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped() {
        assert_eq!(data("50% of: a, b\r\nc"), "50%25 of: a, b%0D%0Ac");
        assert_eq!(property("50% of: a, b\r\nc"), "50%25 of%3A a%2C b%0D%0Ac");
    }
}
