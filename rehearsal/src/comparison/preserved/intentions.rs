//! What the statements of a script say about rows and values.

use rusqlite::types::ValueRef;

use crate::schema::Name;
use crate::script::mapping::Mapped;

/// What the statements intend, by the names that tables have while they run.
pub(crate) struct Intentions<'a> {
    /// Whether they delete rows of this table.
    pub(crate) deletes: &'a dyn Fn(&Name) -> bool,
    /// Whether they update this column of this table.
    pub(crate) updates: &'a dyn Fn(&Name, &Name) -> bool,
    /// Whether the replacement of this table can't hold a row twice, so that dropping all but one of equal rows is
    /// the purpose of the copy.
    pub(crate) merges: &'a dyn Fn(&Name) -> bool,
    /// What a copy says about an old and a new value of this table, in its column before and in the one after.
    pub(crate) maps: &'a TableMaps<'a>,
}

/// A function that returns what a copy says about two values of a table, in these columns.
pub(crate) type TableMaps<'a> = dyn Fn(&Name, [&Name; 2], [ValueRef<'_>; 2]) -> Mapped + 'a;
