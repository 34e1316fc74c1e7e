//! The findings of a folder.

use std::collections::BTreeMap;

use migratory_core::Version;

use crate::naming::name;
use crate::{Diagnostic, Severity};

/// The findings of a folder, and the texts needed to show them.
///
/// The findings are sorted like the set: first those about the folder, then file by file, each by position.
/// `Display` uses [`render::plain`](crate::render::plain).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    folder: String,
    diagnostics: Vec<Diagnostic>,
    texts: BTreeMap<String, String>,
    constants: Vec<(String, Version)>,
    advice: Option<String>,
}

impl Findings {
    /// Creates an empty list of findings about this folder.
    pub fn new(folder: &str) -> Self {
        Self {
            folder: tidy(folder).to_owned(),
            diagnostics: Vec::new(),
            texts: BTreeMap::new(),
            constants: Vec::new(),
            advice: None,
        }
    }

    /// Returns the folder as the user wrote it, without a leading `./` and a trailing `/`.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Returns the number of findings.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Returns the findings, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.diagnostics.iter()
    }

    /// Returns the text of a file that a finding points into, with U+FFFD for bytes that are not UTF-8.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }

    /// Returns the constants that other code may use, guessed from the names of the files.
    pub fn constants(&self) -> &[(String, Version)] {
        &self.constants
    }

    pub(crate) fn set_constants(&mut self, constants: Vec<(String, Version)>) {
        self.constants = constants;
    }

    /// Returns help that resolves many of the findings at once.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    pub(crate) fn set_advice(&mut self, advice: Option<String>) {
        self.advice = advice;
    }

    /// Adds findings about the same folder, and the texts that they point into.
    pub fn take(&mut self, diagnostics: Vec<Diagnostic>, from: &Self) {
        for file in diagnostics.iter().flat_map(|each| &each.labels).map(|label| &label.file) {
            if let Some(text) = from.text(file) {
                self.texts.entry(file.clone()).or_insert_with(|| text.to_owned());
            }
        }
        self.diagnostics.extend(diagnostics);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.iter().any(|each| each.severity == Severity::Error)
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds findings.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// Keeps the text of a file if a finding points into it.
    pub fn keep(&mut self, file: &str, text: &str) {
        let shown = |each: &Diagnostic| {
            let mut labels = each.labels.iter();
            labels.any(|label| label.file == file && label.range.is_some())
        };
        if !self.texts.contains_key(file) && self.diagnostics.iter().any(shown) {
            self.texts.insert(file.to_owned(), text.to_owned());
        }
    }

    pub(crate) fn sort(&mut self) {
        let folder = self.folder.clone();
        self.diagnostics.sort_by_cached_key(|each| {
            let first = each.labels.first();
            let file = first.map_or("", |label| label.file.as_str());
            let inside = file.strip_prefix(&folder).unwrap_or(file).trim_start_matches('/');
            let start = first.and_then(|label| label.range.as_ref().map(|range| range.start));
            (name::place(inside), start, each.code)
        });
    }
}

/// Returns the folder's name without a leading `./` and a trailing `/`.
pub(crate) fn tidy(folder: &str) -> &str {
    let folder = folder.trim_end_matches('/');
    folder.strip_prefix("./").unwrap_or(folder)
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::error::Error for Findings {}
