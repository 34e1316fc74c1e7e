//! Names, which SQLite compares without regard to the case of ASCII letters.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use migratory_runtime::__private::quoted;

use super::keyword::needs_quotes;

/// The name of a table, column, index, trigger or view; equal to itself in any case.
///
/// Names are compared and copied more often than anything else here, in builds that are not optimised.
#[derive(Clone, Debug)]
pub struct Name(Arc<Spellings>);

#[derive(Debug)]
struct Spellings {
    written: String,
    /// In lower case, by which names are told apart.
    folded: String,
}

impl Name {
    /// The name, as it is written.
    pub fn new(name: impl Into<String>) -> Self {
        let written = name.into();
        let folded = written.to_ascii_lowercase();
        Self(Arc::new(Spellings { written, folded }))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0.written
    }

    /// The name in quotes, as SQL wants it whatever it holds.
    pub fn quoted(&self) -> String {
        quoted(self.as_str())
    }

    /// The name as a person writes it in SQL: in quotes only where SQLite wants them.
    ///
    /// ```
    /// use migratory_analysis::schema::Name;
    ///
    /// assert_eq!(Name::from("title").written(), "title");
    /// assert_eq!(Name::from("order").written(), "\"order\"");
    /// ```
    pub fn written(&self) -> String {
        if needs_quotes(self.as_str()) { self.quoted() } else { self.as_str().to_owned() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.folded == other.0.folded
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(other)
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.folded.cmp(&other.0.folded)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.folded.hash(state);
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
