//! Draws the signs at the ends of lines, which show how many rows there can be.

use crate::layout::Point;

/// How many rows there can be at this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    One,
    ZeroOrOne,
    ZeroOrMore,
}

impl Count {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::One => "exactly one",
            Self::ZeroOrOne => "at most one",
            Self::ZeroOrMore => "any number",
        }
    }
}

/// Returns the sign at the end of a line that leaves this point to the right or to the left.
pub(super) fn marker(count: Count, at: Point, to_right: bool) -> String {
    let Point { x, y } = at;
    let side = if to_right { 1 } else { -1 };
    let out = |distance: i32| x + side * distance;
    let bar = |distance: i32| format!("M{} {}v10", out(distance), y - 5);
    let circle = |distance: i32| {
        format!("<circle class=\"end\" cx=\"{}\" cy=\"{y}\" r=\"4\"/>", out(distance))
    };
    match count {
        Count::One => format!("<path d=\"{}{}\"/>", bar(8), bar(13)),
        Count::ZeroOrOne => format!("<path d=\"{}\"/>{}", bar(8), circle(16)),
        Count::ZeroOrMore => {
            let (tip, upper, lower) = (out(12), y - 6, y + 6);
            format!("<path d=\"M{x} {upper}L{tip} {y}L{x} {lower}\"/>{}", circle(16))
        }
    }
}
