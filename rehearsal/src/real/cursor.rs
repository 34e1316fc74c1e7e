//! Rows as a table returns them, or as they were packed.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::comparison::record::{Cell, Record, pack};

/// The values of a row.
pub(super) trait Values {
    /// Returns the value at this index.
    fn at(&self, place: usize) -> ValueRef<'_>;
}

impl Values for Row<'_> {
    fn at(&self, place: usize) -> ValueRef<'_> {
        self.get_ref(place).expect("each place is that of a column of the query")
    }
}

/// A packed row.
pub(super) struct Unpacked<'a>(Vec<Cell<'a>>);

impl<'a> Unpacked<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(Record::of(bytes).cells().collect())
    }
}

impl Values for Unpacked<'_> {
    fn at(&self, place: usize) -> ValueRef<'_> {
        self.0.get(place).map_or(ValueRef::Null, |cell| cell.value())
    }
}

/// Packs the first `count` values of a row.
pub(super) fn packed(row: &impl Values, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    (0..count).for_each(|place| pack(&mut bytes, row.at(place)));
    bytes
}

/// Packs a value.
pub(super) fn packed_value(value: ValueRef<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    pack(&mut bytes, value);
    bytes
}
