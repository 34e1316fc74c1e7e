//! Writes rows to one table, and varies those that SQLite refuses.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{self, Connection, Statement, params_from_iter};

use super::Rows;
use super::complaint::{Complaint, said};
use super::condition::Met;
use super::keys;
use super::target::{Link, Row, Target};
use super::value::{Maker, held};
use super::variation::{Change, Refused};
use crate::schema::Name;
use migratory_analysis::Condition;

/// How often a row is tried before it is given up.
const TRIES: usize = 600;

/// Why there is no row.
pub(super) enum Refusal {
    /// What SQLite said last.
    Said(String),
    /// The same, and it ended the transaction.
    Lost(String),
}

/// A table, the statement that inserts into it, and what was inserted.
pub(super) struct Writer<'a> {
    conn: &'a Connection,
    pub(super) target: Target<'a>,
    statement: Statement<'a>,
    conditions: Met<'a>,
    pub(super) made: Vec<Row>,
}

/// A row that SQLite refused, and the changes to it that are still to be tried.
struct Attempt {
    row: Row,
    complaint: Complaint,
    changes: std::vec::IntoIter<Change>,
}

pub(super) type Written<T> = rusqlite::Result<Result<T, Refusal>>;

impl<'a> Writer<'a> {
    pub(super) fn new(
        conn: &'a Connection,
        target: Target<'a>,
        conditions: &[Condition],
    ) -> Written<Self> {
        let conditions = Met::new(conn, &target, conditions)?;
        match conn.prepare(&target.insert()) {
            Ok(statement) => Ok(Ok(Self { conn, target, statement, conditions, made: Vec::new() })),
            Err(error) => Ok(Err(Refusal::Said(said(error)?))),
        }
    }

    /// Reads the keys that the foreign keys of the table may refer to.
    pub(super) fn read_keys(&mut self) -> rusqlite::Result<()> {
        let found = keys::read(self.conn, &self.target)?;
        for (link, keys) in self.target.links.iter_mut().zip(found) {
            link.keys = keys;
        }
        Ok(())
    }

    /// A row in which every column has a value of its own, and keys refer to what there is.
    pub(super) fn clean(&self, maker: &mut Maker) -> Row {
        self.clean_beside(&[], maker)
    }

    /// The same, with keys that refer to nothing yet where `others` are concerned.
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

    /// What makes a row refer to a key that agrees with what is settled already.
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

    /// Writes the rows that may but need not be there.
    pub(super) fn write_allowed(&mut self, rows: Rows, maker: &mut Maker) -> Written<()> {
        let mut wanted = Vec::new();
        if rows.duplicates {
            wanted.extend(self.duplicate(maker));
        }
        let with_nulls = if rows.nulls { self.null(maker) } else { None };
        let twice = with_nulls.is_some() && rows.duplicates;
        wanted.extend(with_nulls);
        for row in wanted {
            if let Err(Refusal::Lost(said)) = self.write(row, maker)? {
                return Ok(Err(Refusal::Lost(said)));
            }
        }
        // A partial index may hold rows with NULLs alone: they may be there twice too.
        let Some(row) = self.duplicate(maker).filter(|_| twice) else { return Ok(Ok(())) };
        match self.write(row, maker)? {
            Err(Refusal::Lost(said)) => Ok(Err(Refusal::Lost(said))),
            _ => Ok(Ok(())),
        }
    }

    /// The last row once more; of what is unique together, the last column differs.
    pub(super) fn duplicate(&self, maker: &mut Maker) -> Option<Row> {
        self.made.last().map(|original| self.beside(original, &BTreeSet::new(), maker))
    }

    /// The same values once more; of what is unique together, the last column differs, of those that need not be `kept`.
    pub(super) fn beside(&self, original: &Row, kept: &BTreeSet<usize>, maker: &mut Maker) -> Row {
        self.changed_beside(original, original.clone(), kept, maker)
    }

    /// A row that was changed from another one, and differs in all that is unique.
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

    /// A row that the table holds already, as SQLite accepted it.
    pub(super) fn sample(&self) -> rusqlite::Result<Option<Row>> {
        let columns = self.target.columns.iter().map(|column| column.name.quoted());
        let columns: Vec<_> = columns.collect();
        let table = self.target.table.name.quoted();
        let sql = format!("SELECT {} FROM main.{table} LIMIT 1", columns.join(", "));
        let width = columns.len();
        let read = self.conn.query_row(&sql, [], |row| (0..width).map(|at| row.get(at)).collect());
        match read {
            Ok(row) => Ok(Some(row)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => said(error).map(|_| None),
        }
    }

    /// The sets of two and more columns that are unique together.
    pub(super) fn composites(&self) -> impl Iterator<Item = &BTreeSet<usize>> {
        self.target.uniques.iter().filter(|unique| unique.len() > 1)
    }

    /// Another value for a column, from the other table if it is part of a foreign key.
    fn other(&self, column: usize, maker: &mut Maker) -> Change {
        match self.target.links_of(column).next() {
            Some(link) => {
                let key = link.first_unused(&self.made, |_| true);
                key.map(|key| link.change(key)).unwrap_or_default()
            }
            None => vec![(column, self.target.fresh(column, maker))],
        }
    }

    /// A row with NULL wherever it may stand, if it may stand anywhere.
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

    /// Writes a row, varied until SQLite takes it.
    ///
    /// A change that leads to another complaint has answered the first one, and is varied in turn;
    /// one that leads to a complaint that was heard before has not.
    pub(super) fn write(&mut self, row: Row, maker: &mut Maker) -> Written<()> {
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut row = row;
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.insert(&row)? {
                Ok(()) => {
                    self.keep(row);
                    return Ok(Ok(()));
                }
                Err(Refusal::Lost(said)) => return Ok(Err(Refusal::Lost(said))),
                Err(Refusal::Said(said)) => {
                    let complaint = Complaint::read(&said, self.target.table);
                    last = said;
                    if attempts.iter().all(|attempt| attempt.complaint != complaint) {
                        attempts.push(self.attempt(row, complaint, maker));
                    }
                }
            }
            match next(&mut attempts) {
                Some(varied) => row = varied,
                None => break,
            }
        }
        Ok(Err(Refusal::Said(last)))
    }

    fn attempt(&self, row: Row, complaint: Complaint, maker: &mut Maker) -> Attempt {
        let refused = Refused { target: &self.target, made: &self.made, row: &row };
        let changes = refused.changes(&complaint, maker).into_iter();
        Attempt { row, complaint, changes }
    }

    /// Writes a row as it is. A condition that the author states is a CHECK of ours.
    pub(super) fn insert(&mut self, row: &Row) -> Written<()> {
        if let Some(refusal) = self.unmet(row)? {
            return Ok(Err(refusal));
        }
        let outcome = self.statement.execute(params_from_iter(row));
        self.written(outcome)
    }

    /// A statement that gives the rowid too, where it has no name; and its text, or that of the statement without.
    pub(super) fn with_rowid(&self) -> rusqlite::Result<(String, Option<Statement<'a>>)> {
        match self.target.insert_with_rowid() {
            Some(insert) => self.conn.prepare(&insert).map(|statement| (insert, Some(statement))),
            None => Ok((self.target.insert(), None)),
        }
    }

    /// Writes a row by that statement.
    pub(super) fn insert_by(
        &mut self,
        statement: &mut Statement<'_>,
        row: &Row,
        rowid: i64,
    ) -> Written<()> {
        if let Some(refusal) = self.unmet(row)? {
            return Ok(Err(refusal));
        }
        let rowid = Value::Integer(rowid);
        let outcome = statement.execute(params_from_iter(row.iter().chain([&rowid])));
        self.written(outcome)
    }

    fn unmet(&mut self, row: &Row) -> rusqlite::Result<Option<Refusal>> {
        if self.conditions.is_empty() {
            return Ok(None);
        }
        // A condition is about what the row holds once it is in its table: '00' is 0 in a column of integers.
        let held = self.target.columns.iter().zip(row).map(|(column, it)| held(it.clone(), column));
        let unmet = self.conditions.unmet(&held.collect())?;
        Ok(unmet.map(|unmet| Refusal::Said(format!("CHECK constraint failed: {unmet}"))))
    }

    fn written(&self, outcome: rusqlite::Result<usize>) -> Written<()> {
        let said = match outcome {
            Ok(0) => "the row was ignored".to_owned(),
            Ok(_) => return Ok(Ok(())),
            Err(error) => said(error)?,
        };
        let is_lost = self.conn.is_autocommit();
        Ok(Err(if is_lost { Refusal::Lost(said) } else { Refusal::Said(said) }))
    }

    /// Remembers a row, which later ones may refer to.
    pub(super) fn keep(&mut self, row: Row) {
        for link in &mut self.target.links {
            if let Some(own) = &link.own {
                link.keys.push(own.iter().filter_map(|&column| row.get(column).cloned()).collect());
            }
        }
        self.made.push(row);
    }
}

/// The next row to try: the newest complaint is answered first.
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
