//! Compares all tables of two databases.

use std::collections::BTreeMap;

use migratory_runtime::__private::{code, message};
use rusqlite::{self, Connection, ErrorCode};

use super::differences::Difference;
use super::fate::{Fate, Way};
use super::sequence::Sequences;
use super::shown::harmless;
use super::table::{self, Moments};
use super::virtual_table::{Home, home};
use super::waiting::Room;
use crate::schema::{Schema, Table, TableKind};

/// What a comparison of two databases came to.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// The tables of before, by their names.
    pub tables: BTreeMap<String, Rows>,
    /// The tables that only the later database has, with how many rows they have.
    pub new: BTreeMap<String, u64>,
    /// All that differs.
    pub differences: Vec<Difference>,
    /// What was not compared.
    pub left: Vec<Left>,
    /// The most bytes of rows that were kept in memory at once.
    pub most: usize,
}

/// How many rows of a table were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rows {
    /// How many it had.
    pub before: u64,
    /// How many it, or the table that has its rows now, has; `None` if it is gone.
    pub after: Option<u64>,
    /// How many are there at both moments.
    pub compared: u64,
    /// How many of their values were compared.
    pub values: u64,
}

/// Something that was not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The table.
    pub table: String,
    /// Why.
    pub why: String,
}

/// Compares each row of each table of a database as it was with the same database as it is after the scripts of `way`.
///
/// `progress` is given the name of each table, and how many of its rows were read. A statement that is interrupted
/// ends the comparison.
///
/// # Errors
/// If a schema can't be read, if SQLite is interrupted, or if there is no room for rows that wait for their
/// counterparts. A table that can't be read is no error: it is among those that are left.
pub fn compare(
    before: &Connection,
    after: &Connection,
    way: &Way<'_>,
    room: &Room,
    progress: &mut dyn FnMut(&str, u64),
) -> rusqlite::Result<Comparison> {
    let schemas = [Schema::read(before)?, Schema::read(after)?];
    let sequences = [Sequences::read(before)?, Sequences::read(after)?];
    let mut comparison = Comparison::default();
    let mut known = Vec::new();
    for table in schemas[0].tables.values().filter(|table| table.kind != TableKind::Shadow) {
        let fate = way.fate(table);
        let name = harmless(table.name.as_str());
        progress(&name, 0);
        comparison.differences.extend(sequences[0].forgotten(&table.name, &fate, &sequences[1]));
        let now = fate.now.as_ref().and_then(|now| schemas[1].tables.get(now));
        known.extend(now.map(|now| now.name.clone()));
        let pair = Pair { conns: [before, after], table, now, fate: &fate, way };
        let compared =
            pair.compare(&name, room, &mut comparison, &mut |rows| progress(&name, rows));
        if let Err(error) = compared {
            if is_end(&error) {
                return Err(error);
            }
            let why = format!("it can't be read: {}", harmless(&message(&error, "").0));
            comparison.left.push(Left { table: name, why });
        }
    }
    let others = schemas[1].tables.values().filter(|table| table.kind != TableKind::Shadow);
    for table in others.filter(|table| !known.contains(&table.name)) {
        comparison.count_new(after, table)?;
    }
    Ok(comparison)
}

/// A table, and the one that has its rows after the scripts, if there is one.
struct Pair<'c> {
    conns: [&'c Connection; 2],
    table: &'c Table,
    now: Option<&'c Table>,
    fate: &'c Fate,
    way: &'c Way<'c>,
}

impl Pair<'_> {
    fn compare(
        &self,
        name: &str,
        room: &Room,
        comparison: &mut Comparison,
        progress: &mut dyn FnMut(u64),
    ) -> rusqlite::Result<()> {
        let Self { conns, table, now, fate, way } = *self;
        let Some(now) = now else {
            let (before, gone) = table::gone(conns[0], table, name, fate)?;
            comparison.differences.extend(gone);
            let rows = Rows { before, ..Rows::default() };
            comparison.tables.insert(name.to_owned(), rows);
            return Ok(());
        };
        match (home(table), home(now)) {
            (Home::Itself, Home::Itself) => {}
            (Home::Nowhere, _) | (_, Home::Nowhere) => {
                let why = "it is an index over texts that are not kept".to_owned();
                comparison.left.push(Left { table: name.to_owned(), why });
                return Ok(());
            }
            _ => return Ok(()),
        }
        let moments = Moments { conns, tables: [table, now], fate, is_return: way.is_return };
        let outcome = moments.compare(name, room, progress)?;
        let [before, after] = outcome.rows;
        let [compared, values] = outcome.compared;
        let rows = Rows { before, after: Some(after), compared, values };
        comparison.tables.insert(name.to_owned(), rows);
        comparison.differences.extend(outcome.differences);
        comparison.most = comparison.most.max(outcome.most);
        if outcome.is_counted && before > 0 {
            let why = "no column is there before and after: only its rows were counted".to_owned();
            comparison.left.push(Left { table: name.to_owned(), why });
        }
        Ok(())
    }
}

impl Comparison {
    /// The differences that no script speaks of.
    pub fn losses(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| difference.is_loss())
    }

    /// Whether each row and each value was compared, and is what it was.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.left.is_empty()
    }

    /// How many tables, rows and values were compared.
    pub fn totals(&self) -> [u64; 3] {
        let sum = |of: fn(&Rows) -> u64| self.tables.values().map(of).sum();
        [
            u64::try_from(self.tables.len()).unwrap_or(u64::MAX),
            sum(|it| it.compared),
            sum(|it| it.values),
        ]
    }

    /// Counts the rows of a table that was not there before.
    fn count_new(&mut self, conn: &Connection, table: &Table) -> rusqlite::Result<()> {
        let sql = format!("SELECT count(*) FROM main.{}", table.name.quoted());
        match conn.query_row(&sql, [], |row| row.get::<_, i64>(0)) {
            Ok(rows) => drop(self.new.insert(harmless(table.name.as_str()), rows.unsigned_abs())),
            Err(error) if is_end(&error) => return Err(error),
            // It is new: nothing of before is in it.
            Err(_) => {}
        }
        Ok(())
    }
}

/// Whether an error is not about the table that was read.
fn is_end(error: &rusqlite::Error) -> bool {
    matches!(
        code(error),
        Some(
            ErrorCode::OperationInterrupted
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen
        )
    )
}
