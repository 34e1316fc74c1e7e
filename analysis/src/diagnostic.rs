//! A finding as plain data.

use std::ops::Range;

use crate::Code;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The set is refused.
    Error,
    /// The set is taken, and the reader should know.
    Warning,
}

/// One thing that is wrong: where, what, why it matters, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The places that it concerns, the primary ones first.
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
    /// The bytes of its text; `None` if the file as such is meant, or its name.
    pub range: Option<Range<usize>>,
    /// What is to be said of the place; may be empty.
    pub text: String,
    /// Whether this is where the fault lies.
    pub primary: bool,
}

impl Diagnostic {
    pub(crate) fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Concerns a file or a folder as such.
    pub(crate) fn at(mut self, file: impl Into<String>) -> Self {
        let primary = self.labels.is_empty();
        self.labels.push(Label { file: file.into(), range: None, text: String::new(), primary });
        self
    }

    /// Concerns a place in the text of a file; the first place is the primary one.
    pub(crate) fn on(mut self, file: &str, range: Range<usize>, text: impl Into<String>) -> Self {
        let primary = self.labels.is_empty();
        self.labels.push(Label {
            file: file.to_owned(),
            range: Some(range),
            text: text.into(),
            primary,
        });
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}
