//! Hashes of key values: a database may have a million dangling rows.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// The hashes of a key's values in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    /// Equal if the values are equal: 7, 7.0 and '7' are.
    pub(super) exact: u64,
    /// Equal if a new column type may have turned one value into the other: 7 also equals '007' and
    /// '7.0'.
    pub(super) converted: u64,
}

impl Digest {
    /// Hashes the first `count` columns of a row.
    pub(super) fn new(hasher: &RandomState, row: &Row<'_>, count: usize) -> rusqlite::Result<Self> {
        let (mut exact, mut converted) = (hasher.build_hasher(), hasher.build_hasher());
        for at in 0..count {
            let value = row.get_ref(at)?;
            Meaning::exact(value).hash(&mut exact);
            Meaning::converted(value).hash(&mut converted);
        }
        Ok(Self { exact: exact.finish(), converted: converted.finish() })
    }
}

/// The hashes of all rows that violate a key: eight bytes per row, or sixteen if values aren't
/// plain integers.
#[derive(Debug, Default)]
pub(super) struct Digests {
    exact: Vec<u64>,
    /// `None` as long as they equal the exact ones.
    converted: Option<Vec<u64>>,
}

impl Digests {
    pub(super) fn push(&mut self, digest: Digest) {
        if digest.exact != digest.converted && self.converted.is_none() {
            self.converted = Some(self.exact.clone());
        }
        self.exact.push(digest.exact);
        if let Some(converted) = &mut self.converted {
            converted.push(digest.converted);
        }
    }

    pub(super) fn sort(&mut self) {
        self.exact.sort_unstable();
        if let Some(converted) = &mut self.converted {
            converted.sort_unstable();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.exact.len()
    }

    pub(super) fn get(&self, is_converted: bool) -> &[u64] {
        match &self.converted {
            Some(converted) if is_converted => converted,
            _ => &self.exact,
        }
    }
}

/// The meaning of a value, regardless of its storage class.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Meaning<'a> {
    Null,
    Integer(i64),
    Real(u64),
    /// Rounded to as many digits as SQLite writes into a text.
    Rounded(String),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> Meaning<'a> {
    fn exact(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => {
                integral(number).map_or(Self::Real(number.to_bits()), Self::Integer)
            }
            ValueRef::Text(text) => {
                let number = std::str::from_utf8(text).ok().and_then(|it| it.parse::<i64>().ok());
                let is_plain = |number: &i64| number.to_string().as_bytes() == text;
                number.filter(is_plain).map_or(Self::Text(text), Self::Integer)
            }
            ValueRef::Blob(blob) => Self::Blob(blob),
        }
    }

    fn converted(value: ValueRef<'a>) -> Self {
        let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = value else {
            return Self::exact(value).rounded();
        };
        number(bytes).map_or(Self::Text(bytes), Meaning::rounded)
    }

    /// Rounds an integer of 2^53 or more to the nearest value that a REAL column can hold.
    #[allow(clippy::cast_precision_loss, reason = "as SQLite loses it")]
    fn rounded(self) -> Self {
        match self {
            Self::Real(bits) => Self::Rounded(format!("{:.14e}", f64::from_bits(bits))),
            Self::Integer(number) if number.unsigned_abs() >= 1 << 53 => {
                Self::Rounded(format!("{:.14e}", number as f64))
            }
            other => other,
        }
    }
}

/// Returns the number that a numeric column makes of a text, if any.
fn number(text: &[u8]) -> Option<Meaning<'static>> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    // Rust's parser also accepts "inf" and "nan".
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(Meaning::Integer(number));
    }
    let number: f64 = text.parse().ok()?;
    Some(integral(number).map_or(Meaning::Real(number.to_bits()), Meaning::Integer))
}

/// Returns a real number as an integer, if it is one.
#[allow(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn integral(number: f64) -> Option<i64> {
    // 2^63 is the smallest that an i64 can't hold.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    (number.fract() == 0.0 && (-BOUND..BOUND).contains(&number)).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ValueRef<'_> {
        ValueRef::Text(text.as_bytes())
    }

    #[test]
    fn values_are_equal_by_meaning() {
        let seven = [ValueRef::Integer(7), ValueRef::Real(7.0), text("7")];
        for value in seven {
            assert_eq!(Meaning::exact(value), Meaning::Integer(7));
            assert_eq!(Meaning::converted(value), Meaning::Integer(7));
        }
        for form in ["007", " 7", "7.0", "+7", "7e0", "70e-1", "7\n"] {
            assert_eq!(Meaning::exact(text(form)), Meaning::Text(form.as_bytes()));
            assert_eq!(Meaning::converted(text(form)), Meaning::Integer(7), "{form}");
        }
        for other in ["", " ", "x", "7x", "0x7", "inf", "nan", "7 7", "1e", "."] {
            assert_eq!(Meaning::converted(text(other)), Meaning::Text(other.as_bytes()), "{other}");
        }
        let wide = 9_007_199_254_740_993;
        assert_eq!(Meaning::exact(text("9007199254740993")), Meaning::Integer(wide));
        let [as_integer, as_real, as_text] = [
            ValueRef::Integer(wide),
            ValueRef::Real(9_007_199_254_740_992.0),
            text("9007199254740993"),
        ]
        .map(Meaning::converted);
        assert!(as_integer == as_real && as_integer == as_text);
        assert_eq!(Meaning::exact(ValueRef::Real(-0.0)), Meaning::Integer(0));
        assert_ne!(Meaning::exact(ValueRef::Blob(b"7")), Meaning::exact(text("7")));
        assert_eq!(Meaning::converted(ValueRef::Blob(b"7")), Meaning::converted(text("7")));
    }

    #[test]
    fn a_real_number_survives_conversion_to_text() {
        let sum = ValueRef::Real(0.1 + 0.2);
        assert_eq!(Meaning::converted(sum), Meaning::converted(text("0.3")));
        assert_ne!(Meaning::exact(sum), Meaning::exact(ValueRef::Real(0.3)));
        assert_ne!(Meaning::converted(sum), Meaning::converted(text("0.31")));
    }

    #[test]
    fn plain_integers_are_hashed_once() {
        let mut digests = Digests::default();
        digests.push(Digest { exact: 2, converted: 2 });
        digests.push(Digest { exact: 1, converted: 1 });
        assert!(digests.converted.is_none());
        digests.push(Digest { exact: 3, converted: 0 });
        digests.sort();
        assert_eq!((digests.get(false), digests.get(true)), (&[1, 2, 3][..], &[0, 1, 2][..]));
    }
}
