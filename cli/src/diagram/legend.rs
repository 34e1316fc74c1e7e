//! What the signs mean, below the picture.

use std::fmt::Write as _;

use super::area::SMALL;
use super::card::badge;
use super::marker::{Count, marker};
use super::model::{Mark, Model};
use super::route::Point;
use super::text::{self, escaped};

/// The height of a line.
const LINE: i32 = 22;

/// The legend, and where it ends.
pub(super) struct Legend {
    pub(super) svg: String,
    pub(super) bottom: i32,
}

/// Explains the signs that a picture has, and names what it does not show.
pub(super) fn legend(model: &Model, left: i32, top: i32, width: i32) -> Legend {
    let mut svg = String::from("<g class=\"legend\">\n");
    let (mut x, mut y) = (left, top);
    for entry in entries(model) {
        let wide = entry.sign_width() + text::width(&entry.said(), SMALL) + 24;
        if x > left && x + wide - 24 > left + width {
            (x, y) = (left, y + LINE);
        }
        entry.draw(&mut svg, x, y);
        x += wide;
    }
    let mut bottom = if x > left { y + LINE } else { top };
    for line in names(model).iter().flat_map(|(lead, names)| wrapped(lead, names, width)) {
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
    Key(&'static str, &'static str),
    Mark(Mark),
}

fn entries(model: &Model) -> Vec<Entry> {
    let mut entries = Vec::new();
    let rows = || model.entities.iter().flat_map(|entity| &entity.rows);
    let has_key = |key: &'static str| rows().any(|row| row.keys.contains(&key));
    for (key, said) in [("PK", "primary key"), ("FK", "foreign key"), ("UQ", "unique")] {
        entries.extend(has_key(key).then_some(Entry::Key(key, said)));
    }
    let relations = &model.relations;
    let ends = [
        (Count::One, relations.iter().any(|it| !it.is_optional)),
        (Count::ZeroOrOne, relations.iter().any(|it| it.is_optional || it.is_single)),
        (Count::ZeroOrMore, relations.iter().any(|it| !it.is_single)),
    ];
    entries.extend(ends.into_iter().filter_map(|(count, has)| has.then_some(Entry::End(count))));
    if model.is_compared {
        entries.extend([Mark::New, Mark::Changed, Mark::Gone].map(Entry::Mark));
    }
    entries
}

impl Entry {
    fn said(&self) -> String {
        match self {
            Self::End(count) => count.told().to_owned(),
            Self::Key(_, said) => (*said).to_owned(),
            Self::Mark(mark) => mark.word().to_owned(),
        }
    }

    fn sign_width(&self) -> i32 {
        match self {
            Self::End(_) => 42,
            Self::Key(..) => 28,
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
            Self::Key(key, _) => write!(svg, "{}", badge(key, x, y)),
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
        let _ = writeln!(svg, "<text class=\"note\" x=\"{x}\" y=\"{y}\">{}</text>", self.said());
    }
}

/// What has no box.
fn names(model: &Model) -> Vec<(&'static str, &[String])> {
    let all = [("Views:", model.views.as_slice()), ("Tables that are gone:", &model.gone)];
    all.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

/// Names in lines that are not wider than this.
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
