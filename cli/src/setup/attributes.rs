//! `.gitattributes`: the same line ends on every system, so that checksums and diffs agree.

use std::path::Path;

use super::{Setup, read};
use crate::failure::Result;

const LINE: &str = "*.sql text eol=lf";

pub(super) fn add(setup: &mut Setup, package: &Path) -> Result<()> {
    let path = package.join(".gitattributes");
    let before = read(&path)?;
    match with_line(before.as_deref().unwrap_or_default()) {
        Some(after) => setup.change(path, before, after),
        None => setup.kept.push("`.gitattributes`".to_owned()),
    }
    Ok(())
}

/// `None` if the file has a rule for `*.sql` already.
fn with_line(text: &str) -> Option<String> {
    let is_said = text.lines().any(|line| line.split_whitespace().next() == Some("*.sql"));
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    (!is_said).then(|| format!("{text}{end}{LINE}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_added_once() {
        for (text, expected) in [
            ("", Some("*.sql text eol=lf\n")),
            ("*.rs text", Some("*.rs text\n*.sql text eol=lf\n")),
            ("*.sql text eol=lf\n", None),
            ("a\n*.sql -text\n", None),
        ] {
            assert_eq!(with_line(text).as_deref(), expected, "{text}");
        }
    }
}
