//! A row of SQLite's own table of objects.

use rusqlite::Row;

/// The table of migratory's own, which is not part of the schema.
const HISTORY: &str = "migratory_history";

/// A row of `sqlite_schema`, which alone determines what the object is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) table: String,
    pub(super) sql: String,
    /// Whether the name begins with that of a virtual table, so that this may be one of its shadow
    /// tables.
    pub(super) may_be_shadow: bool,
}

impl Entry {
    pub(super) fn new(row: &Row<'_>) -> rusqlite::Result<Self> {
        let (name, kind, table, sql) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Self { name, kind, table, sql, may_be_shadow: false })
    }

    /// Whether the row still has this content.
    pub(super) fn is(&self, row: &Row<'_>) -> bool {
        let fields = [&self.name, &self.kind, &self.table, &self.sql];
        let is = |(at, field): (usize, &String)| {
            row.get_ref(at).is_ok_and(|value| value.as_str().is_ok_and(|value| value == field))
        };
        fields.into_iter().enumerate().all(is)
    }

    /// Whether it is a virtual table: SQLite itself writes the beginning of such a definition.
    pub(super) fn is_virtual(&self) -> bool {
        starts_with(&self.sql, "CREATE VIRTUAL TABLE")
    }

    /// Whether it belongs to SQLite or to migratory.
    pub(super) fn is_foreign(&self) -> bool {
        starts_with(&self.name, "sqlite_") || self.table.eq_ignore_ascii_case(HISTORY)
    }
}

/// Whether a name consists of another one, an underscore and more.
pub(super) fn is_below(name: &str, owner: &str) -> bool {
    starts_with(name, owner) && name.as_bytes().get(owner.len()) == Some(&b'_')
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}
