//! Fills tables that refer to each other, or one that refers at most to itself.

use rusqlite::{self, Connection, types::Value};

use super::Rows;
use super::complaint::message;
use super::target::{Link, Row, Target};
use super::transaction::{deferring, whole};
use super::value::Maker;
use super::writer::{Refusal, Writer, Written};
use crate::schema::{Name, Schema, Table};
use migratory_analysis::Condition;

/// How many clean rows a table gets.
const CLEAN: usize = 2;

/// Tables that are filled together.
pub(super) struct Group<'a> {
    pub(super) conn: &'a Connection,
    pub(super) schema: &'a Schema,
    pub(super) tables: Vec<&'a Table>,
    pub(super) rows: Rows,
    pub(super) conditions: &'a [Condition],
}

impl Group<'_> {
    /// Fills all of the tables, or none.
    pub(super) fn fill(&self, maker: &mut Maker) -> Written<()> {
        if self.tables.len() > 1 {
            let filled = deferring(self.conn, || whole(self.conn, || self.fill_at_once(maker)))?;
            if !matches!(filled, Err(Refusal::Rejected(_))) {
                return Ok(filled);
            }
        }
        whole(self.conn, || self.fill_in_turn(maker))
    }

    /// Fills the tables of a cycle by planning their rows first, so that each row can refer to the
    /// others.
    fn fill_at_once(&self, maker: &mut Maker) -> Written<()> {
        self.checked(true, || {
            let mut writers = match self.writers()? {
                Ok(writers) => writers,
                Err(refusal) => return Ok(Err(refusal)),
            };
            for number in 0..CLEAN {
                for writer in &mut writers {
                    writer.read_keys()?;
                }
                let written = whole(self.conn, || write_round(&mut writers, maker))?;
                match written {
                    Err(Refusal::Rejected(_)) if number > 0 => forget_round(&mut writers, number),
                    Err(refusal) => return Ok(Err(refusal)),
                    Ok(()) => {}
                }
            }
            self.write_allowed(&mut writers, maker)
        })
    }

    /// Fills the tables one after the other; keys whose parent does not exist yet are left NULL.
    fn fill_in_turn(&self, maker: &mut Maker) -> Written<()> {
        let is_deferred =
            self.tables.iter().any(|table| table.foreign_keys.iter().any(|key| key.is_deferred));
        self.checked(is_deferred, || {
            let mut writers = match self.writers()? {
                Ok(writers) => in_turn(writers),
                Err(refusal) => return Ok(Err(refusal)),
            };
            for writer in &mut writers {
                if let Err(refusal) = self.write_clean(writer, maker)? {
                    return Ok(Err(refusal));
                }
            }
            self.write_allowed(&mut writers, maker)
        })
    }

    fn writers(&self) -> Written<Vec<Writer<'_>>> {
        let mut writers = Vec::new();
        for table in &self.tables {
            match Writer::new(self.conn, Target::new(self.schema, table), self.conditions)? {
                Ok(writer) => writers.push(writer),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(writers))
    }

    /// Writes the clean rows of a table. One that already has rows may have no room for more; then
    /// it stays as it is.
    fn write_clean(&self, writer: &mut Writer, maker: &mut Maker) -> Written<()> {
        writer.read_keys()?;
        for _ in 0..CLEAN {
            let row = writer.clean(maker);
            match writer.write(row, maker)? {
                Ok(()) => {}
                Err(Refusal::RolledBack(message)) => return Ok(Err(Refusal::RolledBack(message))),
                Err(_) if !writer.made.is_empty() || self.holds_rows(writer.target.table)? => break,
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(()))
    }

    fn write_allowed(&self, writers: &mut [Writer], maker: &mut Maker) -> Written<()> {
        for writer in writers {
            if self.tables.len() > 1 {
                writer.read_keys()?;
            }
            if let Err(refusal) = writer.write_allowed(self.rows, maker)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    /// Does `work`, and fails if more keys dangle after it than before.
    fn checked(&self, is_needed: bool, work: impl FnOnce() -> Written<()>) -> Written<()> {
        if !is_needed {
            return work();
        }
        let before = match self.dangling()? {
            Ok(before) => before,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = work()? {
            return Ok(Err(refusal));
        }
        match self.dangling()? {
            Ok(after) if after > before => {
                Ok(Err(Refusal::Rejected("FOREIGN KEY constraint failed".to_owned())))
            }
            Ok(_) => Ok(Ok(())),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Counts the dangling keys of the tables.
    fn dangling(&self) -> Written<i64> {
        let mut dangling = 0;
        for table in &self.tables {
            let sql = "SELECT count(*) FROM pragma_foreign_key_check(?1)";
            match self.conn.query_row(sql, [table.name.as_str()], |row| row.get::<_, i64>(0)) {
                Ok(found) => dangling += found,
                Err(error) => return Ok(Err(Refusal::Rejected(message(error)?))),
            }
        }
        Ok(Ok(dangling))
    }

    fn holds_rows(&self, table: &Table) -> rusqlite::Result<bool> {
        holds_rows(self.conn, table)
    }
}

/// Whether a table has any row.
pub(super) fn holds_rows(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name.quoted());
    conn.query_row(&sql, [], |row| row.get(0))
}

/// Writes a row to each table, with keys that refer to each other.
fn write_round(writers: &mut [Writer], maker: &mut Maker) -> Written<()> {
    let names: Vec<&Name> = writers.iter().map(|writer| &writer.target.table.name).collect();
    let mut planned: Vec<Row> =
        writers.iter().map(|writer| writer.clean_beside(&names, maker)).collect();
    // A key may be copied from a key that is itself copied, through as many steps as there are
    // tables.
    for _ in 0..writers.len() {
        (0..writers.len()).for_each(|at| refer(writers, &mut planned, at));
    }
    for at in 0..writers.len() {
        refer(writers, &mut planned, at);
        let row = planned.get(at).cloned().unwrap_or_default();
        if let Err(refusal) = writers[at].write(row, maker)? {
            return Ok(Err(refusal));
        }
        if let (Some(place), Some(row)) = (planned.get_mut(at), writers[at].made.last()) {
            place.clone_from(row);
        }
    }
    Ok(Ok(()))
}

/// Makes a planned row refer to the planned rows of the other tables.
fn refer(writers: &[Writer], planned: &mut [Row], at: usize) {
    for link in &writers[at].target.links {
        let parent = writers.iter().position(|writer| writer.target.table.name == *link.parent);
        let Some(parent) = parent.filter(|&parent| parent != at) else { continue };
        let Some(columns) = writers[parent].target.positions(link.parent_columns.iter().copied())
        else {
            continue;
        };
        let key: Row = columns
            .iter()
            .map(|&column| planned[parent].get(column).cloned().unwrap_or(Value::Null))
            .collect();
        for (column, value) in link.change(&key) {
            planned[at][column] = value;
        }
    }
}

fn forget_round(writers: &mut [Writer], rows: usize) {
    for writer in writers {
        writer.made.truncate(rows);
    }
}

/// Orders the tables so that none needs a later one.
fn in_turn(mut waiting: Vec<Writer>) -> Vec<Writer> {
    let mut sorted = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |writer: &Writer| {
            let needed =
                writer.target.links.iter().filter(|link| is_mandatory(&writer.target, link));
            let mut parents =
                needed.map(|link| link.parent).filter(|&name| *name != writer.target.table.name);
            parents.all(|parent| waiting.iter().all(|other| other.target.table.name != *parent))
        };
        let at = waiting.iter().position(is_ready).unwrap_or_default();
        sorted.push(waiting.remove(at));
    }
    sorted
}

fn is_mandatory(target: &Target, link: &Link) -> bool {
    !link.columns.iter().any(|&column| target.is_nullable(column))
}
