//! Compares a value before a script with the one after it.

use rusqlite::types::ValueRef;

use super::record::pack;
use crate::rows::Class;

/// Which differing values count as preserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// None: a value is preserved if its storage class and content are the same.
    Exact,
    /// Those that determine the old value: 7 and '7', 7 and 7.0.
    Faithful,
}

impl Measure {
    /// Whether the new value preserves the old one.
    pub(crate) fn is_same(self, old: ValueRef<'_>, new: ValueRef<'_>) -> bool {
        old == new || (self == Self::Faithful && is_faithful(old, new))
    }

    /// Appends bytes that identify a value; values that count as the same have the same bytes.
    pub(crate) fn identify(self, value: ValueRef<'_>, bytes: &mut Vec<u8>) {
        match integer(value).filter(|_| self == Self::Faithful) {
            Some(number) => {
                bytes.push(b'i');
                bytes.extend(number.to_be_bytes());
            }
            None => pack(bytes, value),
        }
    }
}

/// Whether a column of this class may replace the old value by the new one: a NULL is filled, or a
/// value of another type, such as a text in a column of integers, becomes one of the column's type.
pub(crate) fn is_improved(class: Class, old: ValueRef<'_>, new: ValueRef<'_>) -> bool {
    old == ValueRef::Null || (!class.is_of(old) && class.is_of(new))
}

/// Returns the integer that a value represents, if it is written as that integer would be.
fn integer(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(number) => {
            let whole: i64 = format!("{number:.0}").parse().ok()?;
            // Beyond 2^53, several integers have the same REAL.
            (whole.unsigned_abs() <= 1 << 53 && number.fract() == 0.0).then_some(whole)
        }
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).ok()?;
            text.parse::<i64>().ok().filter(|number| number.to_string() == text)
        }
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// Whether the new value determines the old one.
fn is_faithful(old: ValueRef<'_>, new: ValueRef<'_>) -> bool {
    let is_spelt = match (old, new) {
        (ValueRef::Real(number), ValueRef::Text(text))
        | (ValueRef::Text(text), ValueRef::Real(number)) => {
            format!("{number:?}").as_bytes() == text
        }
        _ => false,
    };
    is_spelt || integer(old).zip(integer(new)).is_some_and(|(old, new)| old == new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_values_are_faithful() {
        let (real, text) = (ValueRef::Real, |text: &'static str| ValueRef::Text(text.as_bytes()));
        for (old, new, expected) in [
            (ValueRef::Integer(7), text("7"), true),
            (ValueRef::Integer(7), real(7.0), true),
            (real(2.0), text("2.0"), true),
            (text("2.0"), real(2.0), true),
            (real(1.5), text("1.5"), true),
            (text("007"), ValueRef::Integer(7), false),
            (text("1.50"), real(1.5), false),
            (text("x"), ValueRef::Blob(b"x"), false),
            (ValueRef::Null, ValueRef::Integer(0), false),
        ] {
            assert_eq!(Measure::Faithful.is_same(old, new), expected, "{old:?} {new:?}");
            assert!(!Measure::Exact.is_same(old, new), "{old:?} {new:?}");
        }
        assert!(Measure::Exact.is_same(real(0.0), real(-0.0)), "SQLite takes them for one");
    }
}
