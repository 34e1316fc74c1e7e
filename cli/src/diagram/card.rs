//! The box of a table.

use std::fmt::Write as _;

use super::area::{self, Area, HEAD, KEY, ROW, SIDE};
use super::layout::Rect;
use super::model::{Entity, Kind, Mark, Model};
use super::row::Row;
use super::text::{self, escaped};

/// How round the corners are.
const ROUND: i32 = 8;

/// Where the types begin in each box: at one place in boxes that stand below each other, if there is room.
pub(super) fn types(model: &Model, rects: &[Rect]) -> Vec<i32> {
    let areas: Vec<_> = model.entities.iter().map(Area::of).collect();
    let place = |(rect, area): (&Rect, &Area)| {
        let column = rects.iter().zip(&areas).filter(|(it, _)| it.x == rect.x);
        let farthest = column.map(|(_, area)| area.kind).max().unwrap_or_default();
        farthest.min(area.kind + rect.width - area.width)
    };
    rects.iter().zip(&areas).map(place).collect()
}

/// Draws a table, its types from this place on.
pub(super) fn card(
    svg: &mut String,
    entity: &Entity,
    rect: Rect,
    types: i32,
    color: Option<usize>,
) {
    let area = Area { kind: types, width: rect.width, ..Area::of(entity) };
    let kind = match entity.kind {
        Kind::Table => "",
        Kind::Virtual(_) => " virtual",
        Kind::Missing => " missing",
    };
    let color = color.map_or(String::new(), |color| format!(" c{color}"));
    let Rect { x, y, width, height } = rect;
    let _ = write!(
        svg,
        "<g class=\"table{kind}{color}{}\" transform=\"translate({x} {y})\">{}\
         <rect class=\"card\" width=\"{width}\" height=\"{height}\" rx=\"{ROUND}\"/>",
        entity.mark.class(),
        title(entity),
    );
    head(svg, entity, width);
    let _ = writeln!(
        svg,
        "<rect class=\"frame\" width=\"{width}\" height=\"{height}\" rx=\"{ROUND}\"/>"
    );
    for (at, row) in entity.rows.iter().enumerate() {
        self::row(svg, row, area::middle(Some(at)), area);
    }
    for (at, note) in entity.notes.iter().enumerate() {
        let y = area::middle(Some(entity.rows.len() + at)) + 4;
        let (told, shown) = (escaped(note), escaped(&area::shown(note)));
        let _ = writeln!(
            svg,
            "<text class=\"note\" x=\"{SIDE}\" y=\"{y}\"><title>{told}</title>{shown}</text>"
        );
    }
    svg.push_str("</g>\n");
}

fn title(entity: &Entity) -> String {
    let tag = area::tag(entity).map_or(String::new(), |tag| format!(", {tag}"));
    format!("<title>{}</title>", escaped(&format!("{}{tag}", entity.name)))
}

fn head(svg: &mut String, entity: &Entity, width: i32) {
    let is_all = entity.rows.is_empty() && entity.notes.is_empty();
    let _ = write!(
        svg,
        "<path class=\"head\" d=\"{}\"/><text class=\"name\" x=\"{SIDE}\" y=\"22\">{}</text>",
        outline(width, is_all),
        escaped(&area::shown(entity.name.as_str())),
    );
    if let Some(tag) = area::tag(entity) {
        let wide = text::bold(&tag, area::TINY) + 14;
        let left = width - wide - 9;
        let _ = write!(
            svg,
            "<rect class=\"tag\" x=\"{left}\" y=\"8\" width=\"{wide}\" height=\"18\" rx=\"9\"/>\
             <text class=\"tag\" x=\"{}\" y=\"20.5\">{}</text>",
            left + wide / 2,
            escaped(&tag)
        );
    }
}

/// The outline of the head, round above, and below too if nothing follows.
fn outline(width: i32, is_all: bool) -> String {
    let across = width - 2 * ROUND;
    let corner = |x: i32, y: i32| format!("a{ROUND} {ROUND} 0 0 1 {x} {y}");
    let lower = if is_all {
        let upright = HEAD - 2 * ROUND;
        format!("v{upright}{}h-{across}{}z", corner(-ROUND, ROUND), corner(-ROUND, -ROUND))
    } else {
        format!("v{}h-{width}z", HEAD - ROUND)
    };
    format!("M0 {ROUND}{}h{across}{}{lower}", corner(ROUND, -ROUND), corner(ROUND, ROUND))
}

fn row(svg: &mut String, row: &Row, middle: i32, area: Area) {
    let base = middle + 4;
    let _ = write!(
        svg,
        "<g class=\"row{}{}\"><title>{}</title>",
        if row.is_not_null { "" } else { " null" },
        row.mark.class(),
        escaped(&row.told())
    );
    if row.mark != Mark::Same {
        let (top, width) = (middle - ROW / 2, area.width - 2);
        let _ = write!(
            svg,
            "<rect class=\"band\" x=\"1\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\"/>\
             <text class=\"sign\" x=\"2.5\" y=\"{base}\">{}</text>",
            row.mark.sign()
        );
    }
    for (key, left) in row.keys.iter().zip((0..).map(|at| SIDE + at * KEY)) {
        svg.push_str(&badge(key, left, middle));
    }
    for (class, x, said) in [
        ("column", area.name, area::shown(row.name.as_str())),
        ("type", area.kind, area::shown(&area::declared(row))),
        ("null", area.width - SIDE, area::null(row).to_owned()),
    ] {
        if !said.is_empty() {
            let said = escaped(&said);
            let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{base}\">{said}</text>");
        }
    }
    svg.push_str("</g>\n");
}

/// The mark of a key.
pub(super) fn badge(key: &str, left: i32, middle: i32) -> String {
    let class = key.to_lowercase();
    format!(
        "<rect class=\"key {class}\" x=\"{left}\" y=\"{}\" width=\"21\" height=\"14\" rx=\"3\"/>\
         <text class=\"key {class}\" x=\"{}.5\" y=\"{}.5\">{key}</text>",
        middle - 7,
        left + 10,
        middle + 3,
    )
}
