//! Draws the legend below the picture.

use std::fmt::Write as _;

use super::area::SMALL;
use super::card::badge;
use super::marker::{Count, marker};
use super::text::{self, escaped};
use crate::layout::Point;
use crate::model::{Diagram, Key, Mark};

/// The height of a line.
const LINE: i32 = 22;

/// The space between two entries.
const GAP: i32 = 20;

/// The legend, and where its last line ends.
pub(super) struct Legend {
    pub(super) svg: String,
    pub(super) bottom: i32,
}

/// Explains the signs that occur in the picture, and lists the views and the removed tables.
pub(super) fn legend(diagram: &Diagram, left: i32, top: i32, width: i32) -> Legend {
    let mut svg = String::from("<g class=\"legend\">\n");
    let (mut x, mut y) = (left, top);
    for entry in entries(diagram) {
        let wide = entry.sign_width() + text::width(entry.meaning(), SMALL) + GAP;
        if x > left && x + wide - GAP > left + width {
            (x, y) = (left, y + LINE);
        }
        entry.draw(&mut svg, x, y);
        x += wide;
    }
    let mut bottom = if x > left { y + LINE } else { top };
    for line in names(diagram).iter().flat_map(|(lead, names)| wrapped(lead, names, width)) {
        let y = bottom + 4;
        let _ =
            writeln!(svg, "<text class=\"note\" x=\"{left}\" y=\"{y}\">{}</text>", escaped(&line));
        bottom += LINE - 2;
    }
    svg.push_str("</g>\n");
    Legend { svg, bottom }
}

/// A sign and what it means.
enum Entry {
    End(Count),
    Key(Key),
    Mark(Mark),
}

fn entries(diagram: &Diagram) -> Vec<Entry> {
    let mut entries = Vec::new();
    let columns = || diagram.tables.iter().flat_map(|table| &table.columns);
    for key in [Key::Primary, Key::Foreign, Key::Unique] {
        let has_key = columns().any(|column| column.keys.contains(&key));
        entries.extend(has_key.then_some(Entry::Key(key)));
    }
    let relations = &diagram.relations;
    let ends = [
        (Count::One, relations.iter().any(|it| !it.is_optional)),
        (Count::ZeroOrOne, relations.iter().any(|it| it.is_optional || it.is_single)),
        (Count::ZeroOrMore, relations.iter().any(|it| !it.is_single)),
    ];
    entries.extend(ends.into_iter().filter_map(|(count, has)| has.then_some(Entry::End(count))));
    if diagram.is_compared {
        entries.extend([Mark::New, Mark::Changed, Mark::Removed].map(Entry::Mark));
    }
    entries
}

impl Entry {
    fn meaning(&self) -> &'static str {
        match self {
            Self::End(count) => count.words(),
            Self::Key(key) => key.word(),
            Self::Mark(mark) => mark.word(),
        }
    }

    fn sign_width(&self) -> i32 {
        match self {
            Self::End(_) => 42,
            Self::Key(_) => 28,
            Self::Mark(_) => 22,
        }
    }

    fn draw(&self, svg: &mut String, x: i32, y: i32) {
        let _ = match self {
            Self::End(count) => {
                let at = Point { x: x + 1, y };
                let sign = marker(*count, at, true);
                write!(
                    svg,
                    "<g class=\"edge\"><path d=\"M{x} {}v16M{x} {y}h34\"/>{sign}</g>",
                    y - 8
                )
            }
            Self::Key(key) => write!(svg, "{}", badge(*key, x, y)),
            Self::Mark(mark) => write!(
                svg,
                "<g class=\"row{}\"><rect class=\"band\" x=\"{x}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"4\"/>\
                 <text class=\"sign\" x=\"{}\" y=\"{}\">{}</text></g>",
                mark.class(),
                y - 8,
                x + 4,
                y + 4,
                mark.sign(),
            ),
        };
        let (x, y) = (x + self.sign_width(), y + 4);
        let _ = writeln!(svg, "<text class=\"note\" x=\"{x}\" y=\"{y}\">{}</text>", self.meaning());
    }
}

/// Returns the names that have no box.
fn names(diagram: &Diagram) -> Vec<(&'static str, &[String])> {
    let all = [("Views:", diagram.views.as_slice()), ("Removed tables:", &diagram.removed)];
    all.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

/// Wraps names into lines of at most this width.
fn wrapped(lead: &str, names: &[String], width: i32) -> Vec<String> {
    let mut lines = vec![lead.to_owned()];
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        let word = format!(" {}{comma}", super::area::shown(name));
        match lines.last_mut() {
            Some(line) if text::width(line, SMALL) + text::width(&word, SMALL) <= width => {
                line.push_str(&word);
            }
            _ => lines.push(word.trim_start().to_owned()),
        }
    }
    lines
}
