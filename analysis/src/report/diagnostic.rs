//! A finding, as plain data.

use std::ops::Range;

use crate::Code;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The set does not build.
    Error,
    /// The set builds, and the author should know.
    Warning,
}

/// A finding: what is wrong and where, why it matters, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of finding.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The places that it concerns, the primary one first.
    pub labels: Vec<Label>,
    /// Why it matters.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Vec<String>,
}

/// A place that a finding concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The file or folder, relative to the package, with `/`.
    pub file: String,
    /// The bytes in its text; `None` for the file as a whole or its name.
    pub range: Option<Range<usize>>,
    /// A comment on the place; may be empty.
    pub text: String,
    /// Whether the error is here, and not just related.
    pub primary: bool,
}

impl Diagnostic {
    /// A finding with which the set does not build.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A finding with which the set builds.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds a file or a folder as a whole.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>) -> Self {
        let primary = self.labels.is_empty();
        self.labels.push(Label { file: file.into(), range: None, text: String::new(), primary });
        self
    }

    /// Adds a place in the text of a file. The first place added is the primary one.
    #[must_use]
    pub fn on(mut self, file: &str, range: Range<usize>, text: impl Into<String>) -> Self {
        let primary = self.labels.is_empty();
        self.labels.push(Label {
            file: file.to_owned(),
            range: Some(range),
            text: text.into(),
            primary,
        });
        self
    }

    /// The file that it is about in the first place; empty where it is about none.
    pub fn file(&self) -> &str {
        self.labels.first().map_or("", |label| label.file.as_str())
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}
