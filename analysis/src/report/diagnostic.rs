//! A finding, as plain data.

use std::ops::Range;

use migratory_core::sql::names::Name;

use crate::{Code, Exception, Rule, Subject};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The set does not build.
    Error,
    /// The set builds, but the author should know about it.
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
    facts: Box<Facts>,
}

/// What the program knows about a finding, so that it need not read its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Facts {
    subject: Vec<Subject>,
    mentioned: Vec<Name>,
    exception: Option<Exception>,
    fails_on_keys: bool,
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
    /// Creates an error, with which the set does not build.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            facts: Box::default(),
        }
    }

    /// Creates an error about these objects, with which the set does not build.
    pub fn about(
        code: Code,
        subject: impl IntoIterator<Item = Subject>,
        message: impl Into<String>,
    ) -> Self {
        Self::error(code, message).with_subject(subject)
    }

    /// Creates a warning, with which the set builds.
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

    /// Returns the file of the primary place; empty if there is no place.
    pub fn file(&self) -> &str {
        self.labels.first().map_or("", |label| label.file.as_str())
    }

    /// Adds why it matters.
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

    /// Adds objects that it is about.
    #[must_use]
    pub fn with_subject(mut self, subject: impl IntoIterator<Item = Subject>) -> Self {
        self.facts.subject.extend(subject);
        self
    }

    /// What it is about: the objects that its message names.
    pub fn subject(&self) -> &[Subject] {
        &self.facts.subject
    }

    /// The first table or view that it is about.
    pub fn table(&self) -> Option<&Name> {
        self.facts.subject.iter().find_map(|it| match it {
            Subject::Table(name) => Some(name),
            _ => None,
        })
    }

    /// Whether it is about this table or view.
    pub fn is_about(&self, table: &Name) -> bool {
        self.facts.subject.iter().any(|it| matches!(it, Subject::Table(name) if name == table))
    }

    /// Adds names that matter to it, such as those that a note mentions.
    #[must_use]
    pub fn mentioning<'a>(mut self, names: impl IntoIterator<Item = &'a Name>) -> Self {
        self.facts.mentioned.extend(names.into_iter().cloned());
        self
    }

    /// The names that matter to it besides those of its subject.
    pub fn mentioned(&self) -> &[Name] {
        &self.facts.mentioned
    }

    /// Adds the directive that lets it pass, and the help that offers it: `if <case>: <directive>`.
    #[must_use]
    pub fn unless(mut self, case: &str, exception: Exception) -> Self {
        let written = exception.written();
        self.facts.exception = Some(exception);
        self.help(format!("if {case}: `-- migratory: {written}: <reason>`"))
    }

    /// Adds the directive that lets it pass if it is meant.
    #[must_use]
    pub fn unless_meant(self, exception: Exception) -> Self {
        self.unless("it is meant, say why at the top of the file", exception)
    }

    /// The directive that lets it pass, if a file may make this exception.
    pub fn exception(&self) -> Option<&Exception> {
        self.facts.exception.as_ref()
    }

    /// Whether its exception suspends this rule.
    pub fn may_be_allowed(&self, rule: Rule) -> bool {
        self.exception().and_then(Exception::rule) == Some(rule)
    }

    /// Says whether an up fails on empty tables because SQLite enforces foreign keys.
    #[must_use]
    pub fn failing_on_keys(mut self, fails: bool) -> Self {
        self.facts.fails_on_keys = fails;
        self
    }

    /// Whether an up fails on empty tables because SQLite enforces foreign keys.
    pub fn fails_on_keys(&self) -> bool {
        self.facts.fails_on_keys
    }
}
