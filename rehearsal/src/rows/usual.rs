//! Values that people have in a column of a type.

use rusqlite::types::Value;

use super::value::Class;
use crate::schema::Column;

/// The first integer that a REAL can't hold.
const BEYOND_REAL: i64 = (1 << 53) + 1;

/// Returns values for a column without a type, which holds whatever a program stores.
pub(super) fn untyped() -> Vec<Value> {
    vec![Value::Real(1.0 / 3.0), Value::Integer(7), Value::Blob(b"x".to_vec())]
}

/// Returns values that people have in a column of this type.
pub(super) fn usual(column: &Column) -> Vec<Value> {
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::Text((*text).to_owned())).collect();
    let integers = || [0, 1, 2, -1, BEYOND_REAL].map(Value::Integer).to_vec();
    match Class::of(column) {
        Class::Text => texts(&[
            "",
            " x",
            "x",
            "X",
            "x ",
            "007",
            "1e5",
            "2024-01-31",
            "31.01.2024",
            "plain words",
            "{\"a\": 1}",
            "12.50",
        ]),
        Class::Integer => {
            [integers(), vec![Value::Text("many".to_owned()), Value::Real(2.5)]].concat()
        }
        Class::Boolean => [0, 1].map(Value::Integer).to_vec(),
        Class::Real => vec![
            Value::Real(19.99),
            // Older versions of SQLite write it as text with 15 of its 17 digits.
            Value::Real(1.0 / 3.0),
            Value::Real(0.0),
            Value::Real(-0.5),
            Value::Text("many".to_owned()),
        ],
        Class::Numeric => {
            [vec![Value::Real(19.99)], integers(), texts(&["many", "x", "X"])].concat()
        }
        Class::Moment => [
            texts(&["2024-01-31", "2024-01-31 10:20:30", "2024-01-31T10:20:30Z", "31.01.2024", ""]),
            vec![Value::Integer(0), Value::Integer(1_706_696_430)],
        ]
        .concat(),
        Class::Blob => {
            vec![Value::Blob(Vec::new()), Value::Blob(vec![0]), Value::Text("x".to_owned())]
        }
    }
}
