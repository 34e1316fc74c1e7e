//! Comments of SQL files as documentation.

/// Keeps text from being read as Markdown that rustdoc would complain of, or as code that it would run.
pub(crate) fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.trim().chars() {
        if matches!(character, '<' | '[' | ']' | '\\') {
            text.push('\\');
        }
        text.push(character);
    }
    text.replace("```", "'''").replace("~~~", "'''")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_stays_text() {
        for (line, expected) in
            [("    Adds `a`.", "Adds `a`."), ("a < b [0]", "a \\< b \\[0\\]"), ("```sql", "'''sql")]
        {
            assert_eq!(escaped(line), expected);
        }
    }
}
