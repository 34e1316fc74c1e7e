//! Draws the box of a table.

use std::fmt::Write as _;

use super::area::{self, Area, HEAD, KEY, ROW, SIDE};
use super::text::{self, escaped};
use crate::layout::Rect;
use crate::model::{Column, Key, Mark, Table, TableKind};
use crate::resolved::Resolved;

/// The radius of the corners.
const ROUND: i32 = 8;

/// Returns where the types begin in each box: at the same place in boxes of one column, if there is room.
pub(super) fn types(resolved: &Resolved<'_>, rects: &[Rect]) -> Vec<i32> {
    let areas: Vec<_> = resolved.tables.iter().map(|table| Area::of(table)).collect();
    let place = |(rect, area): (&Rect, &Area)| {
        let column = rects.iter().zip(&areas).filter(|(it, _)| it.x == rect.x);
        let farthest = column.map(|(_, area)| area.kind).max().unwrap_or_default();
        farthest.min(area.kind + rect.width - area.width)
    };
    rects.iter().zip(&areas).map(place).collect()
}

/// Draws a table; its types begin at `types`.
pub(super) fn card(svg: &mut String, table: &Table, rect: Rect, types: i32, color: Option<usize>) {
    let area = Area { kind: types, width: rect.width, ..Area::of(table) };
    let kind = match table.kind {
        TableKind::Ordinary => "",
        TableKind::Virtual(_) => " virtual",
        TableKind::Missing => " missing",
    };
    let color = color.map_or(String::new(), |color| format!(" c{color}"));
    let Rect { x, y, width, height } = rect;
    let _ = write!(
        svg,
        "<g class=\"table{kind}{color}{}\" transform=\"translate({x} {y})\">{}\
         <rect class=\"card\" width=\"{width}\" height=\"{height}\" rx=\"{ROUND}\"/>",
        table.mark.class(),
        title(table),
    );
    head(svg, table, width);
    let _ = writeln!(
        svg,
        "<rect class=\"frame\" width=\"{width}\" height=\"{height}\" rx=\"{ROUND}\"/>"
    );
    for (at, column) in table.columns.iter().enumerate() {
        row(svg, column, area::middle(Some(at)), area);
    }
    for (at, note) in table.notes.iter().enumerate() {
        let y = area::middle(Some(table.columns.len() + at)) + 4;
        let (whole, shown) = (escaped(note), escaped(&area::shown(note)));
        let _ = writeln!(
            svg,
            "<text class=\"note\" x=\"{SIDE}\" y=\"{y}\"><title>{whole}</title>{shown}</text>"
        );
    }
    svg.push_str("</g>\n");
}

fn title(table: &Table) -> String {
    let tag = area::tag(table).map_or(String::new(), |tag| format!(", {tag}"));
    format!("<title>{}</title>", escaped(&format!("{}{tag}", table.name)))
}

fn head(svg: &mut String, table: &Table, width: i32) {
    let is_all = table.columns.is_empty() && table.notes.is_empty();
    let _ = write!(
        svg,
        "<path class=\"head\" d=\"{}\"/><text class=\"name\" x=\"{SIDE}\" y=\"22\">{}</text>",
        outline(width, is_all),
        escaped(&area::shown(&table.name)),
    );
    if let Some(tag) = area::tag(table) {
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

/// Returns the outline of the header: rounded at the top, and at the bottom too if it is the whole box.
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

fn row(svg: &mut String, column: &Column, middle: i32, area: Area) {
    let base = middle + 4;
    let _ = write!(
        svg,
        "<g class=\"row{}{}\"><title>{}</title>",
        if column.is_not_null { "" } else { " null" },
        column.mark.class(),
        escaped(&column.description())
    );
    if column.mark != Mark::Same {
        let (top, width) = (middle - ROW / 2, area.width - 2);
        let _ = write!(
            svg,
            "<rect class=\"band\" x=\"1\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\"/>\
             <text class=\"sign\" x=\"2.5\" y=\"{base}\">{}</text>",
            column.mark.sign()
        );
    }
    for (key, left) in column.keys.iter().zip((0..).map(|at| SIDE + at * KEY)) {
        svg.push_str(&badge(*key, left, middle));
    }
    for (class, x, text) in [
        ("column", area.name, area::shown(&column.name)),
        ("type", area.kind, area::shown(&area::declared(column))),
        ("null", area.width - SIDE, area::null(column).to_owned()),
    ] {
        if !text.is_empty() {
            let text = escaped(&text);
            let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{base}\">{text}</text>");
        }
    }
    svg.push_str("</g>\n");
}

/// Returns the badge of a key.
pub(super) fn badge(key: Key, left: i32, middle: i32) -> String {
    let label = key.label();
    let class = label.to_lowercase();
    format!(
        "<rect class=\"key {class}\" x=\"{left}\" y=\"{}\" width=\"21\" height=\"14\" rx=\"3\"/>\
         <text class=\"key {class}\" x=\"{}.5\" y=\"{}.5\">{label}</text>",
        middle - 7,
        left + 10,
        middle + 3,
    )
}
