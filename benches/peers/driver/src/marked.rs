//! Marked parts of a Markdown document.

use crate::Outcome;

/// Returns a part with its marks.
pub(crate) fn part(name: &str, text: &str) -> String {
    format!("{}\n{}\n{}\n", begin(name), text.trim(), end(name))
}

/// Returns the text between the marks.
pub(crate) fn find<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&begin(name))?;
    let (text, _) = rest.split_once(&end(name))?;
    Some(text.trim())
}

/// Returns the document with another text between the marks.
pub(crate) fn replaced(document: &str, name: &str, text: &str) -> Outcome<String> {
    let (begin, end) = (begin(name), end(name));
    let missing = || format!("no `{begin}` .. `{end}`");
    let (before, rest) = document.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n{}\n{end}{after}", text.trim()))
}

fn begin(name: &str) -> String {
    format!("<!-- begin {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- end {name} -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_and_replaced() {
        let document = format!("# A\n\n{}\nB\n", part("one", "1\n"));
        assert_eq!(find(&document, "one"), Some("1"));
        assert_eq!(find(&document, "two"), None);
        let again = replaced(&document, "one", "2\n\n3").expect("it has the marks");
        assert_eq!(again, "# A\n\n<!-- begin one -->\n2\n\n3\n<!-- end one -->\n\nB\n");
        assert!(replaced(&document, "two", "").is_err());
    }
}
