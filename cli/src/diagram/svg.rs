//! The picture.

use std::fmt::Write as _;

use super::area;
use super::card::{card, types};
use super::color::colors;
use super::graph::Graph;
use super::layout::Layout;
use super::legend;
use super::marker::{Count, marker};
use super::model::{Mark, Model};
use super::relation::Relation;
use super::route::{Point, Route};
use super::text::{self, escaped};

/// What is free around everything.
pub(super) const MARGIN: i32 = 32;
/// The height of the title and what stands below it.
const TITLE: i32 = 62;
/// How round bends are.
const ROUND: i32 = 7;

/// A picture, and how wide it is.
pub(crate) struct Picture {
    pub(crate) svg: String,
    pub(crate) width: i32,
}

/// The schema as SVG, with a title and a line below it.
pub(crate) fn picture(model: &Model, title: &str) -> Picture {
    let layout = Layout::of(&Graph::of(model));
    let summary = model.summary();
    let titles = text::bold(title, 20).max(text::width(&summary, area::SIZE));
    let inner = layout.width.max(titles).max(420);
    let top = MARGIN + TITLE;
    let legend = legend::legend(model, MARGIN, top + layout.height + 40, inner);
    let (width, height) = (inner + 2 * MARGIN, legend.bottom + MARGIN - 8);
    let mut svg = head(model, title, (width, height));
    let _ = writeln!(
        svg,
        "<rect class=\"ground\" width=\"{width}\" height=\"{height}\" rx=\"14\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n\
         <text class=\"note\" x=\"{MARGIN}\" y=\"{}\">{}</text>",
        MARGIN + 16,
        escaped(title),
        MARGIN + 38,
        escaped(&summary)
    );
    let left = MARGIN + (inner - layout.width) / 2;
    let _ = writeln!(svg, "<g transform=\"translate({left} {top})\">");
    edges(&mut svg, model, &layout);
    let places = layout.boxes.iter().zip(types(model, &layout.boxes));
    for ((entity, color), (rect, types)) in model.entities.iter().zip(colors(model)).zip(places) {
        // Where colours say what is new, they say nothing else.
        card(&mut svg, entity, *rect, types, color.filter(|_| !model.is_compared));
    }
    svg.push_str("</g>\n");
    svg.push_str(&legend.svg);
    svg.push_str("</svg>\n");
    Picture { svg, width }
}

fn head(model: &Model, title: &str, (width, height): (i32, i32)) -> String {
    let relations = model.relations.iter().map(|it| it.told(&model.entities));
    let told: Vec<_> = std::iter::once(model.summary()).chain(relations).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"schema\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"schema-title schema-told\">\n\
         <title id=\"schema-title\">{}</title>\n<desc id=\"schema-told\">{}</desc>\n<style>\n{}</style>\n",
        escaped(title),
        escaped(&told.join(".\n")),
        include_str!("picture.css")
    )
}

/// All lines, those of interest last, so that they are seen where several are one.
fn edges(svg: &mut String, model: &Model, layout: &Layout) {
    let colors = colors(model);
    let mut all: Vec<_> = model.relations.iter().zip(&layout.routes).collect();
    all.sort_by_key(|(relation, _)| relation.mark != Mark::Same);
    for (relation, route) in all {
        let color = colors[relation.parent].filter(|_| !model.is_compared);
        let class = color.map_or(String::new(), |color| format!(" c{color}"));
        let _ = writeln!(
            svg,
            "<g class=\"edge{class}{}\"><title>{}</title><path class=\"near\" d=\"{line}\"/><path d=\"{line}\"/>{}</g>",
            relation.mark.class(),
            escaped(&relation.told(&model.entities)),
            ends(relation, route),
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

/// A line with round bends.
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

/// A point on the way to another one, not further than the half of it.
fn toward(from: Point, to: Point) -> Point {
    let step = |distance: i32| distance.signum() * ROUND.min(distance.abs() / 2);
    Point { x: from.x + step(to.x - from.x), y: from.y + step(to.y - from.y) }
}
