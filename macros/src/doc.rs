//! Turns the comments of SQL files into documentation.

/// Escapes Markdown that rustdoc would warn about, and code blocks that it would run as tests.
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
    fn markdown_is_escaped() {
        for (line, expected) in
            [("    Adds `a`.", "Adds `a`."), ("a < b [0]", "a \\< b \\[0\\]"), ("```sql", "'''sql")]
        {
            assert_eq!(escaped(line), expected);
        }
    }
}
