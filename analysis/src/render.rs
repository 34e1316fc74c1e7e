//! Findings as a person reads them.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::{Diagnostic, Findings, Label, Severity};

/// How wide a line of source may be shown; what is longer is cut around the place that matters.
const WIDTH: usize = 120;

/// The findings as text without colour, as `compile_error!` wants it.
pub fn plain(findings: &Findings) -> String {
    render(findings, &Renderer::plain())
}

/// The findings as text with ANSI colours, for a terminal.
pub fn coloured(findings: &Findings) -> String {
    render(findings, &Renderer::styled())
}

fn render(findings: &Findings, renderer: &Renderer) -> String {
    let renderer = renderer.clone().term_width(WIDTH);
    let mut text = heading(findings);
    for diagnostic in findings {
        text.push_str("\n\n");
        text.push_str(&renderer.render(&[group(diagnostic, findings)]));
    }
    if let Some(advice) = findings.advice() {
        text.push_str("\n\n");
        text.push_str(&renderer.render(&[Group::with_title(Level::HELP.primary_title(advice))]));
    }
    text.push('\n');
    text
}

fn heading(findings: &Findings) -> String {
    let folder = findings.folder();
    match findings.len() {
        1 => format!("1 finding in the migrations of `{folder}/`"),
        many => format!("{many} findings in the migrations of `{folder}/`"),
    }
}

fn group<'a>(diagnostic: &'a Diagnostic, findings: &'a Findings) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message);
    let mut group = Group::with_title(title.id(diagnostic.code.number()));
    for labels in by_file(&diagnostic.labels) {
        group = match snippet(labels, findings) {
            Some(snippet) => group.element(snippet),
            None => group.element(Origin::path(&labels[0].file)),
        };
    }
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
    group.elements(notes).elements(help)
}

/// The labels in runs of one file each.
fn by_file(labels: &[Label]) -> impl Iterator<Item = &[Label]> {
    labels.chunk_by(|one, next| one.file == next.file)
}

fn snippet<'a>(labels: &'a [Label], findings: &'a Findings) -> Option<Snippet<'a, Annotation<'a>>> {
    let text = findings.text(&labels[0].file)?;
    let mut annotations = labels.iter().filter_map(|label| annotation(label, text)).peekable();
    annotations.peek()?;
    let snippet = Snippet::source(text).path(&labels[0].file);
    Some(snippet.annotations(annotations))
}

fn annotation<'a>(label: &'a Label, text: &str) -> Option<Annotation<'a>> {
    let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let span = kind.span(one_line(label.range.clone()?, text));
    Some(match label.text.as_str() {
        "" => span,
        said => span.label(said),
    })
}

/// The range up to the end of its first line, and within the text: a file is never quoted by the
/// page.
fn one_line(range: Range<usize>, text: &str) -> Range<usize> {
    let start = boundary(text, range.start);
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
    start..boundary(text, range.end).clamp(start, start + line)
}

/// The last boundary of a character that is not after `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
