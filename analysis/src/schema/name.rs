//! Names, which SQLite compares without regard to the case of ASCII letters.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The name of a table, column, index, trigger or view; equal to itself in any case.
#[derive(Clone, Debug)]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in quotes, as SQL wants it whatever it holds.
    pub(crate) fn quoted(&self) -> String {
        format!("\"{}\"", self.0.replace('"', "\"\""))
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.0.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
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
        self.bytes().cmp(other.bytes())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().for_each(|byte| byte.hash(state));
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
