//! Writes rows to one table, and varies those that SQLite refuses.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{self, Connection, OptionalExtension as _, Statement, params_from_iter};

use super::Rows;
use super::complaint::{Complaint, message, or_if_refused};
use super::condition::Met;
use super::fill_error::{FillError, optional, rejection};
use super::keys;
use super::target::{Link, Row, Target};
use super::value::{Maker, held};
use super::variation::{Change, Refused};
use crate::schema::Name;
use migratory_analysis::Condition;

/// How often a row is tried before the writer gives up.
const TRIES: usize = 600;

/// A table, its INSERT statement, and the rows written so far.
pub(super) struct Writer<'a> {
    conn: &'a Connection,
    pub(super) target: Target<'a>,
    statement: Statement<'a>,
    conditions: Met<'a>,
    pub(super) made: Vec<Row>,
}

/// A row that SQLite refused, and the changes still to try.
struct Attempt {
    row: Row,
    complaint: Complaint,
    changes: std::vec::IntoIter<Change>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        conn: &'a Connection,
        target: Target<'a>,
        conditions: &[Condition],
    ) -> Result<Self, FillError> {
        let conditions = Met::new(conn, &target, conditions)?;
        let statement = conn.prepare(&target.insert()).map_err(FillError::rejected_unless_final)?;
        Ok(Self { conn, target, statement, conditions, made: Vec::new() })
    }

    /// Reads the keys to which the foreign keys of the table may refer.
    pub(super) fn read_keys(&mut self) -> rusqlite::Result<()> {
        let found = keys::read(self.conn, &self.target)?;
        for (link, keys) in self.target.links.iter_mut().zip(found) {
            link.keys = keys;
        }
        Ok(())
    }

    /// Returns a row in which every column has a value of its own, and keys refer to existing rows.
    pub(super) fn clean(&self, maker: &mut Maker) -> Row {
        self.clean_beside(&[], maker)
    }

    /// Returns such a row, whose keys to the tables in `others` are still open.
    pub(super) fn clean_beside(&self, others: &[&Name], maker: &mut Maker) -> Row {
        maker.align(self.made.len());
        let mut row: Row =
            (0..self.target.columns.len()).map(|column| self.target.fresh(column, maker)).collect();
        let mut settled = BTreeSet::new();
        let is_apart = |link: &&Link| link.own.is_some() || !others.contains(&link.parent);
        for link in self.target.links.iter().filter(is_apart) {
            for (column, value) in self.refer(link, &row, &settled) {
                row[column] = value;
            }
            settled.extend(link.columns.iter().copied());
        }
        row
    }

    /// Returns the change that makes a row refer to a key which agrees with the settled columns.
    fn refer(&self, link: &Link, row: &Row, settled: &BTreeSet<usize>) -> Change {
        let agrees = |key: &Row| {
            let mut cells = link.columns.iter().zip(key);
            cells
                .all(|(column, value)| !settled.contains(column) || row.get(*column) == Some(value))
        };
        if let Some(key) = link.first_unused(&self.made, agrees) {
            return link.change(key);
        }
        let nullable = link.columns.iter().filter(|&&column| self.target.is_nullable(column));
        let nulls: Change = nullable
            .filter(|column| !settled.contains(column))
            .map(|&column| (column, Value::Null))
            .collect();
        match &link.own {
            Some(own) if nulls.is_empty() => {
                let key = own.iter().filter_map(|&column| row.get(column).cloned()).collect();
                link.change(&key)
            }
            _ => nulls,
        }
    }

    /// Writes the optional rows: those with duplicates and with NULLs.
    pub(super) fn write_allowed(&mut self, rows: Rows, maker: &mut Maker) -> Result<(), FillError> {
        let mut wanted = Vec::new();
        if rows.duplicates {
            wanted.extend(self.duplicate(maker));
        }
        let with_nulls = if rows.nulls { self.null(maker) } else { None };
        let twice = with_nulls.is_some() && rows.duplicates;
        wanted.extend(with_nulls);
        for row in wanted {
            optional(self.write(row, maker))?;
        }
        // A partial index may hold only rows with NULLs, so these are repeated too.
        let Some(row) = self.duplicate(maker).filter(|_| twice) else { return Ok(()) };
        optional(self.write(row, maker))
    }

    /// Returns the last row again, with another value in the last column of each unique set.
    pub(super) fn duplicate(&self, maker: &mut Maker) -> Option<Row> {
        self.made.last().map(|original| self.beside(original, &BTreeSet::new(), maker))
    }

    /// Returns a row again, with another value in the last column of each unique set that is not
    /// `kept`.
    pub(super) fn beside(&self, original: &Row, kept: &BTreeSet<usize>, maker: &mut Maker) -> Row {
        self.changed_beside(original, original.clone(), kept, maker)
    }

    /// Returns a changed row, made to differ from the original in every unique set.
    pub(super) fn changed_beside(
        &self,
        original: &Row,
        mut row: Row,
        kept: &BTreeSet<usize>,
        maker: &mut Maker,
    ) -> Row {
        for unique in &self.target.uniques {
            let is_same = unique.iter().all(|&column| {
                row.get(column) == original.get(column) && row.get(column) != Some(&Value::Null)
            });
            if !is_same {
                continue;
            }
            let free = unique.iter().rev().find(|column| !kept.contains(column));
            let changed = free.or(unique.last()).map(|&column| self.other(column, maker));
            for (column, value) in changed.unwrap_or_default() {
                row[column] = value;
            }
        }
        row
    }

    /// Returns a row that the table already holds, and that SQLite therefore accepted.
    pub(super) fn sample(&self) -> rusqlite::Result<Option<Row>> {
        let columns = self.target.columns.iter().map(|column| column.name.quoted());
        let columns: Vec<_> = columns.collect();
        let table = self.target.table.name.quoted();
        let sql = format!("SELECT {} FROM main.{table} LIMIT 1", columns.join(", "));
        let width = columns.len();
        let read = self.conn.query_row(&sql, [], |row| (0..width).map(|at| row.get(at)).collect());
        or_if_refused(read.optional(), None)
    }

    /// Returns the unique sets of two or more columns.
    pub(super) fn composites(&self) -> impl Iterator<Item = &BTreeSet<usize>> {
        self.target.uniques.iter().filter(|unique| unique.len() > 1)
    }

    /// Returns another value for a column, taken from the parent if it is part of a foreign key.
    fn other(&self, column: usize, maker: &mut Maker) -> Change {
        match self.target.links_of(column).next() {
            Some(link) => {
                let key = link.first_unused(&self.made, |_| true);
                key.map(|key| link.change(key)).unwrap_or_default()
            }
            None => vec![(column, self.target.fresh(column, maker))],
        }
    }

    /// Returns a row with NULL wherever that is allowed; `None` if it is allowed nowhere.
    fn null(&self, maker: &mut Maker) -> Option<Row> {
        let mut row = self.clean(maker);
        let mut found = false;
        for (column, value) in row.iter_mut().enumerate() {
            if self.target.may_be_left_out(column) {
                *value = Value::Null;
                found = true;
            }
        }
        found.then_some(row)
    }

    /// Writes a row, and varies it until SQLite accepts it.
    ///
    /// A change that leads to a new complaint has solved the first one, and is varied in turn; one
    /// that leads to an earlier complaint has not.
    pub(super) fn write(&mut self, row: Row, maker: &mut Maker) -> Result<(), FillError> {
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut row = row;
        let mut last = String::new();
        for _ in 0..TRIES {
            let Some(message) = rejection(self.insert(&row))? else {
                self.keep(row);
                return Ok(());
            };
            let complaint = Complaint::read(&message, self.target.table);
            last = message;
            if attempts.iter().all(|attempt| attempt.complaint != complaint) {
                attempts.push(self.attempt(row, complaint, maker));
            }
            match next(&mut attempts) {
                Some(varied) => row = varied,
                None => break,
            }
        }
        Err(FillError::Rejected(last))
    }

    fn attempt(&self, row: Row, complaint: Complaint, maker: &mut Maker) -> Attempt {
        let refused = Refused { target: &self.target, made: &self.made, row: &row };
        let changes = refused.changes(&complaint, maker).into_iter();
        Attempt { row, complaint, changes }
    }

    /// Writes a row as it is. A condition that the author assumes is checked like a CHECK.
    pub(super) fn insert(&mut self, row: &Row) -> Result<(), FillError> {
        self.check_conditions(row)?;
        let outcome = self.statement.execute(params_from_iter(row));
        self.written(outcome)
    }

    /// Returns the INSERT that also gives the rowid, if that has no name; and the text of the
    /// INSERT in use.
    pub(super) fn with_rowid(&self) -> rusqlite::Result<(String, Option<Statement<'a>>)> {
        match self.target.insert_with_rowid() {
            Some(insert) => self.conn.prepare(&insert).map(|statement| (insert, Some(statement))),
            None => Ok((self.target.insert(), None)),
        }
    }

    /// Writes a row with this statement.
    pub(super) fn insert_by(
        &mut self,
        statement: &mut Statement<'_>,
        row: &Row,
        rowid: i64,
    ) -> Result<(), FillError> {
        self.check_conditions(row)?;
        let rowid = Value::Integer(rowid);
        let outcome = statement.execute(params_from_iter(row.iter().chain([&rowid])));
        self.written(outcome)
    }

    fn check_conditions(&mut self, row: &Row) -> Result<(), FillError> {
        if self.conditions.is_empty() {
            return Ok(());
        }
        // A condition is about the value once it is stored: '00' is 0 in a column of integers.
        let held = self.target.columns.iter().zip(row).map(|(column, it)| held(it.clone(), column));
        match self.conditions.unmet(&held.collect())? {
            Some(unmet) => Err(FillError::Rejected(format!("CHECK constraint failed: {unmet}"))),
            None => Ok(()),
        }
    }

    fn written(&self, outcome: rusqlite::Result<usize>) -> Result<(), FillError> {
        let message = match outcome {
            Ok(0) => "the row was ignored".to_owned(),
            Ok(_) => return Ok(()),
            Err(error) => message(error)?,
        };
        let is_lost = self.conn.is_autocommit();
        Err(if is_lost { FillError::RolledBack(message) } else { FillError::Rejected(message) })
    }

    /// Keeps a row, to which later ones may refer.
    pub(super) fn keep(&mut self, row: Row) {
        for link in &mut self.target.links {
            if let Some(own) = &link.own {
                link.keys.push(own.iter().filter_map(|&column| row.get(column).cloned()).collect());
            }
        }
        self.made.push(row);
    }
}

/// Returns the next row to try; the newest complaint is handled first.
fn next(attempts: &mut Vec<Attempt>) -> Option<Row> {
    while let Some(attempt) = attempts.last_mut() {
        if let Some(change) = attempt.changes.next() {
            let mut row = attempt.row.clone();
            for (column, value) in change {
                if let Some(place) = row.get_mut(column) {
                    *place = value;
                }
            }
            return Some(row);
        }
        attempts.pop();
    }
    None
}
