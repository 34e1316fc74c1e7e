//! Renders findings as text.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::{Diagnostic, Findings, Label, Severity};

/// The widest line of source to show; longer lines are cut around the label.
const WIDTH: usize = 120;
/// The number of findings to show. A file with 10,000 errors is understood from the first ones.
const SHOWN: usize = 200;

/// Renders findings without colour, for `compile_error!`.
pub fn plain(findings: &Findings) -> String {
    render(findings, &Renderer::plain())
}

/// Renders findings with ANSI colours, for a terminal.
pub fn coloured(findings: &Findings) -> String {
    render(findings, &Renderer::styled())
}

fn render(findings: &Findings, renderer: &Renderer) -> String {
    let renderer = renderer.clone().term_width(WIDTH);
    let mut text = heading(findings);
    let mut lines = Lines::default();
    for diagnostic in findings.iter().take(SHOWN) {
        text.push_str("\n\n");
        text.push_str(&renderer.render(&[group(diagnostic, findings, &mut lines)]));
    }
    if let Some(advice) = findings.advice() {
        text.push_str("\n\n");
        text.push_str(&renderer.render(&[Group::with_title(Level::HELP.primary_title(advice))]));
    }
    text.push('\n');
    if let Some(left @ 1..) = findings.len().checked_sub(SHOWN) {
        let note = format!(
            "\n{left} more are not shown: `cargo migratory check --format json` lists all\n"
        );
        text.push_str(&note);
    }
    text
}

fn heading(findings: &Findings) -> String {
    let folder = findings.folder();
    match findings.len() {
        1 => format!("1 finding in the migrations of `{folder}/`"),
        many => format!("{many} findings in the migrations of `{folder}/`"),
    }
}

fn group<'a>(
    diagnostic: &'a Diagnostic,
    findings: &'a Findings,
    lines: &mut Lines<'a>,
) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message);
    let mut group = Group::with_title(title.id(diagnostic.code.number()));
    for labels in by_file(&diagnostic.labels) {
        group = match snippet(labels, findings, lines) {
            Some(snippet) => group.element(snippet),
            None => group.element(Origin::path(&labels[0].file)),
        };
    }
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
    group.elements(notes).elements(help)
}

/// Groups consecutive labels of the same file.
fn by_file(labels: &[Label]) -> impl Iterator<Item = &[Label]> {
    labels.chunk_by(|one, next| one.file == next.file)
}

/// The lines of the labels. The renderer scans all the text it gets, so it does not get the whole file.
fn snippet<'a>(
    labels: &'a [Label],
    findings: &'a Findings,
    lines: &mut Lines<'a>,
) -> Option<Snippet<'a, Annotation<'a>>> {
    let file = &labels[0].file;
    let text = findings.text(file)?;
    let shown = |label: &'a Label| Some((label, one_line(label.range.clone()?, text)));
    let shown: Vec<_> = labels.iter().filter_map(shown).collect();
    let first = shown.iter().map(|(_, range)| range.start).min()?;
    let last = shown.iter().map(|(_, range)| range.end).max()?;
    let (start, number) = lines.find(file, text, first);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    let annotations = shown
        .into_iter()
        .map(|(label, range)| annotation(label, range.start - start..range.end - start));
    let snippet = Snippet::source(&text[start..end]).path(file).line_start(number);
    Some(snippet.annotations(annotations))
}

fn annotation(label: &Label, range: Range<usize>) -> Annotation<'_> {
    let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let span = kind.span(range);
    match label.text.as_str() {
        "" => span,
        text => span.label(text),
    }
}

/// Counts lines. Findings are sorted by position, so each count continues from the last.
#[derive(Default)]
struct Lines<'a> {
    file: &'a str,
    /// The start of the last line found.
    start: usize,
    /// The number of lines before it.
    before: usize,
}

impl<'a> Lines<'a> {
    /// The start and the number of the line with this byte.
    fn find(&mut self, file: &'a str, text: &str, at: usize) -> (usize, usize) {
        if self.file != file || at < self.start {
            *self = Self { file, start: 0, before: 0 };
        }
        let passed = &text[self.start..at];
        self.before += passed.matches('\n').count();
        self.start += passed.rfind('\n').map_or(0, |end| end + 1);
        (self.start, self.before + 1)
    }
}

/// Cuts a range to its first line and to the text, so that a message never quotes a whole page.
fn one_line(range: Range<usize>, text: &str) -> Range<usize> {
    let start = boundary(text, range.start);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
    start..boundary(text, range.end).clamp(start, start + line)
}

/// The last character boundary at or before this byte, at most the end of the text.
pub fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    /// Findings, one for each slice of ranges in the text.
    fn findings(text: &str, parts: &[&[(usize, usize)]]) -> Findings {
        let mut findings = Findings::new("migrations");
        for part in parts {
            let mut finding = Diagnostic::error(Code::UpFails, "wrong");
            for (start, end) in part.iter().copied() {
                finding = finding.on("migrations/1_a.up.sql", start..end, "");
            }
            findings.push(finding);
        }
        findings.keep("migrations/1_a.up.sql", text);
        findings
    }

    #[test]
    fn lines_and_columns_are_those_of_the_file() {
        let text = "one\r\ntwo two\n\nfour\u{e4} five\nsix";
        let parts: &[&[(usize, usize)]] = &[
            &[(5, 8)],
            &[(14, 18)],
            &[(26, 29)],
            &[(9, 12)],
            &[(26, 29), (0, 3)],
            &[(29, 29)],
            &[(90, 99)],
        ];
        let shown = plain(&findings(text, parts));
        let places: Vec<_> = shown.lines().filter_map(|line| line.split_once("--> ")).collect();
        let places: Vec<_> =
            places.iter().filter_map(|(_, it)| Some(it.split_once(':')?.1)).collect();
        assert_eq!(places, ["2:1", "4:1", "5:1", "2:5", "5:1", "5:4", "5:4"], "{shown}");
        assert!(shown.contains("1 | one") && shown.contains("5 | six"), "{shown}");
    }

    #[test]
    fn only_the_first_findings_are_shown() {
        for (count, expected) in [(1, 1), (SHOWN, SHOWN), (SHOWN + 1, SHOWN), (5_000, SHOWN)] {
            let text = "a\n".repeat(count);
            let parts: Vec<_> = (0..count).map(|line| [(2 * line, 2 * line + 1)]).collect();
            let parts: Vec<&[(usize, usize)]> = parts.iter().map(|part| &part[..]).collect();
            let shown = plain(&findings(&text, &parts));
            assert_eq!(shown.matches("--> ").count(), expected);
            let rest = format!("{} more are not shown", count - expected);
            assert_eq!(shown.contains(&rest), count > expected, "{count}");
        }
    }
}
