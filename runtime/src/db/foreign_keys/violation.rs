//! A dangling row, as an error names it.

use std::fmt;

/// A row whose foreign key has no match in the parent table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// The table that holds the row.
    pub table: String,
    /// The row's rowid; `None` in a table `WITHOUT ROWID`, or where columns have taken all names of the rowid.
    pub rowid: Option<i64>,
    /// The values of the row's primary key as SQL, where it has no rowid to be named by.
    pub primary_key: Vec<String>,
    /// The table that should hold the row it refers to.
    pub parent: String,
    /// The columns of the key and their values as SQL; empty where the row can't be named.
    pub key: Vec<(String, String)>,
    /// SQLite's message where it could not check the key at all.
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
