//! What of a schema is drawn.

use std::collections::BTreeMap;

use migratory_analysis::schema::{Difference, Name, Object, Part, Schema, Table, TableKind};

use super::key::Keys;
use super::relation::{self, Relation};
use super::row::{self, Row};

/// The tables of a schema, and how they refer to each other.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) entities: Vec<Entity>,
    pub(crate) relations: Vec<Relation>,
    /// The names of the views, which hold nothing of their own.
    pub(crate) views: Vec<String>,
    /// The tables that were there before.
    pub(crate) gone: Vec<String>,
    /// Whether it was compared with an earlier schema.
    pub(crate) is_compared: bool,
}

/// A box.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) name: Name,
    pub(crate) kind: Kind,
    pub(crate) mark: Mark,
    pub(crate) rows: Vec<Row>,
    /// What holds for several columns together.
    pub(crate) notes: Vec<String>,
}

/// What a box stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    /// A virtual table of this module.
    Virtual(String),
    /// A table that is referred to, and is not there.
    Missing,
}

/// What became of something since an earlier schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    #[default]
    Same,
    New,
    Changed,
    Gone,
}

impl Mark {
    /// The class that colours it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => " new",
            Self::Changed => " changed",
            Self::Gone => " gone",
        }
    }

    /// What says it without colour, where there is little room.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "+",
            Self::Changed => "~",
            Self::Gone => "\u{2212}",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

impl Model {
    /// The tables of a schema; what is new or changed since an earlier one is marked.
    pub(crate) fn new(schema: &Schema, since: Option<&Schema>) -> Self {
        let marks = since.map(|before| Marks::new(before, schema));
        let shown = schema.tables.values().filter(|table| table.kind != TableKind::Shadow);
        let mut entities: Vec<_> =
            shown.map(|table| entity(schema, table, marks.as_ref())).collect();
        let relations = relation::all(schema, since, &mut entities);
        let views = schema.views.keys().map(ToString::to_string).collect();
        let gone = marks.map(|marks| marks.gone).unwrap_or_default();
        Self { entities, relations, views, gone, is_compared: since.is_some() }
    }

    /// What there is, in words.
    pub(crate) fn summary(&self) -> String {
        let of = |wanted: fn(&Kind) -> bool| {
            self.entities.iter().filter(|entity| wanted(&entity.kind)).count()
        };
        let counts = [
            (of(|kind| *kind == Kind::Table), "table", "tables"),
            (of(|kind| matches!(kind, Kind::Virtual(_))), "virtual table", "virtual tables"),
            (self.relations.len(), "foreign key", "foreign keys"),
            (self.views.len(), "view", "views"),
        ];
        let said: Vec<_> = counts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        if said.is_empty() { "no tables yet".to_owned() } else { said.join(" · ") }
    }
}

/// What became of the tables since an earlier schema.
#[derive(Debug)]
pub(crate) struct Marks<'a> {
    before: &'a Schema,
    tables: BTreeMap<Name, Vec<Difference>>,
    gone: Vec<String>,
}

impl<'a> Marks<'a> {
    fn new(before: &'a Schema, after: &Schema) -> Self {
        let mut tables: BTreeMap<Name, Vec<Difference>> = BTreeMap::new();
        let mut gone = Vec::new();
        for difference in migratory_analysis::schema::differences(before, after) {
            if difference.object != Object::Table {
                continue;
            }
            if difference.part == Part::Whole && difference.after.is_none() {
                gone.push(difference.name.to_string());
            }
            tables.entry(difference.name.clone()).or_default().push(difference);
        }
        Self { before, tables, gone }
    }

    pub(crate) fn of(&self, table: &Name) -> &[Difference] {
        self.tables.get(table).map(Vec::as_slice).unwrap_or_default()
    }

    /// The table as it was.
    pub(crate) fn before(&self, table: &Name) -> Option<&'a Table> {
        self.before.tables.get(table)
    }
}

fn entity(schema: &Schema, table: &Table, marks: Option<&Marks<'_>>) -> Entity {
    let kind = match &table.kind {
        TableKind::Virtual(module) => Kind::Virtual(module.clone()),
        TableKind::Ordinary | TableKind::Shadow => Kind::Table,
    };
    let found = marks.map(|marks| marks.of(&table.name)).unwrap_or_default();
    let mark = match found {
        [] => Mark::Same,
        [only] if only.part == Part::Whole => Mark::New,
        _ => Mark::Changed,
    };
    let keys = Keys::of(schema, table);
    let mut rows = row::of(table, &keys, found, mark);
    if let Some(before) = marks.and_then(|marks| marks.before(&table.name)) {
        rows.extend(row::gone(before, table));
    }
    Entity { name: table.name.clone(), kind, mark, rows, notes: keys.notes() }
}

#[cfg(test)]
mod tests;
