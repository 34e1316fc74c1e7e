//! Dangling rows, as errors list them.

use std::fmt;

/// A row whose foreign key has no match in the parent table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// The table of the row.
    pub table: String,
    /// The rowid; `None` in a WITHOUT ROWID table, or if columns use all names of the rowid.
    pub rowid: Option<i64>,
    /// The primary key's values as SQL, if the row has no rowid.
    pub primary_key: Vec<String>,
    /// The table that the key refers to.
    pub parent: String,
    /// The columns of the key and their values as SQL; empty if the row can't be named.
    pub key: Vec<(String, String)>,
    /// SQLite's message if it could not check the key at all.
    pub problem: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(problem) = &self.problem {
            return write!(f, "{}: {problem}", self.table);
        }
        f.write_str(&self.table)?;
        match self.rowid {
            Some(rowid) => write!(f, " row {rowid}")?,
            None if self.primary_key.is_empty() => {}
            None => write!(f, " row ({})", self.primary_key.join(", "))?,
        }
        for (nth, (column, value)) in self.key.iter().enumerate() {
            write!(f, "{} {column} = {value}", if nth == 0 { ":" } else { "," })?;
        }
        write!(f, " has no match in {}", self.parent)
    }
}
