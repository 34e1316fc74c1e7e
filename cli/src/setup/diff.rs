//! A small diff of a change.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::style::DIM;

const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 2;

/// The changed lines, with a few around them.
pub(super) fn diff(path: &str, before: Option<&str>, after: &str) -> String {
    let old: Vec<&str> = before.unwrap_or_default().lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = rest.take_while(|(one, other)| one == other).count();
    let mut text = match before {
        Some(_) => format!("{path}\n"),
        None => format!("{path} {DIM}(new){DIM:#}\n"),
    };
    let shown = head.saturating_sub(CONTEXT);
    lines(&mut text, DIM, ' ', &old[shown..head]);
    lines(&mut text, REMOVED, '-', &old[head..old.len() - tail]);
    lines(&mut text, ADDED, '+', &new[head..new.len() - tail]);
    let end = (old.len() - tail + CONTEXT).min(old.len());
    lines(&mut text, DIM, ' ', &old[old.len() - tail..end]);
    text
}

fn lines(text: &mut String, style: Style, mark: char, lines: &[&str]) {
    for line in lines {
        let line = format!("{mark} {line}");
        let _ = writeln!(text, "  {style}{}{style:#}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(before: Option<&str>, after: &str) -> String {
        anstream::adapter::strip_str(&diff("f", before, after)).to_string()
    }

    #[test]
    fn changed_lines_are_shown_with_context() {
        for (before, after, expected) in [
            (None, "a\nb\n", "f (new)\n  + a\n  + b\n"),
            (Some("1\n2\n3\n4\n"), "1\n2\n3\nx\n4\n", "f\n    2\n    3\n  + x\n    4\n"),
            (Some("1\n2\n"), "1\ny\n", "f\n    1\n  - 2\n  + y\n"),
            (Some("a\na\n"), "a\na\na\n", "f\n    a\n    a\n  + a\n"),
        ] {
            assert_eq!(plain(before, after), expected);
        }
    }
}
