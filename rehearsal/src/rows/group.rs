//! Fills tables that refer to each other, or one that refers at most to itself.

use rusqlite::{self, Connection, types::Value};

use super::Rows;
use super::fill_error::FillError;
use super::target::{Link, Row, Target};
use super::transaction::{deferring, whole};
use super::value::Maker;
use super::writer::Writer;
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
    pub(super) fn fill(&self, maker: &mut Maker) -> Result<(), FillError> {
        if self.tables.len() > 1 {
            let filled = deferring(self.conn, || whole(self.conn, || self.fill_at_once(maker)));
            if !matches!(filled, Err(FillError::Rejected(_))) {
                return filled;
            }
        }
        whole(self.conn, || self.fill_in_turn(maker))
    }

    /// Fills the tables of a cycle by planning their rows first, so that each row can refer to the
    /// others.
    fn fill_at_once(&self, maker: &mut Maker) -> Result<(), FillError> {
        self.checked(true, || {
            let mut writers = self.writers()?;
            for number in 0..CLEAN {
                for writer in &mut writers {
                    writer.read_keys()?;
                }
                match whole(self.conn, || write_round(&mut writers, maker)) {
                    Err(FillError::Rejected(_)) if number > 0 => forget_round(&mut writers, number),
                    written => written?,
                }
            }
            self.write_allowed(&mut writers, maker)
        })
    }

    /// Fills the tables one after the other; keys whose parent does not exist yet are left NULL.
    fn fill_in_turn(&self, maker: &mut Maker) -> Result<(), FillError> {
        let is_deferred =
            self.tables.iter().any(|table| table.foreign_keys.iter().any(|key| key.is_deferred));
        self.checked(is_deferred, || {
            let mut writers = in_turn(self.writers()?);
            for writer in &mut writers {
                self.write_clean(writer, maker)?;
            }
            self.write_allowed(&mut writers, maker)
        })
    }

    fn writers(&self) -> Result<Vec<Writer<'_>>, FillError> {
        let writer =
            |&table| Writer::new(self.conn, Target::new(self.schema, table), self.conditions);
        self.tables.iter().map(writer).collect()
    }

    /// Writes the clean rows of a table. One that already has rows may have no room for more; then
    /// it stays as it is.
    fn write_clean(&self, writer: &mut Writer, maker: &mut Maker) -> Result<(), FillError> {
        writer.read_keys()?;
        for _ in 0..CLEAN {
            let row = writer.clean(maker);
            match writer.write(row, maker) {
                Err(FillError::Rejected(_))
                    if !writer.made.is_empty() || holds_rows(self.conn, writer.target.table)? =>
                {
                    break;
                }
                written => written?,
            }
        }
        Ok(())
    }

    fn write_allowed(&self, writers: &mut [Writer], maker: &mut Maker) -> Result<(), FillError> {
        for writer in writers {
            if self.tables.len() > 1 {
                writer.read_keys()?;
            }
            writer.write_allowed(self.rows, maker)?;
        }
        Ok(())
    }

    /// Does `work`, and fails if more keys dangle after it than before.
    fn checked(
        &self,
        is_needed: bool,
        work: impl FnOnce() -> Result<(), FillError>,
    ) -> Result<(), FillError> {
        if !is_needed {
            return work();
        }
        let before = self.dangling()?;
        work()?;
        if self.dangling()? > before {
            return Err(FillError::Rejected("FOREIGN KEY constraint failed".to_owned()));
        }
        Ok(())
    }

    /// Counts the dangling keys of the tables.
    fn dangling(&self) -> Result<i64, FillError> {
        let sql = "SELECT count(*) FROM pragma_foreign_key_check(?1)";
        let count = |table: &&Table| {
            self.conn.query_row(sql, [table.name.as_str()], |row| row.get::<_, i64>(0))
        };
        self.tables
            .iter()
            .map(count)
            .sum::<rusqlite::Result<_>>()
            .map_err(FillError::rejected_unless_final)
    }
}

/// Whether a table has any row.
pub(super) fn holds_rows(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name.quoted());
    conn.query_row(&sql, [], |row| row.get(0))
}

/// Writes a row to each table, with keys that refer to each other.
fn write_round(writers: &mut [Writer], maker: &mut Maker) -> Result<(), FillError> {
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
        writers[at].write(row, maker)?;
        if let (Some(place), Some(row)) = (planned.get_mut(at), writers[at].made.last()) {
            place.clone_from(row);
        }
    }
    Ok(())
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
