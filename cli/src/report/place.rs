//! Lines and columns of labels.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_analysis::render::boundary;
use migratory_analysis::{Findings, Label};
use serde::Serialize;

/// A point between two characters: line and column from 1, as editors count; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// From `start` up to `end`, exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: Point,
    pub(super) end: Point,
}

/// The distance between indexed points of a line, in bytes: a file may be one long line.
const STRIDE: usize = 1 << 10;

/// The indexed files that labels point into. Each file is read once, however many labels it has.
pub(super) struct Places<'a>(BTreeMap<&'a str, Known<'a>>);

/// A text, with an index of the first byte of each line and one byte in each stride.
struct Known<'a> {
    text: &'a str,
    points: Vec<(usize, Point)>,
}

impl<'a> Places<'a> {
    pub(super) fn of(findings: &'a Findings) -> Self {
        let labels = findings.iter().flat_map(|finding| &finding.labels);
        let files: BTreeSet<_> = labels.map(|label| label.file.as_str()).collect();
        let known = |file: &'a str| Some((file, Known::of(findings.text(file)?)));
        Self(files.into_iter().filter_map(known).collect())
    }

    /// The place of a label; `None` if it means the file as a whole.
    pub(super) fn find(&self, label: &Label) -> Option<Place> {
        let range = label.range.clone()?;
        Some(self.0.get(label.file.as_str())?.place(&range))
    }
}

impl<'a> Known<'a> {
    fn of(text: &'a str) -> Self {
        let mut point = Point { line: 1, column: 1 };
        let mut points = vec![(0, point)];
        let mut last = 0;
        for (at, character) in text.char_indices() {
            if at - last >= STRIDE {
                points.push((at, point));
                last = at;
            }
            point.column += 1;
            if character == '\n' {
                point = Point { line: point.line + 1, column: 1 };
                last = at + 1;
                points.push((last, point));
            }
        }
        Self { text, points }
    }

    fn place(&self, range: &Range<usize>) -> Place {
        let start = self.point(range.start);
        Place { start, end: self.point(range.end.max(range.start)) }
    }

    fn point(&self, at: usize) -> Point {
        let at = boundary(self.text, at);
        let after = self.points.partition_point(|(known, _)| *known <= at);
        let (known, point) = self.points[after.saturating_sub(1)];
        Point { column: point.column + self.text[known..at].chars().count(), ..point }
    }
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
            let place = Known::of(text).place(&range);
            let found = [place.start, place.end].map(|point| (point.line, point.column));
            assert_eq!(found, [start, end], "{range:?}");
        }
    }

    #[test]
    fn a_long_line_is_counted_from_a_nearby_point() {
        let text = format!("a\n{}\nb", "é1".repeat(5 * STRIDE));
        let known = Known::of(&text);
        for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            let expected = Point {
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
            };
            assert_eq!(known.point(at), expected, "{at} {character}");
        }
        assert!(known.points.windows(2).all(|pair| pair[1].0 - pair[0].0 <= STRIDE + 2));
    }
}
