//! One JSON document. New fields may appear; a change of existing ones raises `version`.

use std::ops::Range;

use migratory_analysis::{Checked, Diagnostic, Label};
use serde::Serialize;

use super::place::{Places, Point};
use super::{Report, level};

/// The version of the format.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    /// The folder of the `Cargo.toml`; all files are relative to it, with `/`.
    package: String,
    /// The folder of migrations.
    folder: &'a str,
    /// Their number; `null` if the set has errors.
    migrations: Option<usize>,
    /// What the rehearsal couldn't try; `null` if the set has errors or wasn't rehearsed.
    rehearsal: Option<Rehearsed<'a>>,
    findings: Vec<Finding<'a>>,
    /// Help for many findings at once; omitted if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'a str>,
}

#[derive(Serialize)]
struct Rehearsed<'a> {
    /// The version of SQLite that ran it.
    sqlite: &'a str,
    /// The tables that couldn't be filled with rows.
    gaps: Vec<Gap<'a>>,
    /// The files that couldn't be tried on rows.
    untried: Vec<&'a str>,
}

#[derive(Serialize)]
struct Gap<'a> {
    table: &'a str,
    version: i64,
    reason: &'a str,
}

#[derive(Serialize)]
struct Finding<'a> {
    /// Such as `M0301`; a code never changes its meaning.
    code: &'static str,
    /// The code's title.
    title: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    message: &'a str,
    /// The places concerned, the primary one first.
    labels: Vec<Located<'a>>,
    /// Why it matters.
    notes: &'a [String],
    /// What to do.
    help: &'a [String],
}

#[derive(Serialize)]
struct Located<'a> {
    file: &'a str,
    /// Whether this is the place of the fault.
    primary: bool,
    /// A remark on the place; may be empty.
    text: &'a str,
    /// The bytes of the file's text, without a byte order mark; `null` for the whole file.
    bytes: Option<Range<usize>>,
    /// The same in lines and columns, both from 1; columns count characters.
    start: Option<Point>,
    /// The first character after it.
    end: Option<Point>,
}

pub(crate) fn render(report: &Report<'_>) -> serde_json::Result<String> {
    let places = Places::of(report.findings);
    let document = Document {
        version: VERSION,
        package: report.project.package.to_string_lossy().into_owned(),
        folder: report.findings.folder(),
        migrations: report.checked.map(|checked| checked.set().len()),
        rehearsal: report.checked.and_then(rehearsed),
        findings: report.findings.iter().map(|each| finding(each, &places)).collect(),
        advice: report.findings.advice(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn rehearsed(checked: &Checked) -> Option<Rehearsed<'_>> {
    let rehearsal = checked.rehearsal()?;
    let gaps = rehearsal.gaps.iter().map(|(table, (version, reason))| Gap {
        table,
        version: version.get(),
        reason,
    });
    let untried = rehearsal.untried.iter().map(|it| it.file.as_str()).collect();
    Some(Rehearsed { sqlite: &rehearsal.sqlite, gaps: gaps.collect(), untried })
}

fn finding<'a>(diagnostic: &'a Diagnostic, places: &Places<'_>) -> Finding<'a> {
    Finding {
        code: diagnostic.code.number(),
        title: diagnostic.code.title(),
        severity: level(diagnostic.severity),
        message: &diagnostic.message,
        labels: diagnostic.labels.iter().map(|label| located(label, places)).collect(),
        notes: &diagnostic.notes,
        help: &diagnostic.help,
    }
}

fn located<'a>(label: &'a Label, places: &Places<'_>) -> Located<'a> {
    let place = places.find(label);
    Located {
        file: &label.file,
        primary: label.primary,
        text: &label.text,
        bytes: label.range.clone(),
        start: place.map(|place| place.start),
        end: place.map(|place| place.end),
    }
}
