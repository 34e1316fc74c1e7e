//! Compares two schemas by meaning.
//!
//! The spelling of a definition does not count, nor does whether a column came with its table or
//! was added later.

use std::collections::BTreeMap;

use migratory_core::sql::normal;

use super::definition::Definition;
use super::{Index, Name, Named, Objects, Schema, Table, TableKind, Trigger, View, excerpt};

mod columns;
mod constraints;
mod indexes;
mod quoted;
mod render;
#[cfg(test)]
mod tests;

pub(crate) use columns::braced;
pub(crate) use render::rendered;

/// A difference between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What kind of object it is.
    pub object: Object,
    /// The object's name.
    pub name: Name,
    /// The part of the object that differs.
    pub part: Part,
    /// The part before; `None` if it was missing.
    pub before: Option<String>,
    /// The part after; `None` if it is missing.
    pub after: Option<String>,
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// A table, including a virtual one.
    Table,
    /// An index that a CREATE INDEX made.
    Index,
    /// A trigger.
    Trigger,
    /// A view.
    View,
}

/// The part of an object that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The whole object, which only one of the schemas has.
    Whole,
    /// A column that only one of the schemas has.
    Column(Name),
    /// The declared type of a column.
    Type(Name),
    /// Whether a column is NOT NULL.
    NotNull(Name),
    /// The DEFAULT of a column.
    Default(Name),
    /// The collation of a column.
    Collation(Name),
    /// The expression of a generated column.
    Generated(Name),
    /// The order of columns that are otherwise the same.
    Order,
    /// The primary key.
    PrimaryKey,
    /// A UNIQUE constraint.
    Unique,
    /// A CHECK constraint.
    Check,
    /// A foreign key.
    ForeignKey,
    /// Whether the table is STRICT.
    Strict,
    /// Whether the table is WITHOUT ROWID.
    WithoutRowid,
    /// Whether the table is AUTOINCREMENT.
    Autoincrement,
    /// Whether an index is unique.
    Uniqueness,
    /// The table of an index, and its columns or expressions.
    Columns,
    /// The WHERE of a partial index.
    Predicate,
    /// The text of a trigger, a view or a virtual table.
    Body,
}

impl Difference {
    /// Whether only the order of the columns differs.
    pub fn is_order_only(&self) -> bool {
        self.part == Part::Order
    }

    /// The column that differs.
    pub(crate) fn column(&self) -> Option<&Name> {
        match &self.part {
            Part::Column(name)
            | Part::Type(name)
            | Part::NotNull(name)
            | Part::Default(name)
            | Part::Collation(name)
            | Part::Generated(name) => Some(name),
            _ => None,
        }
    }
}

/// Returns all differences: tables first, then indexes, triggers and views, each by name.
pub fn differences(before: &Schema, after: &Schema) -> Vec<Difference> {
    if is_same(before, after) {
        return Vec::new();
    }
    let mut found = Found::default();
    found.compare(&tables(before), &tables(after), |found, one, other| {
        found.table(before, after, one, other);
    });
    // The objects of a table that only one side has are not differences of their own.
    let in_both = |name: &Name| before.holds(name) && after.holds(name);
    let [one, other] = [before, after]
        .map(|schema| schema.indexes.iter().filter(|(_, index)| in_both(&index.table)).collect());
    found.compare(&one, &other, Found::index);
    let [one, other] = [before, after].map(|schema| {
        schema.triggers.iter().filter(|(_, trigger)| in_both(&trigger.table)).collect()
    });
    found.compare(&one, &other, Found::body);
    let [one, other] = [before, after].map(|schema| schema.views.iter().collect());
    found.compare(&one, &other, Found::body);
    quoted::without(found.differences, [before, after])
}

/// Whether two schemas have the same objects with the same texts: a quick answer for almost all
/// cases.
fn is_same(before: &Schema, after: &Schema) -> bool {
    fn alike<T: Definable>(before: &Objects<T>, after: &Objects<T>) -> bool {
        let mut pairs = before.values().zip(after.values());
        before.len() == after.len() && pairs.all(|(one, other)| one.sql() == other.sql())
    }
    if before == after {
        return true;
    }
    alike(&before.tables, &after.tables)
        && alike(&before.indexes, &after.indexes)
        && alike(&before.triggers, &after.triggers)
        && alike(&before.views, &after.views)
}

/// Returns the tables, without the shadow tables of virtual ones.
fn tables(schema: &Schema) -> BTreeMap<&Name, &Table> {
    schema.tables.iter().filter(|(_, table)| table.kind != TableKind::Shadow).collect()
}

impl Schema {
    /// Whether there is a table or a view with this name.
    fn holds(&self, name: &Name) -> bool {
        self.tables.contains_key(name) || self.views.contains_key(name)
    }
}

/// The differences found so far.
#[derive(Default)]
struct Found {
    differences: Vec<Difference>,
}

impl Found {
    fn compare<T: Definable>(
        &mut self,
        before: &BTreeMap<&Name, &T>,
        after: &BTreeMap<&Name, &T>,
        changed: impl Fn(&mut Self, &T, &T),
    ) {
        for (name, one) in before {
            match after.get(name) {
                None => self.whole(name, Some(*one), None),
                Some(other) if one.sql() != other.sql() => changed(self, one, other),
                Some(_) => {}
            }
        }
        for (name, other) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            self.whole(name, None, Some(*other));
        }
    }

    fn whole<T: Definable>(&mut self, name: &Name, before: Option<&T>, after: Option<&T>) {
        let [before, after] = [before, after].map(|object| object.map(Definable::summary));
        self.push(T::OBJECT, name, Part::Whole, before, after);
    }

    fn table(&mut self, before: &Schema, after: &Schema, one: &Table, other: &Table) {
        if one.kind == TableKind::Ordinary && other.kind == TableKind::Ordinary {
            let [one, other] = [Side::new(before, one), Side::new(after, other)];
            self.columns(&one, &other);
            self.constraints(&one, &other);
        } else {
            self.body(one, other);
        }
    }

    fn body<T: Definable>(&mut self, one: &T, other: &T) {
        if !normal::is_same(one.sql(), other.sql()) {
            let (before, after) = excerpt::places(one.sql(), other.sql());
            self.push(T::OBJECT, one.name(), Part::Body, Some(before), Some(after));
        }
    }

    fn push(
        &mut self,
        object: Object,
        name: &Name,
        part: Part,
        before: Option<String>,
        after: Option<String>,
    ) {
        let name = name.clone();
        self.differences.push(Difference { object, name, part, before, after });
    }
}

/// A table with its parsed definition, and the schema that contains it.
struct Side<'a> {
    schema: &'a Schema,
    table: &'a Table,
    definition: Definition,
}

impl<'a> Side<'a> {
    fn new(schema: &'a Schema, table: &'a Table) -> Self {
        Self { schema, table, definition: Definition::parse(&table.sql) }
    }
}

/// What the objects of all kinds have in common.
trait Definable: Named {
    const OBJECT: Object;

    fn sql(&self) -> &str;

    /// The text after the object's name, where one line describes it.
    fn summary(&self) -> String;
}

impl Definable for Table {
    const OBJECT: Object = Object::Table;

    fn sql(&self) -> &str {
        &self.sql
    }

    fn summary(&self) -> String {
        let shown = self.columns.iter().filter(|column| !column.is_hidden);
        let names: Vec<_> = shown.map(|column| column.name.as_str()).collect();
        excerpt::line(&format!("({})", names.join(", ")))
    }
}

impl Definable for Index {
    const OBJECT: Object = Object::Index;

    fn sql(&self) -> &str {
        &self.sql
    }

    fn summary(&self) -> String {
        indexes::summary(&self.sql)
    }
}

impl Definable for Trigger {
    const OBJECT: Object = Object::Trigger;

    fn sql(&self) -> &str {
        &self.sql
    }

    fn summary(&self) -> String {
        format!("ON {}", self.table)
    }
}

impl Definable for View {
    const OBJECT: Object = Object::View;

    fn sql(&self) -> &str {
        &self.sql
    }

    fn summary(&self) -> String {
        String::new()
    }
}
