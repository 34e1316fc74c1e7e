//! What a finding is about.

use migratory_core::sql::names::Name;

/// An object of the schema that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A table or a view.
    Table(Name),
    /// A column, after its table.
    Column(Name, Name),
    /// An index or a trigger.
    Object(Name),
}

impl Subject {
    /// A table or a view.
    pub fn table(name: &Name) -> Self {
        Self::Table(name.clone())
    }

    /// A table, and columns of it.
    pub fn columns<'a>(
        table: &'a Name,
        columns: impl IntoIterator<Item = &'a Name>,
    ) -> impl Iterator<Item = Self> {
        let column = |column: &Name| Self::Column(table.clone(), column.clone());
        std::iter::once(Self::table(table)).chain(columns.into_iter().map(column))
    }

    /// An index or a trigger.
    pub fn object(name: &Name) -> Self {
        Self::Object(name.clone())
    }

    /// Its own name, and that of the table for a column.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let (first, second) = match self {
            Self::Table(name) | Self::Object(name) => (name, None),
            Self::Column(table, column) => (table, Some(column)),
        };
        std::iter::once(first).chain(second)
    }
}
