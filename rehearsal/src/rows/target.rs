//! A table, as far as writing rows to it is concerned.

use std::collections::BTreeSet;

use rusqlite::types::Value;

use super::value::{Class, Maker, fitted};
use crate::schema::{Column, Index, Name, Schema, Table, TableKind};

/// A value for each column of a target.
pub(super) type Row = Vec<Value>;

/// A table, the columns that an INSERT gives values for, and what their values depend on.
pub(super) struct Target<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: Vec<&'a Column>,
    /// What each column likes to hold: its declared type is read once, and not for each value.
    pub(super) classes: Vec<Class>,
    /// The column that is another name of the rowid.
    pub(super) alias: Option<usize>,
    pub(super) links: Vec<Link<'a>>,
    /// The columns that together are unique in every row: a primary key, a constraint, an index.
    pub(super) uniques: Vec<BTreeSet<usize>>,
    pub(super) indexes: Vec<&'a Index>,
    /// The texts of the triggers of the table.
    pub(super) triggers: Vec<&'a str>,
}

/// A foreign key.
pub(super) struct Link<'a> {
    /// Where its columns stand in a row.
    pub(super) columns: Vec<usize>,
    pub(super) parent: &'a Name,
    pub(super) parent_columns: Vec<&'a Name>,
    /// Where the parent's columns stand in a row, if the parent is the same table.
    pub(super) own: Option<Vec<usize>>,
    /// The keys that the parent holds, those that no row refers to first.
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

    /// Where a column stands in a row.
    pub(super) fn position(&self, name: &Name) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    pub(super) fn positions<'n>(
        &self,
        names: impl IntoIterator<Item = &'n Name>,
    ) -> Option<Vec<usize>> {
        names.into_iter().map(|name| self.position(name)).collect()
    }

    /// Whether NULL may stand there. In the rowid it would only stand for the next number.
    pub(super) fn is_nullable(&self, column: usize) -> bool {
        let definition = self.columns.get(column);
        definition.is_some_and(|it| !it.is_not_null && self.alias != Some(column))
    }

    /// Whether a row that should be complete may do without: SQLite lets NULL into a primary key, but
    /// nobody means it to.
    pub(super) fn may_be_left_out(&self, column: usize) -> bool {
        let name = self.columns.get(column).map(|column| &column.name);
        self.is_nullable(column) && !self.table.primary_key.iter().any(|key| Some(key) == name)
    }

    /// The foreign keys that a column is part of.
    pub(super) fn links_of(&self, column: usize) -> impl Iterator<Item = &Link<'a>> {
        self.links.iter().filter(move |link| link.columns.contains(&column))
    }

    /// A value of the column's type that it has not had.
    pub(super) fn fresh(&self, column: usize, maker: &mut Maker) -> Value {
        let column = self.columns.get(column).zip(self.classes.get(column));
        column.map_or(Value::Null, |(column, class)| {
            self.fit(column, maker.fresh(*class)).unwrap_or(Value::Null)
        })
    }

    /// The value in a form that the column stores, if there is one.
    pub(super) fn fit(&self, column: &Column, value: Value) -> Option<Value> {
        if self.table.is_strict { fitted(value, column) } else { Some(value) }
    }

    /// The text of the INSERT, with a parameter for each column.
    pub(super) fn insert(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.quoted()).collect();
        let parameters = vec!["?"; names.len()].join(", ");
        // A constraint that says ON CONFLICT IGNORE or REPLACE would make nothing of the row, or drop
        // others. Elsewhere the words are left out: they would hold for the triggers too.
        let or =
            if self.table.sql.to_ascii_uppercase().contains("CONFLICT") { "OR ABORT " } else { "" };
        let table = self.table.name.quoted();
        format!("INSERT {or}INTO {table} ({}) VALUES ({parameters})", names.join(", "))
    }

    /// The text of an INSERT that gives the rowid too, as the last parameter; `None` where it has another name, or
    /// none.
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
        // Where two share a column, the longer one leaves less choice.
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
        // What makes a short one differ may make a longer one differ too.
        uniques.sort_by_key(BTreeSet::len);
        uniques
    }
}

/// The tables that one INSERT writes to by itself.
pub(super) fn is_ordinary(table: &Table) -> bool {
    table.kind == TableKind::Ordinary && !table.columns.is_empty()
}

impl Link<'_> {
    /// The keys of the parent, those first that no row of `made` refers to.
    pub(super) fn unused_first(&self, made: &[Row]) -> Vec<&Row> {
        let (used, unused): (Vec<&Row>, Vec<&Row>) =
            self.keys.iter().partition(|key| made.iter().any(|row| self.refers(row, key)));
        unused.into_iter().chain(used).collect()
    }

    /// The first key that fits, of those that [`Link::unused_first`] gives: it is asked for each row.
    pub(super) fn first_unused(&self, made: &[Row], fits: impl Fn(&Row) -> bool) -> Option<&Row> {
        let is_unused = |key: &&Row| !made.iter().any(|row| self.refers(row, key));
        let fitting = || self.keys.iter().filter(|key| fits(key));
        fitting().find(is_unused).or_else(|| fitting().next())
    }

    /// Whether a row refers to this key.
    fn refers(&self, row: &Row, key: &Row) -> bool {
        self.columns.iter().zip(key).all(|(&column, value)| row.get(column) == Some(value))
    }

    /// What makes a row refer to this key.
    pub(super) fn change(&self, key: &Row) -> Vec<(usize, Value)> {
        self.columns.iter().copied().zip(key.iter().cloned()).collect()
    }
}
