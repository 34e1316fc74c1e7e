//! Makes values of a column's type, each from a serial number of its own.

use migratory_core::sql::quotes::literal;
use rusqlite::types::{Value, ValueRef};

use super::pattern::{self, DAY, digits};
use crate::schema::Column;

/// The kind of values that a column is meant for, by its declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Boolean,
    Integer,
    Real,
    Numeric,
    /// A date or time, by the type's name; SQLite has no such type and gives it NUMERIC affinity.
    Moment,
    Text,
    Blob,
}

/// The first serial number; lower ones are left to the rows that migrations insert.
const FIRST: i64 = 101;
/// The spelling alphabet, without words that mean something in SQL or JSON.
const WORDS: [&str; 8] =
    ["alpha", "bravo", "charlie", "delta", "foxtrot", "golf", "hotel", "juliett"];

impl Class {
    /// Follows SQLite's rules of affinity, and the type names that people use beyond them.
    pub(crate) fn of(column: &Column) -> Self {
        let declared = column.declared.to_ascii_uppercase();
        let holds = |parts: &[&str]| parts.iter().any(|part| declared.contains(part));
        if holds(&["INT"]) {
            Self::Integer
        } else if holds(&["CHAR", "CLOB", "TEXT"]) || matches!(&*declared, "" | "ANY") {
            Self::Text
        } else if holds(&["BLOB"]) {
            Self::Blob
        } else if holds(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else if holds(&["BOOL"]) {
            Self::Boolean
        } else if holds(&["DATE", "TIME"]) {
            Self::Moment
        } else {
            Self::Numeric
        }
    }
}

impl Class {
    /// Returns the class for existing values: in a column without a type, none is out of place.
    pub(crate) fn held_by(column: &Column) -> Self {
        if is_untyped(column) { Self::Numeric } else { Self::of(column) }
    }

    /// Whether a value has the type that the class asks for; a type that SQLite does not know takes
    /// any value.
    pub(crate) fn is_of(self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::Null => true,
            ValueRef::Integer(_) => !matches!(self, Self::Text | Self::Blob),
            ValueRef::Real(_) => matches!(self, Self::Real | Self::Numeric | Self::Moment),
            ValueRef::Text(_) => matches!(self, Self::Text | Self::Numeric | Self::Moment),
            ValueRef::Blob(_) => matches!(self, Self::Blob | Self::Numeric | Self::Moment),
        }
    }
}

/// Whether a column accepts values of every type, and keeps each as it is.
pub(super) fn is_untyped(column: &Column) -> bool {
    column.declared.is_empty() || column.declared.eq_ignore_ascii_case("any")
}

/// Formats a value as SQL; a blob only by its length.
pub(crate) fn shown_value(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => literal(text),
        Value::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
    }
}

/// Makes values that differ from each other.
#[derive(Clone, Debug)]
pub(super) struct Maker {
    serial: i64,
    words: bool,
}

impl Maker {
    pub(super) fn new(words: bool) -> Self {
        Self::after(FIRST, words)
    }

    /// Returns one whose next serial number comes after this one.
    pub(super) fn after(serial: i64, words: bool) -> Self {
        Self { serial, words }
    }

    /// Returns the last serial number.
    pub(super) fn serial(&self) -> i64 {
        self.serial
    }

    /// Returns the next serial number.
    pub(super) fn next(&mut self) -> i64 {
        self.serial += 1;
        self.serial
    }

    /// Makes the next serial number odd or even, by the number of the row, so that two rows differ
    /// even in a column with only two values.
    pub(super) fn align(&mut self, row: usize) {
        if (self.serial % 2 == 0) != (row % 2 == 0) {
            self.serial += 1;
        }
    }

    /// Returns a value that no column has had.
    pub(super) fn fresh(&mut self, class: Class) -> Value {
        let serial = self.next();
        self.numbered(class, serial)
    }

    /// Returns the value for this number.
    pub(super) fn numbered(&self, class: Class, serial: i64) -> Value {
        match class {
            Class::Boolean => Value::Integer(serial.rem_euclid(2)),
            Class::Integer | Class::Numeric => Value::Integer(serial),
            Class::Real => halved(serial),
            Class::Moment if self.words => Value::Text(pattern::moments(serial)[1].clone()),
            Class::Moment => Value::Integer(DAY + serial),
            Class::Text => Value::Text(self.text(serial)),
            Class::Blob => Value::Blob(digits(serial).into_bytes()),
        }
    }

    /// Returns a text that is also a number, a day and a JSON document, or a word if words are
    /// wanted.
    fn text(&self, serial: i64) -> String {
        if self.words {
            let word = usize::try_from(serial).unwrap_or_default() % WORDS.len();
            format!("{}{serial}", WORDS[word])
        } else {
            digits(serial)
        }
    }
}

/// Returns a number that is not an integer.
fn halved(serial: i64) -> Value {
    Value::Real(f64::from(i32::try_from(serial).unwrap_or(i32::MAX)) + 0.5)
}

/// Returns the value in the form that a column of its type stores, if it is of that type.
pub(super) fn fitted(value: Value, column: &Column) -> Option<Value> {
    Fit::of(column).fit(value)
}

/// What a column stores; its declared type is read once for many values.
pub(super) struct Fit {
    class: Class,
    is_any: bool,
}

impl Fit {
    pub(super) fn of(column: &Column) -> Self {
        Self { class: Class::of(column), is_any: is_untyped(column) }
    }

    /// Returns the value in the form that the column stores, if it is of the column's type.
    pub(super) fn fit(&self, value: Value) -> Option<Value> {
        match (self.class, value) {
            (_, Value::Null) => Some(Value::Null),
            (_, value) if self.is_any => Some(value),
            (Class::Text, Value::Integer(number)) => Some(Value::Text(number.to_string())),
            (Class::Text, Value::Real(number)) => Some(Value::Text(number.to_string())),
            (Class::Integer, Value::Text(text)) => text.parse().ok().map(Value::Integer),
            (Class::Real, Value::Text(text)) => text.parse().ok().map(Value::Real),
            (Class::Blob, Value::Text(text)) => Some(Value::Blob(text.into_bytes())),
            (Class::Text, value @ Value::Text(_))
            | (Class::Integer, value @ Value::Integer(_))
            | (Class::Real, value @ (Value::Integer(_) | Value::Real(_)))
            | (Class::Blob, value @ Value::Blob(_))
            | (Class::Boolean | Class::Numeric | Class::Moment, value) => Some(value),
            _ => None,
        }
    }
}
/// Returns what the column holds once it is given this value, by SQLite's rules of affinity.
pub(super) fn held(value: Value, column: &Column) -> Value {
    if is_untyped(column) {
        return value;
    }
    match (Class::of(column), value) {
        (Class::Text | Class::Blob, value @ (Value::Text(_) | Value::Blob(_) | Value::Null))
        | (Class::Blob, value) => value,
        (Class::Text, Value::Integer(number)) => Value::Text(number.to_string()),
        (Class::Text, Value::Real(number)) => Value::Text(format!("{number:?}")),
        (Class::Real, value) => match numeric(value) {
            Value::Integer(number) => {
                Value::Real(number.to_string().parse().unwrap_or(f64::INFINITY))
            }
            value => value,
        },
        (_, value) => match numeric(value) {
            Value::Real(number) => whole(number).map_or(Value::Real(number), Value::Integer),
            value => value,
        },
    }
}

/// Converts a text that is a number into that number.
fn numeric(value: Value) -> Value {
    let Value::Text(text) = value else { return value };
    let digits = text.trim();
    let is_spelt = digits.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
    match (digits.parse(), digits.parse()) {
        (Ok(number), _) => Value::Integer(number),
        (_, Ok(number)) if is_spelt => Value::Real(number),
        _ => Value::Text(text),
    }
}

/// Returns the integer that SQLite makes of a number; it makes none of -2^63.
fn whole(number: f64) -> Option<i64> {
    let whole: i64 = format!("{number:.0}").parse().ok()?;
    (number.fract() == 0.0 && whole > i64::MIN).then_some(whole)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::schema::{Reader, Table};

    /// Compares with what SQLite itself stores in a column.
    #[test]
    fn a_column_stores_the_same_value_as_sqlite() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(
            "CREATE TABLE t (a INTEGER, b TEXT, c REAL, d NUMERIC, e BLOB, f, g BOOLEAN, h DATETIME, i DECIMAL(10,2));",
        )
        .expect("a table");
        let schema = Reader::default().read(&conn).expect("a schema");
        let table = schema.tables.values().next().expect("the table");
        let texts = ["", "00", "007", " 7 ", "1e3", "-2.50", "x", "7x", "inf", "nan", "+1", ".5"];
        let texts = texts.map(|text| Value::Text(text.to_owned()));
        let numbers = [0, -7, 1 << 53, (1 << 53) + 1].map(Value::Integer);
        let reals = [2.5, 3.0, -0.5, 1e10].map(Value::Real);
        let others = [Value::Null, Value::Blob(vec![55])];
        for value in [&texts[..], &numbers, &reals, &others].concat() {
            assert_held_as_stored(&conn, table, &value);
        }
    }

    fn assert_held_as_stored(conn: &Connection, table: &Table, value: &Value) {
        for column in &table.columns {
            let name = &column.name;
            let insert = format!("INSERT INTO t ({name}) VALUES (?1) RETURNING {name}");
            let stored: Value = conn.query_row(&insert, [value], |row| row.get(0)).expect("a row");
            assert_eq!(held(value.clone(), column), stored, "{value:?} in {column:?}");
        }
    }

    /// SQLite converts numbers up to 2^63 to integers, but not -2^63.
    #[test]
    fn a_numeric_column_stores_large_numbers_as_sqlite_does() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch("CREATE TABLE t (a INTEGER, b NUMERIC, c REAL, d)").expect("a table");
        let schema = Reader::default().read(&conn).expect("a schema");
        let table = schema.tables.values().next().expect("the table");
        let powers = [51, 53, 54, 62, 63, 64].map(|power| 2_f64.powi(power));
        let reals = powers.iter().flat_map(|power| [*power, -power, power + 2048.0, power * 1.5]);
        let texts =
            ["18014398509481984.0", "4e18", "9223372036854775807", "9223372036854775808", "-1e19"];
        let texts = texts.iter().map(|text| Value::Text((*text).to_owned()));
        for value in reals.map(Value::Real).chain(texts) {
            assert_held_as_stored(&conn, table, &value);
        }
    }

    /// Compares with the values that SQLite accepts in a STRICT table.
    #[test]
    fn a_value_is_converted_to_a_type_that_a_strict_table_accepts() {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch("CREATE TABLE t (i INTEGER, t TEXT, r REAL, b BLOB, a ANY) STRICT")
            .expect("a table");
        let schema = Reader::default().read(&conn).expect("a schema");
        let table = schema.tables.values().next().expect("the table");
        let (text, integer, real) =
            (|it: &str| Value::Text(it.to_owned()), Value::Integer, Value::Real);
        let blob = |it: &str| Value::Blob(it.as_bytes().to_vec());
        for (name, value, expected) in [
            ("i", text("7"), Some(integer(7))),
            ("i", integer(-7), Some(integer(-7))),
            ("i", text("x"), None),
            ("i", real(2.5), None),
            ("i", blob("7"), None),
            ("t", integer(7), Some(text("7"))),
            ("t", real(2.5), Some(text("2.5"))),
            ("t", text(""), Some(text(""))),
            ("t", blob("7"), None),
            ("r", text("2.5"), Some(real(2.5))),
            ("r", integer(7), Some(integer(7))),
            ("r", real(2.5), Some(real(2.5))),
            ("r", text("x"), None),
            ("r", blob("7"), None),
            ("b", text("x"), Some(blob("x"))),
            ("b", blob("x"), Some(blob("x"))),
            ("b", integer(7), None),
            ("b", real(2.5), None),
            ("a", text("7"), Some(text("7"))),
            ("a", blob("7"), Some(blob("7"))),
            ("i", Value::Null, Some(Value::Null)),
        ] {
            let column = table.column(&name.into()).expect("a column");
            assert_eq!(fitted(value.clone(), column), expected, "{value:?} in {name}");
            let insert = format!("INSERT INTO t ({name}) VALUES (?1)");
            let taken = conn.execute(&insert, [expected.as_ref().unwrap_or(&value)]);
            assert_eq!(taken.is_ok(), expected.is_some(), "{value:?} in {name}");
        }
    }
}
