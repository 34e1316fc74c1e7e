//! Values of a column's type, each with a number of its own in it.

use migratory_core::sql::quotes::literal;
use migratory_runtime::rusqlite::types::{Value, ValueRef};

use super::pattern;
use crate::schema::Column;

/// What a column likes to hold, by its declared type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Boolean,
    Integer,
    Real,
    Numeric,
    /// A date or time by its name; SQLite knows no such type and takes it for a number.
    Moment,
    Text,
    Blob,
}

/// The first serial number; those below are left to the rows that migrations insert.
const FIRST: i64 = 101;
/// Added to serial numbers in texts, so that these are Julian days too, and so dates.
const DAY: i64 = 2_400_000;
/// The spelling alphabet, without the words that are something else in SQL or JSON.
const WORDS: [&str; 8] =
    ["alpha", "bravo", "charlie", "delta", "foxtrot", "golf", "hotel", "juliett"];

impl Class {
    /// By SQLite's rules of affinity, and by the names that people use beyond them.
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
    /// Whether a value is what the type asks for; a type that SQLite does not know takes any.
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

/// A value as SQL spells it; of a blob, how long it is.
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
        Self { serial: FIRST, words }
    }

    /// The next serial number.
    pub(super) fn next(&mut self) -> i64 {
        self.serial += 1;
        self.serial
    }

    /// Lets the next row begin odd or even, by its number: where a column has but two values, this is
    /// what makes two rows differ in it.
    pub(super) fn align(&mut self, row: usize) {
        if (self.serial % 2 == 0) != (row % 2 == 0) {
            self.serial += 1;
        }
    }

    /// A value that no column has had.
    pub(super) fn fresh(&mut self, class: Class) -> Value {
        let serial = self.next();
        self.numbered(class, serial)
    }

    /// The value of this number.
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

    /// A text that is also a number, a day and a JSON document, unless words are asked for.
    fn text(&self, serial: i64) -> String {
        if self.words {
            let word = usize::try_from(serial).unwrap_or_default() % WORDS.len();
            format!("{}{serial}", WORDS[word])
        } else {
            digits(serial)
        }
    }
}

/// The number of a text by itself.
pub(super) fn digits(serial: i64) -> String {
    (DAY + serial).to_string()
}

/// A number that is surely no integer.
fn halved(serial: i64) -> Value {
    Value::Real(f64::from(i32::try_from(serial).unwrap_or(i32::MAX)) + 0.5)
}

/// The value as a column of its type stores it, if it is of that type.
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
        let is_any = column.declared.is_empty() || column.declared.eq_ignore_ascii_case("any");
        Self { class: Class::of(column), is_any }
    }

    /// The value as the column stores it, if it is of its type.
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
