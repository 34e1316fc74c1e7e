//! Describes a table for writing rows to it.

use std::collections::BTreeSet;

use rusqlite::types::Value;

use super::value::{Class, Maker, fitted};
use crate::schema::{Column, Index, Name, Schema, Table, TableKind};

/// A value for each column of a target.
pub(super) type Row = Vec<Value>;

/// A table, the columns for which an INSERT gives values, and what those depend on.
pub(super) struct Target<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: Vec<&'a Column>,
    /// The class of each column, read once and not for each value.
    pub(super) classes: Vec<Class>,
    /// The column that is an alias of the rowid.
    pub(super) alias: Option<usize>,
    pub(super) links: Vec<Link<'a>>,
    /// The sets of columns that are unique: a primary key, a constraint or an index each.
    pub(super) uniques: Vec<BTreeSet<usize>>,
    pub(super) indexes: Vec<&'a Index>,
    /// The texts of the table's triggers.
    pub(super) triggers: Vec<&'a str>,
}

/// A foreign key.
pub(super) struct Link<'a> {
    /// The positions of its columns in a row.
    pub(super) columns: Vec<usize>,
    pub(super) parent: &'a Name,
    pub(super) parent_columns: Vec<&'a Name>,
    /// The positions of the parent's columns in a row, if the parent is the same table.
    pub(super) own: Option<Vec<usize>>,
    /// The keys of the parent; those that no row refers to come first.
    pub(super) keys: Vec<Row>,
}

impl<'a> Target<'a> {
    pub(super) fn new(schema: &'a Schema, table: &'a Table) -> Self {
        let columns =
            table.columns.iter().filter(|column| column.generated.is_none() && !column.is_hidden);
        let columns: Vec<_> = columns.collect();
        let alias = table.rowid_alias().map(|column| &column.name);
        let indexes = schema.indexes.values().filter(|index| index.table == table.name);
        let triggers = schema.triggers.values().filter(|trigger| trigger.table == table.name);
        let mut target = Self {
            table,
            classes: columns.iter().map(|column| Class::of(column)).collect(),
            alias: columns.iter().position(|column| Some(&column.name) == alias),
            columns,
            links: Vec::new(),
            uniques: Vec::new(),
            indexes: indexes.collect(),
            triggers: triggers.map(|trigger| &*trigger.sql).collect(),
        };
        target.links = target.read_links(schema);
        target.uniques = target.read_uniques();
        target
    }

    /// Returns the position of a column in a row.
    pub(super) fn position(&self, name: &Name) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    pub(super) fn positions<'n>(
        &self,
        names: impl IntoIterator<Item = &'n Name>,
    ) -> Option<Vec<usize>> {
        names.into_iter().map(|name| self.position(name)).collect()
    }

    /// Whether a column may be NULL. In an alias of the rowid, NULL only means the next number.
    pub(super) fn is_nullable(&self, column: usize) -> bool {
        let definition = self.columns.get(column);
        definition.is_some_and(|it| !it.is_not_null && self.alias != Some(column))
    }

    /// Whether a complete row may lack this column. SQLite accepts NULL in a primary key, but
    /// no author intends that.
    pub(super) fn may_be_left_out(&self, column: usize) -> bool {
        let name = self.columns.get(column).map(|column| &column.name);
        self.is_nullable(column) && !self.table.primary_key.iter().any(|key| Some(key) == name)
    }

    /// Returns the foreign keys that contain a column.
    pub(super) fn links_of(&self, column: usize) -> impl Iterator<Item = &Link<'a>> {
        self.links.iter().filter(move |link| link.columns.contains(&column))
    }

    /// Returns a value of the column's type that it has not had.
    pub(super) fn fresh(&self, column: usize, maker: &mut Maker) -> Value {
        let column = self.columns.get(column).zip(self.classes.get(column));
        column.map_or(Value::Null, |(column, class)| {
            self.fit(column, maker.fresh(*class)).unwrap_or(Value::Null)
        })
    }

    /// Returns the value in the form that the column stores, if it has one.
    pub(super) fn fit(&self, column: &Column, value: Value) -> Option<Value> {
        if self.table.is_strict { fitted(value, column) } else { Some(value) }
    }

    /// Returns the INSERT statement, with a parameter for each column.
    pub(super) fn insert(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.quoted()).collect();
        let parameters = vec!["?"; names.len()].join(", ");
        // With ON CONFLICT IGNORE or REPLACE in a constraint, a plain INSERT would drop the row or
        // others in silence. Elsewhere the words are left out, since they would apply to the
        // triggers too.
        let or =
            if self.table.sql.to_ascii_uppercase().contains("CONFLICT") { "OR ABORT " } else { "" };
        let table = self.table.name.quoted();
        format!("INSERT {or}INTO {table} ({}) VALUES ({parameters})", names.join(", "))
    }

    /// Returns an INSERT that also gives the rowid, as the last parameter; `None` if the rowid has
    /// a name, or the table has none.
    pub(super) fn insert_with_rowid(&self) -> Option<String> {
        let table = self.table;
        let is_taken = table.columns.iter().any(|column| column.name == *"rowid");
        if table.is_without_rowid || self.alias.is_some() || is_taken {
            return None;
        }
        let insert = self.insert();
        let (columns, parameters) = insert.split_once(") VALUES (")?;
        let parameters = parameters.strip_suffix(')')?;
        Some(format!("{columns}, rowid) VALUES ({parameters}, ?)"))
    }

    fn read_links(&self, schema: &'a Schema) -> Vec<Link<'a>> {
        let mut links: Vec<Link> = self
            .table
            .foreign_keys
            .iter()
            .filter_map(|key| {
                let columns = self.positions(&key.columns)?;
                let parent_columns: Vec<&Name> = if key.parent_columns.is_empty() {
                    schema.tables.get(&key.parent)?.primary_key.iter().collect()
                } else {
                    key.parent_columns.iter().collect()
                };
                let is_own = key.parent == self.table.name;
                let own =
                    if is_own { self.positions(parent_columns.iter().copied()) } else { None };
                let is_sound = parent_columns.len() == columns.len();
                let link =
                    Link { columns, parent: &key.parent, parent_columns, own, keys: Vec::new() };
                is_sound.then_some(link)
            })
            .collect();
        // If two keys share a column, the longer one leaves less choice.
        links.sort_by_key(|link| std::cmp::Reverse(link.columns.len()));
        links
    }

    fn read_uniques(&self) -> Vec<BTreeSet<usize>> {
        let indexes = self.indexes.iter().filter(|index| index.is_unique && !index.is_partial);
        let of_index = |index: &&Index| -> Option<Vec<usize>> {
            index.columns.iter().map(|name| self.position(name.as_ref()?)).collect()
        };
        let mut uniques: Vec<BTreeSet<usize>> = [&self.table.primary_key]
            .into_iter()
            .chain(&self.table.uniques)
            .filter_map(|names| self.positions(names))
            .chain(indexes.filter_map(of_index))
            .filter(|columns| !columns.is_empty())
            .map(|columns| columns.into_iter().collect())
            .collect();
        // A change that makes a short one unique may make a longer one unique too.
        uniques.sort_by_key(BTreeSet::len);
        uniques
    }
}

/// Whether a plain INSERT writes to this table.
pub(super) fn is_ordinary(table: &Table) -> bool {
    table.kind == TableKind::Ordinary && !table.columns.is_empty()
}

impl Link<'_> {
    /// Returns the keys of the parent; those that no row of `made` refers to come first.
    pub(super) fn unused_first(&self, made: &[Row]) -> Vec<&Row> {
        let (used, unused): (Vec<&Row>, Vec<&Row>) =
            self.keys.iter().partition(|key| made.iter().any(|row| self.refers(row, key)));
        unused.into_iter().chain(used).collect()
    }

    /// Returns the first of [`Link::unused_first`] that fits, without sorting them: it is called
    /// for each row.
    pub(super) fn first_unused(&self, made: &[Row], fits: impl Fn(&Row) -> bool) -> Option<&Row> {
        let is_unused = |key: &&Row| !made.iter().any(|row| self.refers(row, key));
        let fitting = || self.keys.iter().filter(|key| fits(key));
        fitting().find(is_unused).or_else(|| fitting().next())
    }

    /// Whether a row refers to this key.
    fn refers(&self, row: &Row, key: &Row) -> bool {
        self.columns.iter().zip(key).all(|(&column, value)| row.get(column) == Some(value))
    }

    /// Returns the change that makes a row refer to this key.
    pub(super) fn change(&self, key: &Row) -> Vec<(usize, Value)> {
        self.columns.iter().copied().zip(key.iter().cloned()).collect()
    }
}
