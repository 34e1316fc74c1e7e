//! What a migration changes in the schema.

use migratory_diagram::Mark;
use migratory_rehearsal::schema::{Difference, Name, Object, Part, Schema, TableKind, differences};

/// One change of a migration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) mark: Mark,
    /// What kind of object it changes.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// The old and the new definition, as far as they differ.
    pub(super) details: String,
}

/// The changes from one schema to the next: tables first, then indexes, triggers and views.
pub(super) fn changes(before: &Schema, after: &Schema) -> Vec<Change> {
    let found = differences(before, after);
    let mut changes: Vec<_> = found.iter().map(|it| (rank(it.object), change(after, it))).collect();
    changes.extend(with_new_tables(before, after, &found));
    changes.sort_by_key(|(rank, _)| *rank);
    changes.into_iter().map(|(_, change)| change).collect()
}

fn rank(object: Object) -> usize {
    match object {
        Object::Table => 0,
        Object::Index => 1,
        Object::Trigger => 2,
        Object::View => 3,
    }
}

fn change(after: &Schema, difference: &Difference) -> Change {
    let mark = match (&difference.part, &difference.before, &difference.after) {
        (Part::Whole | Part::Column(_), None, _) => Mark::New,
        (Part::Whole | Part::Column(_), _, None) => Mark::Removed,
        _ => Mark::Changed,
    };
    let is_virtual = || {
        let table = after.tables.get(&difference.name);
        table.is_some_and(|table| matches!(table.kind, TableKind::Virtual(_)))
    };
    let kind = match difference.object {
        Object::Table if difference.part.column().is_some() => "column",
        Object::Table if is_virtual() => "virtual table",
        other => other.word(),
    };
    let name = match difference.part.column() {
        Some(column) => format!("{}.{column}", difference.name),
        None => difference.name.to_string(),
    };
    Change { mark, kind, name, details: details(mark, difference) }
}

fn details(mark: Mark, difference: &Difference) -> String {
    let lead = match difference.part {
        Part::Order => "order of columns: ",
        _ => "",
    };
    let [before, after] =
        [&difference.before, &difference.after].map(|text| text.as_deref().unwrap_or_default());
    match mark {
        Mark::New => after.to_owned(),
        Mark::Removed => before.to_owned(),
        _ => match (before, after) {
            (_, "") => format!("{lead}no longer {before}"),
            ("", _) => format!("{lead}now {after}"),
            _ => format!("{lead}{before} → {after}"),
        },
    }
}

/// The indexes and triggers of new tables, which a comparison of schemas doesn't list.
fn with_new_tables(
    before: &Schema,
    after: &Schema,
    found: &[Difference],
) -> impl Iterator<Item = (usize, Change)> {
    let is_new = |table: &Name| {
        let whole = |it: &&Difference| it.part == Part::Whole && it.after.is_some();
        found.iter().filter(whole).any(|it| it.object == Object::Table && it.name == *table)
    };
    let new = |kind, name: String, details| Change { mark: Mark::New, kind, name, details };
    let indexes = after.indexes.values().filter(|it| is_new(&it.table)).map(|index| {
        let unique = if index.is_unique { "UNIQUE ON" } else { "ON" };
        let columns: Vec<_> = index
            .columns
            .iter()
            .map(|column| column.as_ref().map_or("…".to_owned(), ToString::to_string))
            .collect();
        let details = format!("{unique} {} ({})", index.table, columns.join(", "));
        (rank(Object::Index), new("index", index.name.to_string(), details))
    });
    let triggers = after.triggers.values().filter(|it| is_new(&it.table)).map(|trigger| {
        let details = format!("ON {}", trigger.table);
        (rank(Object::Trigger), new("trigger", trigger.name.to_string(), details))
    });
    let known = |change: &Change| match change.kind {
        "index" => before.indexes.contains_key(&change.name.as_str().into()),
        _ => before.triggers.contains_key(&change.name.as_str().into()),
    };
    let all: Vec<_> = indexes.chain(triggers).filter(|(_, change)| !known(change)).collect();
    all.into_iter()
}
