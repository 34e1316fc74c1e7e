//! A text for people, together with the names of the schema in it.

use migratory_analysis::Diagnostic;

use crate::pack::{Packer, Unpacker};
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

    /// Adds it to the state of a run.
    pub(crate) fn pack(&self, packer: &mut Packer) {
        packer.text(&self.text);
        packer.number(self.names.len());
        for name in &self.names {
            packer.text(name.as_str());
        }
    }

    pub(crate) fn unpack(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        let (text, count) = (unpacker.text()?.to_owned(), unpacker.number()?);
        let names = (0..count).map(|_| unpacker.text().map(Name::from)).collect::<Option<_>>()?;
        Some(Self { text, names })
    }

    /// Adds the text to a finding as a note.
    pub(crate) fn noted(self, finding: Diagnostic) -> Diagnostic {
        finding.note(self.text).mentioning(&self.names)
    }
}
