//! Makes edge rows: values that a table's types and constraints admit, and that people have.
//!
//! Clean rows show what is wrong with a script whatever the rows are. Edge rows show which values it relies on: an
//! empty text, leading zeros, a text in a column of numbers, and the literals that the script and the CHECKs compare
//! with, with their neighbours.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_core::sql::lexer;
use rusqlite::types::Value;
use rusqlite::{self, Connection, Statement, params_from_iter};

use super::Filler;
use super::candidate::literals;
use super::clause::{Clause, Renamed, TableClause, clauses};
use super::combined::{self, Combined};
use super::complaint::or_if_refused;
use super::condition;
use super::derived::{derived, merged};
use super::fill_error::{FillError, optional, rejection};
use super::hint::Hint;
use super::order;
use super::partly_equal_columns::{changed as changed_columns, shared};
use super::target::{Row, Target, is_ordinary};
use super::transaction::{enforcing, whole};
use super::usual::{untyped, usual};
use super::value::{Class, Maker, fitted, held, is_untyped, shown_value};
use super::writer::Writer;
use crate::schema::{Name, Schema, Table};
use migratory_analysis::Condition;

mod partly_equal_rows;

/// The most values that are tried in one column.
const MOST: usize = 24;
/// Consecutive numbers, down and up: an UPDATE that adds to each in turn meets the next one before that has changed.
const RUNS: [i64; 6] = [13, 12, 11, 21, 22, 23];
/// The first rowid that is given explicitly, above those of the other rows.
const FIRST_ROWID: i64 = 1_000;
/// A key that no parent has.
const ORPHAN: i64 = 987_654_321;

/// A row that SQLite accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EdgeRow {
    pub(crate) table: Name,
    form: Arc<Form>,
    values: Row,
}

/// What the rows of a table have in common.
#[derive(Debug, PartialEq)]
struct Form {
    insert: String,
    columns: Vec<Name>,
}

impl EdgeRow {
    /// Returns the row as text for people.
    pub(crate) fn described(&self) -> String {
        let cells = self.form.columns.iter().zip(&self.values);
        let cells: Vec<_> =
            cells.map(|(column, value)| format!("{column} = {}", shown_value(value))).collect();
        format!("({}) of `{}`", cells.join(", "), self.table)
    }

    /// Returns the columns that it has values for.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Name> {
        self.form.columns.iter()
    }

    pub(crate) fn has_null(&self) -> bool {
        self.values.contains(&Value::Null)
    }

    /// Whether it meets a condition; one that SQLite can't prepare is not met.
    pub(crate) fn meets(&self, conn: &Connection, condition: &str) -> rusqlite::Result<bool> {
        let sql = condition::query(self.form.columns.iter(), condition);
        or_if_refused(conn.query_row(&sql, params_from_iter(&self.values), |row| row.get(0)), false)
    }

    /// Inserts the row into a database that does not have it; returns whether SQLite accepts it.
    pub(crate) fn write(&self, conn: &Connection) -> rusqlite::Result<bool> {
        let count = conn.execute(&self.form.insert, params_from_iter(&self.values));
        or_if_refused(count.map(|count| count > 0), false)
    }
}

/// Selects the edge rows to add.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) tables: &'a BTreeSet<Name>,
    /// The statements of the script, whose literals are tried.
    pub(crate) texts: &'a [&'a str],
    /// The statements of the down that follows, which must find again what they look up.
    pub(crate) back: &'a [&'a str],
    /// Adds each row twice, except where a constraint forbids it.
    pub(crate) duplicates: bool,
    /// Combines values of one column with NULL in another.
    pub(crate) nulls: bool,
    /// Adds keys that refer to nothing.
    pub(crate) orphans: bool,
}

impl Filler {
    /// Adds edge rows to tables that already hold clean rows, and returns those that SQLite accepted.
    ///
    /// # Errors
    ///
    /// Fails if SQLite runs out of time or memory.
    pub(crate) fn add_edges(
        &mut self,
        conn: &Connection,
        schema: &Schema,
        wanted: Wanted<'_>,
    ) -> rusqlite::Result<Vec<EdgeRow>> {
        // Parents first: keys refer to edge rows too.
        let names = wanted.tables.iter().collect();
        let groups = order::groups(schema, &names).into_iter().flatten();
        let tables = groups.filter_map(|name| schema.tables.get(name));
        let tables = tables.filter(|table| is_ordinary(table) && !self.given.contains(&table.name));
        let tables: Vec<&Table> = tables.collect();
        let script = Read::of(wanted.texts);
        let mut write = || {
            let mut rows = Vec::new();
            for table in &tables {
                let target = Target::new(schema, table);
                let written = whole(conn, || {
                    of_table(conn, target, (wanted, &script), (&self.conditions, &mut self.maker))
                });
                // A table that can't take them stays as it is.
                match written {
                    Ok(written) => rows.extend(written),
                    Err(error) => drop(error.into_message()?),
                }
            }
            Ok(rows)
        };
        if wanted.orphans { write() } else { enforcing(conn, write) }
    }
}

/// The statements of a script, read once for all tables.
struct Read<'t> {
    clauses: Vec<Clause<'t>>,
    renamed: Renamed,
}

impl<'t> Read<'t> {
    fn of(texts: &[&'t str]) -> Self {
        let clauses = texts.iter().flat_map(|text| clauses(text)).collect();
        Self { clauses, renamed: Renamed::read(texts.iter().copied()) }
    }
}

fn of_table(
    conn: &Connection,
    target: Target<'_>,
    (wanted, script): (Wanted<'_>, &Read<'_>),
    (conditions, maker): (&[Condition], &mut Maker),
) -> Result<Vec<EdgeRow>, FillError> {
    let checks = target.table.checks.iter().map(String::as_str);
    let indexes = target.indexes.iter().map(|index| &*index.sql);
    // Those that look at a value may stop the script, or do something else for some.
    let deciding = |trigger: &&str| lexer::has_any(trigger, &["when", "where", "case"]);
    let triggers = target.triggers.iter().copied().filter(deciding);
    let own: Vec<&str> = checks.chain(indexes).chain(triggers).collect();
    let hint = Hint::read(&target, own.iter().chain(wanted.texts).copied());
    let own: Vec<Clause<'_>> = own.into_iter().flat_map(clauses).collect();
    let table_clauses = script.clauses.iter().chain(&own);
    let table_clauses =
        table_clauses.filter_map(|clause| TableClause::of(&target, &script.renamed, clause));
    let table_clauses: Vec<TableClause<'_, '_>> = table_clauses.collect();
    let mut derived = derived(&target, &table_clauses, maker);
    if wanted.texts.iter().any(|text| lexer::has_any(text, &["strict"])) {
        add_loose_booleans(&target, &mut derived);
    }
    let changed = changed_columns(&target, wanted.texts);
    let shared = shared(&target, &script.renamed, &[wanted.texts, wanted.back].concat());
    let merged = merged(&target, &script.renamed, wanted.texts.iter().copied());
    let mut values: Vec<Vec<Value>> = (0..target.columns.len())
        .map(|column| {
            let is_changed = changed.iter().any(|changed| changed.column == column);
            let asked = (&hint, &*derived[column], is_changed);
            values(&target, asked, column, wanted.orphans, maker)
        })
        .collect();
    let mut writer = Writer::new(conn, target, conditions)?;
    writer.read_keys()?;
    let sample = writer.sample()?;
    let (insert, statement) = writer.with_rowid()?;
    let columns = writer.target.columns.iter().map(|column| column.name.clone()).collect();
    let mut edges = Edges {
        writer,
        form: Arc::new(Form { insert, columns }),
        statement,
        sample,
        rows: Vec::new(),
        duplicates: wanted.duplicates,
        is_first: true,
        rowid: FIRST_ROWID,
    };
    edges.add_merged(merged, &mut values, maker)?;
    edges.add_changed(&changed, &values, maker)?;
    let longest = values.iter().map(Vec::len).max().unwrap_or_default();
    for at in 0..longest {
        let change = values.iter().enumerate();
        let change = change.filter_map(|(column, values)| Some((column, values.get(at)?.clone())));
        edges.add(&change.collect::<Vec<_>>(), maker)?;
    }
    let rows = combined::rows(&edges.writer.target, &table_clauses, wanted.nulls, maker);
    edges.add_each(rows, maker)?;
    optional(edges.add_shared(&shared, maker))?;
    Ok(edges.rows)
}

/// The edge rows of one table.
struct Edges<'a> {
    writer: Writer<'a>,
    form: Arc<Form>,
    /// The INSERT that also gives the rowid, where that has no name.
    statement: Option<Statement<'a>>,
    /// A row that the table held before.
    sample: Option<Row>,
    rows: Vec<EdgeRow>,
    /// Whether each row is added twice.
    duplicates: bool,
    /// Whether no row has been repeated yet.
    is_first: bool,
    /// The last rowid that was given explicitly.
    rowid: i64,
}

impl Edges<'_> {
    /// Adds a clean row with these values; if SQLite refuses them together, a row for each.
    fn add(&mut self, change: &[(usize, Value)], maker: &mut Maker) -> Result<(), FillError> {
        if rejection(self.try_row(change, maker))?.is_none() || change.len() < 2 {
            return Ok(());
        }
        for one in change {
            optional(self.try_row(std::slice::from_ref(one), maker))?;
        }
        Ok(())
    }

    /// Adds these rows, except those that SQLite refuses. If duplicates are wanted, repeats only those that must be there
    /// twice.
    fn add_each(
        &mut self,
        rows: impl IntoIterator<Item = Combined>,
        maker: &mut Maker,
    ) -> Result<(), FillError> {
        let duplicates = self.duplicates;
        for row in rows {
            self.duplicates = duplicates && row.is_twice;
            optional(self.add_combined(&row, maker))?;
        }
        self.duplicates = duplicates;
        Ok(())
    }

    /// Adds a row that a clause asks for.
    fn add_combined(&mut self, row: &Combined, maker: &mut Maker) -> Result<(), FillError> {
        let last = self.writer.made.last().filter(|_| row.is_beside).cloned();
        let Some(last) = last else { return self.try_row(&row.change, maker) };
        let row = changed(last.clone(), &row.change);
        self.insert(self.writer.changed_beside(&last, row, &BTreeSet::new(), maker))
    }

    /// Adds a row with these values, otherwise clean or like an existing one; repeats it if duplicates are wanted.
    fn try_row(&mut self, change: &[(usize, Value)], maker: &mut Maker) -> Result<(), FillError> {
        let row = changed(self.writer.clean(maker), change);
        if let Some(message) = rejection(self.insert(row))? {
            // A CHECK on an unchanged column may admit few values; those of an existing row are among them.
            let Some(sample) = &self.sample else { return Err(FillError::Rejected(message)) };
            let row = self.writer.beside(sample, &BTreeSet::new(), maker);
            self.insert(changed(row, change))?;
        }
        if self.duplicates { self.repeat(maker) } else { Ok(()) }
    }

    /// Inserts a row. Where the rowid has no name, it leaves gaps, which a copy closes: whatever refers to the rowid
    /// then finds another row.
    fn insert(&mut self, row: Row) -> Result<(), FillError> {
        let columns = self.writer.target.columns.iter();
        let row: Row = columns.zip(row).map(|(column, value)| held(value, column)).collect();
        let mut values = row.clone();
        match &mut self.statement {
            Some(statement) => {
                self.rowid += 7;
                values.push(Value::Integer(self.rowid));
                self.writer.insert_by(statement, &row, self.rowid)?;
            }
            None => self.writer.insert(&row)?,
        }
        self.writer.keep(row);
        let (table, form) = (self.writer.target.table.name.clone(), Arc::clone(&self.form));
        self.rows.push(EdgeRow { table, form, values });
        Ok(())
    }
}

/// Adds what a BOOLEAN column may also hold, since its type is only a name to SQLite: a STRICT table refuses it. Scripts
/// without STRICT are not tried on it, since few databases have it.
fn add_loose_booleans(target: &Target<'_>, derived: &mut [Vec<Value>]) {
    for (column, values) in target.columns.iter().zip(derived) {
        if Class::of(column) == Class::Boolean {
            values.push(Value::Text("true".to_owned()));
        }
    }
}

/// Returns the row with these values in it.
fn changed(mut row: Row, change: &[(usize, Value)]) -> Row {
    for (column, value) in change {
        row[*column] = value.clone();
    }
    row
}

/// Returns the values to try in a column, each once.
fn values(
    target: &Target<'_>,
    (hint, derived, is_changed): (&Hint, &[Value], bool),
    column: usize,
    orphans: bool,
    maker: &mut Maker,
) -> Vec<Value> {
    let Some(definition) = target.columns.get(column) else { return Vec::new() };
    if target.links_of(column).next().is_some() {
        let orphan = target.fit(definition, Value::Integer(ORPHAN)).filter(|_| orphans);
        return orphan.into_iter().collect();
    }
    let is_rowid = target.alias == Some(column);
    let is_of_type = |value: &Value| match value {
        Value::Integer(_) => true,
        _ => !is_rowid,
    };
    let is_unique = target.uniques.iter().any(|unique| *unique == BTreeSet::from([column]));
    let is_counted =
        (is_unique || is_changed) && !is_rowid && Class::of(definition) == Class::Integer;
    let runs = if is_counted { RUNS.map(Value::Integer).to_vec() } else { Vec::new() };
    let literals = literals(hint, column, Class::of(definition), maker);
    let untyped = is_untyped(definition).then(untyped).unwrap_or_default();
    let asked = literals.into_iter().chain(derived.iter().cloned()).chain(untyped);
    let found = asked.chain(runs).chain(usual(definition));
    let mut values: Vec<Value> = Vec::new();
    for value in found.filter(is_of_type) {
        let stored = if target.table.is_strict { fitted(value, definition) } else { Some(value) };
        values.extend(stored.filter(|value| !values.contains(value)));
    }
    values.truncate(MOST);
    if target.is_nullable(column) && !target.may_be_left_out(column) {
        // SQLite lets NULL into a primary key that is not declared NOT NULL.
        values.push(Value::Null);
    }
    values
}
