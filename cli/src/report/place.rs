//! Lines and columns.

use std::ops::Range;

use migratory_analysis::{Findings, Label};
use serde::Serialize;

/// A point between two characters, as editors count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// From the first character up to and without the one at `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: Point,
    pub(super) end: Point,
}

/// Where a label points to; `None` if it means the file as such.
pub(super) fn of(label: &Label, findings: &Findings) -> Option<Place> {
    let range = label.range.clone()?;
    Some(place(findings.text(&label.file)?, &range))
}

fn place(text: &str, range: &Range<usize>) -> Place {
    let start = point(text, range.start);
    Place { start, end: point(text, range.end.max(range.start)) }
}

fn point(text: &str, at: usize) -> Point {
    let before = &text[..boundary(text, at)];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Point {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// The last boundary of a character that is not after `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_columns_in_characters() {
        let text = "ab\né😀c\r\n\nz";
        for (range, start, end) in [
            (0..2, (1, 1), (1, 3)),
            (3..5, (2, 1), (2, 2)),
            (5..10, (2, 2), (2, 4)),
            (0..10, (1, 1), (2, 4)),
            // Within a character, and beyond the end.
            (6..7, (2, 2), (2, 2)),
            (13..99, (4, 1), (4, 2)),
        ] {
            let place = place(text, &range);
            let told = [place.start, place.end].map(|point| (point.line, point.column));
            assert_eq!(told, [start, end], "{range:?}");
        }
    }
}
