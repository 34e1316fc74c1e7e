//! Draws the diagram as SVG.

use std::fmt::Write as _;

use crate::layout::{Layout, Point, Route};
use crate::model::{Diagram, Mark, Relation};
use crate::resolved::Resolved;

use card::{card, types};
use color::colors;
use marker::{Count, marker};

mod area;
mod card;
mod color;
mod legend;
mod marker;
mod shape;
mod text;

pub use text::escaped;

/// The margin around the whole picture.
const MARGIN: i32 = 32;
/// The height of the title and the line below it.
const TITLE: i32 = 62;
/// The radius of bends.
const ROUND: i32 = 7;

/// A drawn diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The SVG document. It needs no other file, follows the reader's dark mode, and can be embedded in HTML.
    pub svg: String,
    /// The width in pixels, at the size in which the text is readable.
    pub width: i32,
}

impl Diagram {
    /// Draws the diagram as SVG, below a title and a line that counts the drawn objects.
    ///
    /// ```
    /// use migratory_diagram::{Diagram, Table};
    ///
    /// let note = Table { name: "note".into(), ..Table::default() };
    /// let picture = Diagram { tables: vec![note], ..Diagram::default() }.svg("Version 1");
    /// assert!(picture.svg.contains(">note</text>"));
    /// ```
    pub fn svg(&self, title: &str) -> Picture {
        let resolved = Resolved::new(self);
        let layout = Layout::of(&shape::graph(&resolved));
        let summary = self.summary();
        let titles = text::bold(title, 20).max(text::width(&summary, area::SIZE));
        let inner = layout.width.max(titles).max(420);
        let top = MARGIN + TITLE;
        let legend = legend::legend(self, MARGIN, top + layout.height + 40, inner);
        let (width, height) = (inner + 2 * MARGIN, legend.bottom + MARGIN - 8);
        let mut svg = head(&resolved, title, &summary, (width, height));
        let left = MARGIN + (inner - layout.width) / 2;
        let _ = writeln!(svg, "<g transform=\"translate({left} {top})\">");
        // In a comparison, colors show only what changed.
        let colors = colors(&resolved);
        let colors: Vec<_> =
            colors.into_iter().map(|color| color.filter(|_| !self.is_compared)).collect();
        edges(&mut svg, &resolved, &layout, &colors);
        let places = layout.boxes.iter().zip(types(&resolved, &layout.boxes));
        for ((table, color), (rect, types)) in resolved.tables.iter().zip(&colors).zip(places) {
            card(&mut svg, table, *rect, types, *color);
        }
        svg.push_str("</g>\n");
        svg.push_str(&legend.svg);
        svg.push_str("</svg>\n");
        Picture { svg, width }
    }
}

/// Returns the start of the document: the description for screen readers, the style, the background and the title.
fn head(
    resolved: &Resolved<'_>,
    title: &str,
    summary: &str,
    (width, height): (i32, i32),
) -> String {
    let edges = resolved.edges.iter().map(|edge| resolved.description(edge));
    let description: Vec<_> = std::iter::once(summary.to_owned()).chain(edges).collect();
    let (title, summary) = (escaped(title), escaped(summary));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"schema\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"schema-title schema-desc\">\n\
         <title id=\"schema-title\">{title}</title>\n<desc id=\"schema-desc\">{}</desc>\n<style>\n{}</style>\n\
         <rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"14\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"{}\">{title}</text>\n\
         <text class=\"note\" x=\"{MARGIN}\" y=\"{}\">{summary}</text>\n",
        escaped(&description.join(".\n")),
        include_str!("svg/picture.css"),
        MARGIN + 16,
        MARGIN + 38,
    )
}

/// Draws all lines. Changed ones come last, so that they are visible where several lines share a part.
fn edges(svg: &mut String, resolved: &Resolved<'_>, layout: &Layout, colors: &[Option<usize>]) {
    let mut all: Vec<_> = resolved.edges.iter().zip(&layout.routes).collect();
    all.sort_by_key(|(edge, _)| edge.relation.mark != Mark::Same);
    for (edge, route) in all {
        let class = colors[edge.parent].map_or(String::new(), |color| format!(" c{color}"));
        let _ = writeln!(
            svg,
            "<g class=\"edge{class}{}\"><title>{}</title><path class=\"near\" d=\"{line}\"/><path d=\"{line}\"/>{}</g>",
            edge.relation.mark.class(),
            escaped(&resolved.description(edge)),
            ends(edge.relation, route),
            line = line(&route.points),
        );
    }
}

fn ends(relation: &Relation, route: &Route) -> String {
    let parent = if relation.is_optional { Count::ZeroOrOne } else { Count::One };
    let child = if relation.is_single { Count::ZeroOrOne } else { Count::ZeroOrMore };
    let at = |point: Option<&Point>, count, to_right| {
        point.map(|point| marker(count, *point, to_right)).unwrap_or_default()
    };
    let first = at(route.points.first(), parent, route.parent_is_left);
    first + &at(route.points.last(), child, !route.child_is_right)
}

/// Returns the path of a line, with rounded bends.
fn line(points: &[Point]) -> String {
    let mut path = String::new();
    for (at, point) in points.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).map(|it| points[it]), points.get(at + 1));
        let _ = match (before, after) {
            (None, _) => write!(path, "M{} {}", point.x, point.y),
            (_, None) => write!(path, "L{} {}", point.x, point.y),
            (Some(before), Some(after)) => {
                let [from, to] = [toward(*point, before), toward(*point, *after)];
                let Point { x, y } = *point;
                write!(path, "L{} {}Q{x} {y} {} {}", from.x, from.y, to.x, to.y)
            }
        };
    }
    path
}

/// Returns the point where a bend begins, at most half-way to the next point.
fn toward(from: Point, to: Point) -> Point {
    let step = |distance: i32| distance.signum() * ROUND.min(distance.abs() / 2);
    Point { x: from.x + step(to.x - from.x), y: from.y + step(to.y - from.y) }
}

#[cfg(test)]
mod tests;
