//! Names, which SQLite compares ignoring the case of ASCII letters.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::keywords::needs_quotes;
use super::quotes::quoted;

/// The name of a table, column, index, trigger or view; it equals itself in any case.
///
/// A rehearsal compares and copies names more often than anything else, and macros run unoptimised.
/// So copies share one text, and the form used for comparison is stored.
///
/// ```
/// use migratory_core::sql::names::Name;
///
/// assert_eq!(Name::from("Title"), Name::from("TITLE"));
/// assert_ne!(Name::from("größe"), Name::from("GRÖSSE"));
/// ```
#[derive(Clone, Debug)]
pub struct Name(Arc<Spellings>);

#[derive(Debug)]
struct Spellings {
    written: String,
    /// The lowercase form, used for comparison.
    folded: String,
}

impl Name {
    /// Creates a name that keeps its spelling.
    pub fn new(name: impl Into<String>) -> Self {
        let written = name.into();
        let folded = written.to_ascii_lowercase();
        Self(Arc::new(Spellings { written, folded }))
    }

    /// Returns the name as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0.written
    }

    /// Returns the name in double quotes, which is valid SQL for any name.
    pub fn quoted(&self) -> String {
        quoted(self.as_str())
    }

    /// Returns the name as a person writes it in SQL: in quotes only where SQLite needs them.
    ///
    /// ```
    /// use migratory_core::sql::names::Name;
    ///
    /// assert_eq!(Name::from("title").written(), "title");
    /// assert_eq!(Name::from("order").written(), "\"order\"");
    /// ```
    pub fn written(&self) -> String {
        if !is_word(self.as_str()) || needs_quotes(self.as_str()) {
            self.quoted()
        } else {
            self.as_str().to_owned()
        }
    }
}

/// Returns whether a name is a plain ASCII word. SQLite also accepts other letters without quotes,
/// but readers don't expect it.
fn is_word(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
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

/// The names by which SQLite shows the rowid of a table, unless columns have them.
pub const ROWIDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// Whether a word is one of [`ROWIDS`], in any case.
///
/// ```
/// use migratory_core::sql::names::is_rowid;
///
/// assert!(is_rowid("ROWID") && is_rowid("oid") && !is_rowid("id"));
/// ```
pub fn is_rowid(word: &str) -> bool {
    ROWIDS.iter().any(|rowid| word.eq_ignore_ascii_case(rowid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_regard_to_case() {
        let names = ["Album", "album_id", "B", "c"].map(Name::from);
        assert!(names.is_sorted());
        assert!(names[0] == *"ALBUM" && names[0] != *"album_id");
        for pair in names.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].cmp(&pair[1]) == Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn names_are_in_quotes_where_sqlite_wants_them() {
        for (name, expected) in [
            ("title", "title"),
            ("order", "\"order\""),
            ("VALUES", "\"VALUES\""),
            ("a b", "\"a b\""),
            ("1st", "\"1st\""),
            ("it\"s", "\"it\"\"s\""),
            ("größe", "\"größe\""),
            ("", "\"\""),
            ("key", "key"),
        ] {
            assert_eq!(Name::from(name).written(), expected);
        }
    }
}
