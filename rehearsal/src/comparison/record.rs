//! Stores the rows of a table compactly: a seeded table may have a million of them, and all are
//! kept and compared.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use migratory_core::sql::quotes::literal;
use rusqlite::types::ValueRef;
use rusqlite::{Row, Statement};

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;

/// How many bytes an integer, a real number or a length takes.
const WIDTH: usize = 8;

/// Rows with the same number of values, in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Records {
    bytes: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
}

/// A row: its values, each preceded by its storage class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a>(&'a [u8]);

/// A value. Two are equal if they have the same storage class and the same content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a>(&'a [u8]);

/// The values that identify a row. Each includes its length, so that they can't run into each
/// other.
pub(crate) type Identity<'a> = Cow<'a, [u8]>;

impl Records {
    /// Reads all rows of a query, and the first `count` values of each.
    pub(crate) fn read(statement: &mut Statement<'_>, count: usize) -> rusqlite::Result<Self> {
        let mut records = Self::default();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            records.push(row, count)?;
        }
        Ok(records)
    }

    fn push(&mut self, row: &Row<'_>, count: usize) -> rusqlite::Result<()> {
        for at in 0..count {
            pack(&mut self.bytes, row.get_ref(at)?);
        }
        self.ends.push(self.bytes.len());
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.len()).map(|at| self.at(at))
    }

    pub(crate) fn at(&self, at: usize) -> Record<'_> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Record(&self.bytes[start..self.ends[at]])
    }

    /// Counts the rows with each identity.
    pub(crate) fn counts(&self, columns: &[usize]) -> HashMap<Identity<'_>, usize> {
        let mut counts = HashMap::with_capacity(self.len());
        for record in self.iter() {
            *counts.entry(record.identity(columns)).or_default() += 1;
        }
        counts
    }
}

impl<'a> Record<'a> {
    /// Returns the row in these bytes, to which [`pack`] appended the values.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        self.places().map(move |place| Cell(&self.0[place]))
    }

    pub(crate) fn cell(self, column: usize) -> Option<Cell<'a>> {
        self.cells().nth(column)
    }

    /// Returns the values of these columns, borrowed if they are adjacent.
    pub(crate) fn identity(self, columns: &[usize]) -> Identity<'a> {
        if let [column] = columns {
            return Cow::Borrowed(self.cell(*column).map_or(&[][..], |cell| cell.0));
        }
        if columns.iter().copied().eq(0..columns.len()) {
            let end = self.places().take(columns.len()).last().map_or(0, |place| place.end);
            return Cow::Borrowed(&self.0[..end]);
        }
        let places: Vec<_> = self.places().collect();
        let found = columns.iter().filter_map(|&column| places.get(column).cloned());
        Cow::Owned(found.flat_map(|place| &self.0[place]).copied().collect())
    }

    fn places(self) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at;
            at += length(self.0.get(start..)?)?;
            Some(start..at)
        })
    }
}

impl<'a> Cell<'a> {
    pub(crate) fn value(self) -> ValueRef<'a> {
        let content = self.0.get(1..).unwrap_or_default();
        let long = content.get(WIDTH..).unwrap_or_default();
        match self.0.first() {
            Some(&INTEGER) => ValueRef::Integer(i64::from_le_bytes(fixed(content))),
            Some(&REAL) => ValueRef::Real(f64::from_le_bytes(fixed(content))),
            Some(&TEXT) => ValueRef::Text(long),
            Some(&BLOB) => ValueRef::Blob(long),
            _ => ValueRef::Null,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        self.0.first() == Some(&NULL)
    }

    /// Formats the value for people.
    pub(crate) fn shown(self) -> String {
        match self.value() {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => format!("{number:?}"),
            ValueRef::Text(text) => literal(&String::from_utf8_lossy(text)),
            ValueRef::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
        }
    }
}

/// Appends a value.
pub(crate) fn pack(bytes: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut long = |class, content: &[u8]| {
        bytes.push(class);
        bytes.extend(u64::try_from(content.len()).unwrap_or(u64::MAX).to_le_bytes());
        bytes.extend(content);
    };
    match value {
        ValueRef::Text(text) => long(TEXT, text),
        ValueRef::Blob(blob) => long(BLOB, blob),
        ValueRef::Null => bytes.push(NULL),
        ValueRef::Integer(number) => {
            bytes.push(INTEGER);
            bytes.extend(number.to_le_bytes());
        }
        ValueRef::Real(number) => {
            bytes.push(REAL);
            // To SQLite and to people, -0.0 is 0.0.
            bytes.extend((number + 0.0).to_le_bytes());
        }
    }
}

/// Returns how many bytes the first value takes.
fn length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.first()? {
        NULL => 1,
        INTEGER | REAL => 1 + WIDTH,
        _ => {
            let length = u64::from_le_bytes(fixed(bytes.get(1..)?));
            1 + WIDTH + usize::try_from(length).ok()?
        }
    })
}

fn fixed(bytes: &[u8]) -> [u8; WIDTH] {
    let mut fixed = [0; WIDTH];
    fixed.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    fixed
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn records(sql: &str, count: usize) -> Records {
        let conn = Connection::open_in_memory().expect("a database");
        let mut statement = conn.prepare(sql).expect(sql);
        Records::read(&mut statement, count).expect(sql)
    }

    #[test]
    fn values_come_back_as_they_were() {
        let sql = "VALUES (NULL, 1, -2.5, 'it''s', x'00ff', '', x''), (-9223372036854775808, 0.0, '1', 1, 1.0, x'31', NULL)";
        let records = records(sql, 7);
        let shown: Vec<Vec<_>> =
            records.iter().map(|record| record.cells().map(Cell::shown).collect()).collect();
        assert_eq!(
            shown,
            [
                ["NULL", "1", "-2.5", "'it''s'", "a blob of 2 bytes", "''", "a blob of 0 bytes"],
                ["-9223372036854775808", "0.0", "'1'", "1", "1.0", "a blob of 1 bytes", "NULL"],
            ]
        );
    }

    /// Storage classes are distinguished: 1, 1.0, '1' and x'31' are four values.
    #[test]
    fn a_value_equals_only_itself() {
        let values = "NULL, 0, 1, 1.0, '1', x'31', '', x'', 'a', 'A', 1e300, 0.5";
        let zeros = records("VALUES (0.0, -0.0)", 2);
        let records = records(&format!("VALUES ({values})"), 12);
        let cells: Vec<_> = records.at(0).cells().collect();
        for (at, one) in cells.iter().enumerate() {
            for (other_at, other) in cells.iter().enumerate() {
                assert_eq!(one == other, at == other_at, "{} {}", one.shown(), other.shown());
            }
        }
        assert_eq!(zeros.at(0).cell(0), zeros.at(0).cell(1));
    }

    #[test]
    fn rows_are_found_by_any_of_their_columns() {
        let records = records("VALUES ('a', 'bc', 1), ('ab', 'c', 1), ('a', 'bc', 2)", 3);
        for (columns, identities) in [
            (&[0][..], 2),
            (&[1], 2),
            (&[2], 2),
            (&[0, 1], 2),
            (&[1, 0], 2),
            (&[2, 0], 3),
            (&[], 1),
        ] {
            assert_eq!(records.counts(columns).len(), identities, "{columns:?}");
        }
        assert_eq!(records.counts(&[0, 1]).values().sum::<usize>(), 3);
    }
}
