//! Dangling rows, as errors list them.

use std::fmt;

/// A row whose foreign key has no match in the parent table.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{ErrorKind, Runner};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # let create = "CREATE TABLE item (id INTEGER PRIMARY KEY);
/// #     CREATE TABLE tag (item_id INTEGER REFERENCES item (id));";
/// # let clear = "PRAGMA foreign_keys = OFF; DELETE FROM item;";
/// # Runner::new(set(&[("a", create, "")])).up(&mut conn)?;
/// # conn.execute_batch("INSERT INTO item VALUES (7); INSERT INTO tag VALUES (7)")?;
/// # let update = set(&[("a", create, ""), ("b", clear, "")]);
/// // An update deletes items with foreign keys off, and forgets their tags.
/// let error = Runner::new(update).up(&mut conn).unwrap_err();
/// assert!(error.is_foreign_key_violation());
/// let ErrorKind::ForeignKeys { violations, total, .. } = error.kind() else { unreachable!() };
/// for violation in violations {
///     println!("{violation}"); // tag row 1: item_id = 7 has no match in item
/// }
/// assert_eq!((*total, violations[0].table.as_str(), violations[0].rowid), (1, "tag", Some(1)));
/// # Ok(())
/// # }
/// ```
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
