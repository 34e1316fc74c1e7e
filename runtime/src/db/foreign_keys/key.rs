//! The foreign keys of a database, and the query for the rows that violate one.

use std::collections::HashMap;

use migratory_core::sql::quotes::quoted;
use rusqlite::{Connection, Row, Statement};

use super::touched::Touched;
use crate::db::errors;
use crate::db::pragmas::{self, KeyColumn};
use crate::db::query;

/// A foreign key of a table.
#[derive(Clone, Debug)]
pub(super) struct ForeignKey {
    pub(super) table: String,
    /// SQLite's number of the key within the table.
    pub(super) id: i64,
    pub(super) parent: String,
    /// The columns, each with the parent column that it refers to.
    pub(super) columns: Vec<(String, String)>,
}

/// What a foreign key's parent may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Table,
    /// A view or a virtual table, which a key can't refer to and which may take forever to read.
    Computed,
}

/// Returns the tables and views of `main` by lowercase name.
pub(super) fn relations(conn: &Connection) -> rusqlite::Result<HashMap<String, Relation>> {
    let sql =
        "SELECT lower(name), rootpage > 0 FROM main.sqlite_schema WHERE type IN ('table', 'view')";
    let relations = query::all(conn, sql, &[], |row| {
        let is_stored = row.get(1)?;
        Ok((row.get(0)?, if is_stored { Relation::Table } else { Relation::Computed }))
    })?;
    Ok(relations.into_iter().collect())
}

/// Returns the foreign keys of touched tables and those that refer to one, ordered by table.
pub(super) fn touched(conn: &Connection, touched: &Touched) -> rusqlite::Result<Vec<ForeignKey>> {
    let mut keys: Vec<(ForeignKey, bool)> = Vec::new();
    for table in pragmas::tables(conn)? {
        let is_touched = touched.has(&table);
        for column in pragmas::foreign_keys(conn, &table)? {
            let KeyColumn { id, parent, from, to, .. } = column;
            if !is_touched && !touched.has(&parent) {
                continue;
            }
            let is_implicit = to.is_none();
            let column = (from, to.unwrap_or_default());
            let is_same = |key: &ForeignKey| key.table == table && key.id == id;
            if let Some((key, _)) = keys.last_mut().filter(|(key, _)| is_same(key)) {
                key.columns.push(column);
            } else {
                let (table, columns) = (table.clone(), vec![column]);
                keys.push((ForeignKey { table, id, parent, columns }, is_implicit));
            }
        }
    }
    for (key, _) in keys.iter_mut().filter(|(_, is_implicit)| *is_implicit) {
        let primary = primary_key(conn, &key.parent)?;
        for ((_, target), name) in key.columns.iter_mut().zip(primary) {
            *target = name;
        }
    }
    Ok(keys.into_iter().map(|(key, _)| key).collect())
}

/// Returns the columns of a table's primary key in order; none for a view, which may be broken.
pub(super) fn primary_key(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM main.sqlite_schema \
               WHERE type = 'table' AND rootpage > 0 AND lower(name) = lower(?1)";
    let table: Option<String> = query::first(conn, sql, &[&table])?;
    let Some(table) = table else { return Ok(Vec::new()) };
    let mut columns = pragmas::columns(conn, &table)?;
    columns.retain(|column| column.primary_key > 0);
    columns.sort_unstable_by_key(|column| column.primary_key);
    Ok(columns.into_iter().map(|column| column.name).collect())
}

/// Prepares SQLite's own check of a table; an error means that it can't check a key.
pub(super) fn check<'c>(conn: &'c Connection, table: &str) -> rusqlite::Result<Statement<'c>> {
    conn.prepare(&format!("PRAGMA main.foreign_key_check({})", quoted(table)))
}

/// Returns SQLite's message if it can't check a key of the table because the parent has no unique
/// index for it.
pub(super) fn mismatch(error: &rusqlite::Error, table: &str) -> Option<String> {
    let sql = format!("PRAGMA main.foreign_key_check({})", quoted(table));
    let (problem, _) = errors::message(error, &sql);
    problem.contains("foreign key mismatch").then_some(problem)
}

impl ForeignKey {
    /// Returns whether SQLite's message is about this key, or about one with the same parent.
    pub(super) fn is_reported_by(&self, problem: &str) -> bool {
        problem.ends_with(&format!("referencing {}", quoted(&self.parent)))
    }

    /// Reorders the columns like one of `others` with the same columns: a rebuild may list a key's
    /// columns in another order without changing its meaning.
    pub(super) fn align(&mut self, others: &[&Self]) {
        type Name = fn(&(String, String)) -> String;
        let both: Name = |(column, target)| {
            format!("{}\0{}", column.to_ascii_lowercase(), target.to_ascii_lowercase())
        };
        // Match by both names, or by one of them if the other was renamed.
        let names: [Name; 3] = [
            both,
            |(column, _)| column.to_ascii_lowercase(),
            |(_, target)| target.to_ascii_lowercase(),
        ];
        for name in names {
            let of = |key: &Self| key.columns.iter().map(name).collect::<Vec<_>>();
            let sorted = |mut names: Vec<String>| {
                names.sort_unstable();
                names
            };
            let own = of(self);
            let mut same = others
                .iter()
                .map(|it| of(it))
                .filter(|it| sorted(it.clone()) == sorted(own.clone()));
            let Some(first) = same.next() else { continue };
            if first != own && !same.any(|it| it == own) {
                let place = |column: &_| first.iter().position(|it| *it == name(column));
                self.columns.sort_unstable_by_key(place);
            }
            return;
        }
    }

    /// Returns a query for the key's values in the rows that violate it, followed by `more` of the
    /// table `c`.
    ///
    /// SQLite compares a child's value with the affinity and collation of the parent column. Of the
    /// operands of `=`, the left one's collation counts, and a unary plus removes the affinity of
    /// the right one.
    pub(super) fn query(&self, has_parent: bool, more: &str) -> String {
        let join = |separator: &str, each: &dyn Fn(&(String, String)) -> String| {
            self.columns.iter().map(each).collect::<Vec<_>>().join(separator)
        };
        let values = join(", ", &|(column, _)| format!("c.{}", quoted(column)));
        let present = join(" AND ", &|(column, _)| format!("c.{} IS NOT NULL", quoted(column)));
        let table = quoted(&self.table);
        let Some((_, first)) = self.columns.first().filter(|_| has_parent) else {
            return format!("SELECT {values}{more} FROM main.{table} AS c WHERE {present}");
        };
        let same = join(" AND ", &|(column, target)| {
            format!("p.{} = +c.{}", quoted(target), quoted(column))
        });
        let (parent, first) = (quoted(&self.parent), quoted(first));
        format!(
            "SELECT {values}{more} FROM main.{table} AS c LEFT JOIN main.{parent} AS p ON {same} \
             WHERE {present} AND p.{first} IS NULL"
        )
    }

    /// Calls `each` with every row that violates the key, until it returns `false`.
    pub(super) fn violating(
        &self,
        conn: &Connection,
        has_parent: bool,
        more: &str,
        each: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        query::rows(conn, &self.query(has_parent, more), &[], each)
    }
}
