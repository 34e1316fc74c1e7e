//! Formats values and names from untrusted databases for a terminal.

use rusqlite::types::ValueRef;

/// How many characters of a text are shown.
const CHARACTERS: usize = 60;
/// How many bytes of a blob are shown.
const BYTES: usize = 8;

/// Escapes control characters and marks that change the direction of text, as Rust does.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character separates lines or paragraphs, changes the direction of text, or joins or
/// hides characters.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Formats a value as SQL, shortened.
pub(super) fn value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(bytes) => text(bytes),
        ValueRef::Blob(bytes) => {
            let digits: Vec<_> = bytes.iter().take(BYTES).map(|it| format!("{it:02x}")).collect();
            let digits = digits.concat();
            match bytes.len().checked_sub(BYTES) {
                None | Some(0) => format!("x'{digits}'"),
                Some(more) => format!("x'{digits}'.. and {more} bytes more"),
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    // A character has at most four bytes, so the rest is never decoded.
    let head = &bytes[..bytes.len().min(4 * (CHARACTERS + 1))];
    let head = String::from_utf8_lossy(head);
    let short: String = head.chars().take(CHARACTERS).collect();
    let is_short = short.len() >= bytes.len() || head.chars().nth(CHARACTERS).is_none();
    let quoted = harmless(&short.replace('\'', "''"));
    if is_short {
        format!("'{quoted}'")
    } else {
        format!("'{quoted}'.. and more, {} bytes in all", bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_harmless() {
        let long = "ä".repeat(100);
        for (given, expected) in [
            (ValueRef::Null, "NULL".to_owned()),
            (ValueRef::Integer(-7), "-7".to_owned()),
            (ValueRef::Real(7.0), "7.0".to_owned()),
            (ValueRef::Text(b"7"), "'7'".to_owned()),
            (ValueRef::Text(b"it's\n\x1b[2J\0"), "'it''s\\u{a}\\u{1b}[2J\\u{0}'".to_owned()),
            (ValueRef::Text("a\u{202e}b".as_bytes()), "'a\\u{202e}b'".to_owned()),
            (ValueRef::Text(b"\xff"), "'\u{fffd}'".to_owned()),
            (
                ValueRef::Text(long.as_bytes()),
                format!("'{}'.. and more, 200 bytes in all", "ä".repeat(60)),
            ),
            (ValueRef::Text("ä".repeat(60).as_bytes()), format!("'{}'", "ä".repeat(60))),
            (ValueRef::Blob(b""), "x''".to_owned()),
            (ValueRef::Blob(b"\x00\xff"), "x'00ff'".to_owned()),
            (ValueRef::Blob(&[1; 20]), "x'0101010101010101'.. and 12 bytes more".to_owned()),
        ] {
            assert_eq!(value(given), expected);
        }
    }
}
