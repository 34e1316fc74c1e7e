//! Measures a box, and where its texts begin.

use super::text;
use crate::model::{Column, Table, TableKind};

/// The height of the header, which holds the table's name.
pub(super) const HEAD: i32 = 34;
/// The height of a column's row.
pub(super) const ROW: i32 = 24;
/// The space below the header, and above the lower edge.
pub(super) const PAD: i32 = 5;
/// The space to the left and right of the text.
pub(super) const SIDE: i32 = 12;
/// The size of most text.
pub(super) const SIZE: i32 = 13;
/// The size of types and notes.
pub(super) const SMALL: i32 = 12;
/// The size of the keys' badges and of tags.
pub(super) const TINY: i32 = 10;
/// The width of a key's badge, with the space after it.
pub(super) const KEY: i32 = 24;
/// The most characters that a box shows of a text; the tooltip has the full text.
pub(super) const MOST: usize = 36;

/// Where the name and the type of a row begin, and the size of the box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) name: i32,
    pub(super) kind: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    pub(super) fn of(table: &Table) -> Self {
        let widest =
            |of: fn(&Column) -> i32| table.columns.iter().map(of).max().unwrap_or_default();
        let keys = widest(|column| i32::try_from(column.keys.len()).unwrap_or_default() * KEY);
        let name = SIDE + if keys > 0 { keys + 4 } else { 0 };
        let kind = name + widest(|column| text::width(&shown(&column.name), SIZE)) + 16;
        let declared = widest(|column| text::width(&shown(&declared(column)), SMALL));
        let null = widest(|column| text::width(null(column), TINY));
        let rows = kind + declared + if null > 0 { null + 14 } else { 0 } + SIDE;
        let head = 2 * SIDE + text::bold(&shown(&table.name), SIZE + 1);
        let tag = tag(table).map_or(0, |tag| text::bold(&tag, TINY) + 26);
        let notes = table.notes.iter().map(|note| text::width(&shown(note), SMALL) + 2 * SIDE);
        let width = notes.chain([rows, head + tag, 140]).max().unwrap_or_default();
        let lines = table.columns.len() + table.notes.len();
        let body = i32::try_from(lines).unwrap_or_default() * ROW;
        let pads = if lines > 0 { 2 * PAD } else { 0 };
        // An even width keeps what is centred on whole pixels.
        Self { name, kind, width: width + width % 2, height: HEAD + body + pads }
    }
}

/// Returns the distance from the top of a box to the middle of a row, or of the header if there is no row.
pub(super) fn middle(row: Option<usize>) -> i32 {
    match row {
        Some(row) => HEAD + PAD + i32::try_from(row).unwrap_or_default() * ROW + ROW / 2,
        None => HEAD / 2,
    }
}

pub(super) fn shown(text: &str) -> String {
    text::cut(text, MOST)
}

/// Returns the type as the box shows it.
pub(super) fn declared(column: &Column) -> String {
    match (column.declared.as_str(), column.is_generated) {
        ("", false) => String::new(),
        ("", true) => "generated".to_owned(),
        (declared, false) => declared.to_owned(),
        (declared, true) => format!("{declared} generated"),
    }
}

pub(super) fn null(column: &Column) -> &'static str {
    if column.is_not_null { "NOT NULL" } else { "" }
}

/// Returns the tag in the header, to the right of the name.
pub(super) fn tag(table: &Table) -> Option<String> {
    let kind = match &table.kind {
        TableKind::Ordinary => "",
        TableKind::Virtual(module) => module,
        TableKind::Missing => "missing",
    };
    let words = [kind, table.mark.word()].into_iter().filter(|word| !word.is_empty());
    let words: Vec<_> = words.collect();
    if words.is_empty() { None } else { Some(words.join(" · ")) }
}
