//! Compares a migration with its recorded name or checksum.

use super::sha384::sha384;
use super::siphash::siphash13;
use crate::Migration;

/// Returns whether two names are equal, ignoring the differences between a library's spelling and
/// migratory's: case, and the separators between words.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase()
    };
    words(one) == words(other)
}

/// Returns whether this is sqlx's checksum of the migration: a SHA-384 of its file.
pub(super) fn is_of_sqlx(checksum: &[u8], migration: &Migration<'_>) -> bool {
    any_form(migration.up().sql(), |sql| sha384(sql.as_bytes()) == checksum)
}

/// Returns whether this is refinery's checksum of the migration under its recorded name.
pub(super) fn is_of_refinery(checksum: &str, name: &str, migration: &Migration<'_>) -> bool {
    let number = migration.version().get();
    // refinery's versions are `i32`, or `i64` with its feature `int8-versions`: eight bytes hash
    // differently from four.
    let wide = number.to_ne_bytes();
    let narrow = i32::try_from(number).map(i32::to_ne_bytes);
    any_form(migration.up().sql(), |sql| {
        let is = |number: &[u8]| siphash13(&hashed(name, number, sql)).to_string() == checksum;
        narrow.is_ok_and(|narrow| is(&narrow)) || is(&wide)
    })
}

/// Returns the bytes that Rust's `Hash` feeds a hasher: a 0xff byte, which UTF-8 never contains,
/// ends each text.
fn hashed(name: &str, number: &[u8], sql: &str) -> Vec<u8> {
    [name.as_bytes(), &[0xff], number, sql.as_bytes(), &[0xff]].concat()
}

/// Returns whether `is_sought` accepts any form that a file of this text may have had.
///
/// The libraries hash a file's bytes. A checkout on Windows may have other line ends, and a set
/// doesn't store a byte order mark.
fn any_form(sql: &str, is_sought: impl Fn(&str) -> bool) -> bool {
    let unix = sql.replace("\r\n", "\n");
    let windows = unix.replace('\n', "\r\n");
    [sql, &unix, &windows]
        .into_iter()
        .any(|text| is_sought(text) || is_sought(&format!("\u{feff}{text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_regardless_of_separators() {
        for (one, other, is_same) in [
            ("initial_schema", "initial schema", true),
            ("Initial-Schema", "initial_schema", true),
            ("add a.b", "add_a_b", true),
            ("größe", "gr_e", true),
            ("_a_", "a", true),
            ("", "", true),
            ("ab", "a_b", false),
            ("a", "b", false),
            ("größe", "", false),
        ] {
            assert_eq!(is_same_name(one, other), is_same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_text_matches_in_any_form_of_its_file() {
        for (text, file, is_known) in [
            ("a\nb", "a\nb", true),
            ("a\nb", "a\r\nb", true),
            ("a\r\nb", "a\nb", true),
            ("a\r\nb\nc", "a\r\nb\nc", true),
            ("a\nb", "\u{feff}a\nb", true),
            ("a\nb", "\u{feff}a\r\nb", true),
            ("a\nb", "a\n\nb", false),
            ("a", "a\n", false),
        ] {
            assert_eq!(any_form(text, |shape| shape == file), is_known, "{text:?} {file:?}");
        }
    }
}
