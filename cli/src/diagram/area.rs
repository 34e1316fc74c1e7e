//! What is where in a box.

use super::model::{Entity, Kind};
use super::row::Row;
use super::text;

/// The height of the head, with the name of the table.
pub(super) const HEAD: i32 = 34;
/// The height of a column's line.
pub(super) const ROW: i32 = 24;
/// What is free below the head, and above the lower end.
pub(super) const PAD: i32 = 5;
/// What is free beside the text.
pub(super) const SIDE: i32 = 12;
/// The size of most text.
pub(super) const SIZE: i32 = 13;
/// The size of types and notes.
pub(super) const SMALL: i32 = 12;
/// The size of the marks of keys and the like.
pub(super) const TINY: i32 = 10;
/// The room of one mark of a key.
pub(super) const KEY: i32 = 24;
/// The most characters of a name, and of other text: more of it is told to those who point at it.
pub(super) const MOST: usize = 36;

/// Where the parts of the lines begin, and how large the box is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) name: i32,
    pub(super) kind: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    pub(super) fn of(entity: &Entity) -> Self {
        let widest = |of: fn(&Row) -> i32| entity.rows.iter().map(of).max().unwrap_or_default();
        let keys = widest(|row| i32::try_from(row.keys.len()).unwrap_or_default() * KEY);
        let name = SIDE + if keys > 0 { keys + 4 } else { 0 };
        let kind = name + widest(|row| text::width(&shown(row.name.as_str()), SIZE)) + 16;
        let declared = widest(|row| text::width(&shown(&declared(row)), SMALL));
        let null = widest(|row| text::width(null(row), TINY));
        let rows = kind + declared + if null > 0 { null + 14 } else { 0 } + SIDE;
        let head = 2 * SIDE + text::bold(&shown(entity.name.as_str()), SIZE + 1);
        let tag = tag(entity).map_or(0, |tag| text::bold(&tag, TINY) + 26);
        let notes = entity.notes.iter().map(|note| text::width(&shown(note), SMALL) + 2 * SIDE);
        let width = notes.chain([rows, head + tag, 140]).max().unwrap_or_default();
        let lines = entity.rows.len() + entity.notes.len();
        let body = i32::try_from(lines).unwrap_or_default() * ROW;
        let pads = if lines > 0 { 2 * PAD } else { 0 };
        // An even width keeps what is centred on whole pixels.
        Self { name, kind, width: width + width % 2, height: HEAD + body + pads }
    }
}

/// How far below the top of its box the middle of a line is; of the head if there is none.
pub(super) fn middle(row: Option<usize>) -> i32 {
    match row {
        Some(row) => HEAD + PAD + i32::try_from(row).unwrap_or_default() * ROW + ROW / 2,
        None => HEAD / 2,
    }
}

pub(super) fn shown(text: &str) -> String {
    text::cut(text, MOST)
}

/// The type as it is shown: those who write none get any.
pub(super) fn declared(row: &Row) -> String {
    match (row.declared.as_str(), row.is_generated) {
        ("", false) => String::new(),
        ("", true) => "generated".to_owned(),
        (declared, false) => declared.to_owned(),
        (declared, true) => format!("{declared} generated"),
    }
}

pub(super) fn null(row: &Row) -> &'static str {
    if row.is_not_null { "NOT NULL" } else { "" }
}

/// What stands in the head beside the name.
pub(super) fn tag(entity: &Entity) -> Option<String> {
    let kind = match &entity.kind {
        Kind::Table => "",
        Kind::Virtual(module) => module,
        Kind::Missing => "missing",
    };
    let words = [kind, entity.mark.word()].into_iter().filter(|word| !word.is_empty());
    let words: Vec<_> = words.collect();
    if words.is_empty() { None } else { Some(words.join(" · ")) }
}
