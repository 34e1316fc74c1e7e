//! A text for people, together with the names of the schema in it.

use migratory_analysis::Diagnostic;

use crate::schema::Name;

/// A text, and the names that it mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) text: String,
    pub(crate) names: Vec<Name>,
}

impl Mention {
    pub(crate) fn new<'a>(text: String, names: impl IntoIterator<Item = &'a Name>) -> Self {
        Self { text, names: names.into_iter().cloned().collect() }
    }

    /// Adds the text to a finding as a note.
    pub(crate) fn noted(self, finding: Diagnostic) -> Diagnostic {
        finding.note(self.text).mentioning(&self.names)
    }
}
