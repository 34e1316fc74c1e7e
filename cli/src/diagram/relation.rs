//! How tables refer to each other.

use migratory_analysis::schema::{ForeignKey, Name, Schema, Table};

use super::key::Keys;
use super::model::{Entity, Kind, Mark};

/// A foreign key, between two boxes.
#[derive(Debug)]
pub(crate) struct Relation {
    pub(crate) child: usize,
    pub(crate) child_columns: Vec<Name>,
    pub(crate) parent: usize,
    pub(crate) parent_columns: Vec<Name>,
    /// Whether a row of the child may have no parent.
    pub(crate) is_optional: bool,
    /// Whether a row of the parent has one child at most.
    pub(crate) is_single: bool,
    pub(crate) on_delete: String,
    pub(crate) mark: Mark,
}

/// All foreign keys of a schema. A box is added for each table that one refers to and that is not there.
pub(super) fn all(
    schema: &Schema,
    since: Option<&Schema>,
    entities: &mut Vec<Entity>,
) -> Vec<Relation> {
    let mut relations = Vec::new();
    for child in 0..entities.len() {
        let Some(table) = schema.tables.get(&entities[child].name) else { continue };
        let keys = Keys::of(schema, table);
        let before = since.map(|since| since.tables.get(&table.name));
        for key in &table.foreign_keys {
            let parent = parent(&key.parent, entities);
            let mark = before.map_or(Mark::Same, |before| mark(key, before));
            if mark != Mark::Same {
                show(&mut entities[child], key);
            }
            relations.push(Relation {
                child,
                child_columns: key.columns.clone(),
                parent,
                parent_columns: parent_columns(key, schema),
                is_optional: is_optional(key, table),
                is_single: keys.tell_apart(&key.columns),
                on_delete: key.on_delete.clone(),
                mark,
            });
        }
    }
    relations
}

fn parent(name: &Name, entities: &mut Vec<Entity>) -> usize {
    entities.iter().position(|entity| entity.name == *name).unwrap_or_else(|| {
        let (name, mark) = (name.clone(), Mark::Same);
        let (rows, notes) = (Vec::new(), Vec::new());
        entities.push(Entity { name, kind: Kind::Missing, mark, rows, notes });
        entities.len() - 1
    })
}

/// Marks the columns of a key that is not as it was, if nothing else marks them.
fn show(entity: &mut Entity, key: &ForeignKey) {
    let is_told = entity.mark == Mark::New;
    for row in entity.rows.iter_mut().filter(|row| !is_told && row.mark == Mark::Same) {
        if key.columns.contains(&row.name) {
            row.mark = Mark::Changed;
        }
    }
}

fn parent_columns(key: &ForeignKey, schema: &Schema) -> Vec<Name> {
    if !key.parent_columns.is_empty() {
        return key.parent_columns.clone();
    }
    schema.tables.get(&key.parent).map(|parent| parent.primary_key.clone()).unwrap_or_default()
}

/// A key of which one column is NULL refers to nothing.
fn is_optional(key: &ForeignKey, table: &Table) -> bool {
    let may_be_null = |name: &Name| {
        table.column(name).is_none_or(|column| !column.is_not_null)
            && table.rowid_alias().is_none_or(|alias| alias.name != *name)
    };
    key.columns.iter().any(may_be_null)
}

/// A key in a table that is new is new as well.
fn mark(key: &ForeignKey, before: Option<&Table>) -> Mark {
    let Some(before) = before else { return Mark::New };
    let same = |other: &&ForeignKey| other.columns == key.columns && other.parent == key.parent;
    match before.foreign_keys.iter().find(same) {
        Some(other) if other == key => Mark::Same,
        Some(_) => Mark::Changed,
        None => Mark::New,
    }
}

impl Relation {
    /// The whole of it in words, for those who point at it or have it read.
    pub(crate) fn told(&self, entities: &[Entity]) -> String {
        let side = |entity: usize, columns: &[Name]| {
            let name = entities.get(entity).map(|entity| entity.name.as_str()).unwrap_or_default();
            match columns {
                [] => name.to_owned(),
                [only] => format!("{name}.{only}"),
                several => {
                    let columns: Vec<_> = several.iter().map(Name::as_str).collect();
                    format!("{name} ({})", columns.join(", "))
                }
            }
        };
        let [child, parent] =
            [side(self.child, &self.child_columns), side(self.parent, &self.parent_columns)];
        let many = if self.is_single { "at most one" } else { "any number" };
        let one = if self.is_optional { "at most one" } else { "exactly one" };
        let mut told = format!("{child} refers to {parent}: {many} to {one}");
        if self.on_delete != "NO ACTION" {
            told.extend([", ON DELETE ", &self.on_delete]);
        }
        if self.mark != Mark::Same {
            told.extend([", ", self.mark.word()]);
        }
        told
    }
}
