//! Checksums, which show whether a migration has changed since it was applied.

use std::fmt;

use crate::Version;
use crate::sha256::Sha256;
use crate::sql::normal;

/// A SHA-256 checksum of a script, a schema, or a chain of migrations.
///
/// The checksum of a script treats each run of blanks, line ends and comments as one blank, and
/// `\r\n` inside quotes as `\n`. So a checkout on Windows, new indentation, or a comment added to a
/// shipped migration doesn't change it.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::Checksum;
///
/// let shipped = Checksum::of_script("CREATE TABLE a (b);\r\n");
/// assert_eq!(shipped, Checksum::of_script("-- the first table\nCREATE TABLE a (b);"));
/// assert_ne!(shipped, Checksum::of_script("CREATE TABLE a (c);"));
///
/// // As text, for a log, and as bytes, for a column of a table.
/// assert_eq!(Checksum::from_hex(&shipped.to_string()), Some(shipped));
/// assert_eq!(Checksum::new(*shipped.as_bytes()), shipped);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// Wraps the bytes of a digest.
    ///
    /// See [`Checksum`] for an example.
    pub const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Computes the checksum of a script, ignoring line ends, comments, and blanks between tokens.
    ///
    /// See [`Checksum`] for an example.
    pub fn of_script(sql: &str) -> Self {
        let mut hash = Sha256::new();
        normal::script(sql, |part| hash.update(part.as_bytes()));
        Self(hash.finish())
    }

    /// Computes the chain up to a migration: a hash of the previous chain, the version and the
    /// checksum.
    ///
    /// Equal chains mean that all migrations up to this one are equal.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::{Checksum, Version};
    ///
    /// let script = Checksum::of_script("CREATE TABLE a (b);");
    /// let first = Checksum::chained(None, Version::new(1), script);
    /// // The same file as migration 2, after another 1, is another chain.
    /// assert_ne!(first, Checksum::chained(Some(first), Version::new(2), script));
    /// ```
    #[must_use]
    pub fn chained(previous: Option<Self>, version: Version, checksum: Self) -> Self {
        let mut hash = Sha256::new();
        hash.update(&previous.map_or([0; 32], |chain| chain.0));
        hash.update(&version.get().to_be_bytes());
        hash.update(&checksum.0);
        Self(hash.finish())
    }

    /// Parses 64 hexadecimal digits; `None` if the text is anything else.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::Checksum;
    ///
    /// assert!(Checksum::from_hex(&"0f".repeat(32)).is_some());
    /// assert_eq!(Checksum::from_hex("0f0f"), None); // a shortened one does not identify a script
    /// ```
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// Returns the 32 bytes.
    ///
    /// See [`Checksum`] for an example.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for Checksum {
    /// Writes 64 lowercase hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_sqlite_skips_leaves_the_checksum_unchanged() {
        let shipped = "CREATE TABLE a (\n  b TEXT DEFAULT 'x\ny'\n);\n";
        for same in [
            "\u{feff}CREATE TABLE a (\r\n  b TEXT DEFAULT 'x\r\ny'\r\n);\r\n",
            "-- a note\nCREATE /* here */ TABLE a ( b TEXT DEFAULT 'x\ny' -- there\n);\n-- end",
        ] {
            assert_eq!(Checksum::of_script(shipped), Checksum::of_script(same), "{same:?}");
        }
    }

    #[test]
    fn text_that_sqlite_reads_changes_the_checksum() {
        let shipped = Checksum::of_script("INSERT INTO a VALUES ('x y')");
        for other in [
            "INSERT INTO a VALUES ('x  y')",
            "INSERT INTO a VALUES ('x -- y')",
            "INSERT INTO aVALUES ('x y')",
            "insert INTO a VALUES ('x y')",
        ] {
            assert_ne!(shipped, Checksum::of_script(other), "{other:?}");
        }
    }

    /// Users' databases store checksums and chains: with another formula, every migration would count as changed.
    /// Another program calculated the expected values.
    #[test]
    fn a_script_and_a_chain_keep_their_checksums() {
        let script = Checksum::of_script(
            "-- one\r\nCREATE TABLE a (\r\n  b TEXT DEFAULT 'x\r\ny', c INT\r\n);\r\n",
        );
        // sha256("CREATE TABLE a ( b TEXT DEFAULT 'x\ny', c INT );")
        assert_eq!(
            script.to_string(),
            "cbc1e886d7e20e419cdbbb64cf16be52b6ebf08f9e1b5e298f97399c74560890"
        );
        // sha256(32 zeros, the version in eight bytes, the checksum)
        let first = Checksum::chained(None, Version::new(1), script);
        assert_eq!(
            first.to_string(),
            "df6a1e91948ae6a0df8cd643be7234227f301d419686817175b398ded2d9b128"
        );
        // sha256(the chain before, the version in eight bytes, the checksum)
        assert_eq!(
            Checksum::chained(Some(first), Version::new(20_240_131), script).to_string(),
            "55f2fc967acd407bd6eb9d19d6cb01d16f1bc34edbfb8d4d1403abd3a7a4b4f8"
        );
    }

    #[test]
    fn the_chain_depends_on_order_version_and_content() {
        let (one, two) = (Checksum::of_script("one"), Checksum::of_script("two"));
        let first = Checksum::chained(None, Version::new(1), one);
        assert_ne!(first, Checksum::chained(None, Version::new(2), one));
        assert_ne!(first, Checksum::chained(None, Version::new(1), two));
        assert_ne!(
            Checksum::chained(Some(first), Version::new(2), two),
            Checksum::chained(None, Version::new(2), two)
        );
    }

    #[test]
    fn hexadecimal_digits_round_trip_and_other_text_is_refused() {
        let checksum = Checksum::of_script("x");
        let digits = checksum.to_string();
        for digits in [&digits, &digits.to_ascii_uppercase()] {
            assert_eq!(Checksum::from_hex(digits), Some(checksum));
        }
        let wrong = "g".repeat(64);
        for text in ["", "00", wrong.as_str(), "é".repeat(32).as_str()] {
            assert_eq!(Checksum::from_hex(text), None, "{text:?}");
        }
    }
}
