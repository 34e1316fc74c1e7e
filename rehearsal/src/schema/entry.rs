//! What SQLite's own table says of an object.

use rusqlite::Row;

/// The table of migratory's own, which is no part of the schema.
const HISTORY: &str = "migratory_history";

/// What a row of `sqlite_schema` says. What an object is follows from it alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) table: String,
    pub(super) sql: String,
    /// Whether a virtual table has a name of which this name may be a shadow.
    pub(super) may_be_shadow: bool,
}

impl Entry {
    pub(super) fn new(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (name, kind, table, sql) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Self { name, kind, table, sql, may_be_shadow: false })
    }

    /// Whether this is what the row says.
    pub(super) fn is(&self, row: &Row<'_>) -> bool {
        let fields = [&self.name, &self.kind, &self.table, &self.sql];
        let is = |(at, field): (usize, &String)| {
            row.get_ref(at).is_ok_and(|value| value.as_str().is_ok_and(|value| value == field))
        };
        fields.into_iter().enumerate().all(is)
    }

    /// Whether it is a virtual table: SQLite itself writes how such a definition begins.
    pub(super) fn is_virtual(&self) -> bool {
        starts_with(&self.sql, "CREATE VIRTUAL TABLE")
    }

    /// Whether it is SQLite's own or migratory's.
    pub(super) fn is_foreign(&self) -> bool {
        starts_with(&self.name, "sqlite_") || self.table.eq_ignore_ascii_case(HISTORY)
    }
}

/// Whether a name is another one with an underscore and more behind it.
pub(super) fn is_below(name: &str, owner: &str) -> bool {
    starts_with(name, owner) && name.as_bytes().get(owner.len()) == Some(&b'_')
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
