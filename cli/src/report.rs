//! The outcome of a check, for people and for programs.

use migratory_analysis::{Checked, Diagnostic, Findings, Severity};

use crate::project::Project;

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod path;
mod place;
pub(crate) mod sarif;

/// The outcome of a check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) project: &'a Project,
    /// The set, if it has no errors.
    pub(crate) checked: Option<&'a Checked>,
    /// All findings; only warnings if the set has no errors.
    pub(crate) findings: &'a Findings,
}

impl<'a> Report<'a> {
    pub(crate) fn of(project: &'a Project, outcome: &'a Result<Checked, Findings>) -> Self {
        match outcome {
            Ok(checked) => Self { project, checked: Some(checked), findings: checked.warnings() },
            Err(findings) => Self { project, checked: None, findings },
        }
    }
}

/// A severity's word in all formats.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The message, the notes and the help, in lines.
fn text(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<_> = [diagnostic.message.clone()].into_iter().chain(notes).chain(help).collect();
    lines.join("\n")
}
