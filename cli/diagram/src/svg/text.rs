//! Measures and escapes text for SVG.

/// The widths of the printable ASCII characters, in hundredths of the font size: the widest among the common
/// sans-serif fonts, since the reader's font is not known.
const WIDTHS: [u8; 95] = [
    31, 38, 44, 81, 64, 91, 75, 26, 37, 37, 55, 81, 31, 46, 31, 37, 62, 61, 61, 64, 64, 61, 62, 61,
    62, 62, 33, 33, 81, 81, 81, 56, 102, 68, 67, 73, 74, 67, 61, 78, 74, 34, 54, 67, 56, 91, 76,
    78, 67, 78, 72, 67, 64, 74, 68, 95, 67, 67, 66, 37, 37, 37, 81, 56, 50, 59, 62, 56, 62, 60, 36,
    62, 62, 27, 27, 56, 27, 94, 62, 60, 62, 62, 41, 52, 37, 62, 57, 81, 57, 57, 54, 61, 55, 61, 81,
];

/// Returns the largest width of a text in a font of this size.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let hundredths: i32 = text.chars().map(character).sum();
    (hundredths * size + 99) / 100
}

/// Like `width`, for semibold text.
pub(super) fn bold(text: &str, size: i32) -> i32 {
    width(text, size) * 112 / 100
}

fn character(character: char) -> i32 {
    let place = u32::from(character).checked_sub(32).and_then(|at| usize::try_from(at).ok());
    match place.and_then(|at| WIDTHS.get(at)) {
        Some(width) => i32::from(*width),
        // From Hangul on, characters are as wide as they are high; those before are about as wide as capitals.
        None if character >= '\u{1100}' => 105,
        None => 76,
    }
}

/// Cuts a text to this many characters, with an ellipsis if something is missing.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Escapes a text for SVG and HTML, in attributes too.
///
/// Control characters, which XML can't express, become U+FFFD.
///
/// ```
/// assert_eq!(migratory_diagram::escaped("a < 'b'"), "a &lt; &#39;b&#39;");
/// ```
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(character),
            '\r' => {}
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other if other.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_cut_and_escaped() {
        assert_eq!(width("iii", 100), 81);
        assert_eq!(width("", 12), 0);
        assert!(width("漢字", 12) > width("ab", 12));
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("äbcd", 3), "äb…");
        assert_eq!(
            escaped("a<b> & \"c\" 'd'\u{1}"),
            "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\u{fffd}"
        );
    }
}
