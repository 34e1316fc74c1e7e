//! What a check came to, as people and other programs read it.

use migratory_analysis::{Checked, Diagnostic, Findings, Severity};

use crate::project::Project;

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod path;
mod place;
pub(crate) mod sarif;

/// What a check came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    pub(crate) project: &'a Project,
    /// The set, if it was taken.
    pub(crate) checked: Option<&'a Checked>,
    /// All that was found; of a set that was taken, what does not keep it from being so.
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

/// The word that every format has for a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The sentence, why it matters and what to do, as lines.
fn told(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let lines: Vec<_> = [diagnostic.message.clone()].into_iter().chain(notes).chain(help).collect();
    lines.join("\n")
}
