//! Draws the lines: vertical in the channels between layers, horizontal everywhere else.

use super::net::{Plan, Port, Way};
use super::track::{FLAT, Span, tracks};

/// The space between a box and the nearest vertical line, for the sign at the end of a line.
const MARGIN: i32 = 30;
/// The distance between two vertical lines.
const STEP: i32 = 12;

/// A point in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

/// A line from a parent to a child.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    pub(crate) points: Vec<Point>,
    /// Whether it leaves the parent to the right.
    pub(crate) parent_is_left: bool,
    /// Whether it reaches the child from the left.
    pub(crate) child_is_right: bool,
}

/// The left and the right end of each layer.
pub(super) type Columns = Vec<(i32, i32)>;

/// Draws all lines. Returns the ends of the layers, the lines, and the whole width.
pub(super) fn route(plan: &Plan, tops: &[i32], widths: &[i32]) -> (Columns, Vec<Route>, i32) {
    let height = |port: &Port| tops[port.item] + port.at;
    let mut columns = Vec::new();
    // The position of each segment's vertical line, if it has one.
    let mut uprights = vec![None; plan.segments.len()];
    let mut x = 0;
    for (layer, width) in widths.iter().enumerate() {
        columns.push((x, x + width));
        x += width;
        let here = |at: &usize| plan.segments[*at].layer == layer;
        let segments: Vec<_> = (0..plan.segments.len()).filter(here).collect();
        let spans = segments.iter().map(|at| Span {
            left: plan.segments[*at].left.iter().map(height).collect(),
            right: plan.segments[*at].right.iter().map(height).collect(),
        });
        let (found, count) = tracks(&spans.collect::<Vec<_>>());
        for (at, track) in segments.iter().zip(found) {
            uprights[*at] = track.map(|track| x + MARGIN + track * STEP);
        }
        let is_last = layer + 1 == widths.len();
        x += match (is_last, count) {
            (true, 0) => 0,
            (true, count) => MARGIN + (count - 1) * STEP,
            (false, count) => 2 * MARGIN + (count - 1).max(0) * STEP,
        };
    }
    let line = |way: &Way| line(plan, way, &columns, &uprights, &height);
    let routes = plan.ways.iter().map(line).collect();
    (columns, routes, x)
}

fn line(
    plan: &Plan,
    way: &Way,
    columns: &Columns,
    uprights: &[Option<i32>],
    height: &impl Fn(&Port) -> i32,
) -> Route {
    let is_loop = way.stops.first().map(|port| port.item) == way.stops.last().map(|it| it.item);
    let mut points = Vec::new();
    for (hop, at) in way.segments.iter().enumerate() {
        let channel = plan.segments[*at].layer;
        let (left, right) = (columns[channel].1, columns.get(channel + 1).map_or(0, |it| it.0));
        let (from, to) = match (way.is_forward, is_loop) {
            (true, true) => (left, left),
            (true, false) => (left, right),
            (false, _) => (right, left),
        };
        let [one, other] = [&way.stops[hop], &way.stops[hop + 1]].map(height);
        points.push(Point { x: from, y: one });
        if let Some(x) =
            uprights[*at].filter(|_| is_loop || one.abs_diff(other) > FLAT.unsigned_abs())
        {
            points.extend([Point { x, y: one }, Point { x, y: other }]);
        }
        points.push(Point { x: to, y: other });
    }
    Route {
        points: straightened(points),
        parent_is_left: way.is_forward,
        child_is_right: way.is_forward && !is_loop,
    }
}

/// Removes the points where a line doesn't turn.
fn straightened(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if let [.., before, last] = kept.as_slice() {
            let level = before.y == last.y && last.y == point.y;
            if level || (before.x == last.x && last.x == point.x) || *last == point {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}
