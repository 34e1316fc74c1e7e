//! Compares all tables of two databases.

use std::collections::BTreeMap;

use migratory_runtime::__private::{code, message};
use rusqlite::{self, Connection, ErrorCode};

use super::differences::Difference;
use super::followed_table::{FollowedTable, Way};
use super::harmless_text::harmless;
use super::sequence::Sequences;
use super::table::{self, Moments};
use super::unpaired_rows::Room;
use super::virtual_table::{Home, home};
use crate::schema::{Schema, Table, TableKind};

/// The result of comparing two databases.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// The tables of the first database, by name.
    pub tables: BTreeMap<String, Rows>,
    /// The tables that only the second database has, each with its number of rows.
    pub new: BTreeMap<String, u64>,
    /// All differences.
    pub differences: Vec<Difference>,
    /// What was not compared.
    pub left: Vec<Left>,
    /// The largest number of bytes of rows in memory at once.
    pub most: usize,
}

/// The numbers of rows and values that were compared in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rows {
    /// The number of rows before.
    pub before: u64,
    /// The number of rows after, in the table that now holds them; `None` if it is gone.
    pub after: Option<u64>,
    /// The number of rows that are in both.
    pub compared: u64,
    /// The number of their values that were compared.
    pub values: u64,
}

/// Something that was not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The table.
    pub table: String,
    /// The reason.
    pub why: String,
}

/// Compares a database with its state after the scripts of `way`, row by row.
///
/// `progress` is called with the name of each table and the number of rows read. Interrupting a
/// statement ends the comparison.
///
/// # Errors
///
/// Fails if a schema can't be read, if SQLite is interrupted, or if there is no room for rows whose
/// counterparts are still missing. A table that can't be read is not an error: it is listed as not
/// compared.
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
        let followed = way.followed(table);
        let name = harmless(table.name.as_str());
        progress(&name, 0);
        comparison.differences.extend(sequences[0].forgotten(
            &table.name,
            &followed,
            &sequences[1],
        ));
        let now = followed.now.as_ref().and_then(|now| schemas[1].tables.get(now));
        known.extend(now.map(|now| now.name.clone()));
        let pair = Pair { conns: [before, after], table, now, followed: &followed, way };
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

/// A table, and the one that holds its rows after the scripts, if there is one.
struct Pair<'c> {
    conns: [&'c Connection; 2],
    table: &'c Table,
    now: Option<&'c Table>,
    followed: &'c FollowedTable,
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
        let Self { conns, table, now, followed, way } = *self;
        let Some(now) = now else {
            let (before, gone) = table::gone(conns[0], table, name, followed)?;
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
        let moments = Moments { conns, tables: [table, now], followed, is_return: way.is_return };
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
    /// Returns the differences that no script accounts for.
    pub fn losses(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| difference.is_loss())
    }

    /// Whether every row and value was compared, and is unchanged.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.left.is_empty()
    }

    /// Returns how many tables, rows and values were compared.
    pub fn totals(&self) -> [u64; 3] {
        let sum = |of: fn(&Rows) -> u64| self.tables.values().map(of).sum();
        [
            u64::try_from(self.tables.len()).unwrap_or(u64::MAX),
            sum(|it| it.compared),
            sum(|it| it.values),
        ]
    }

    /// Counts the rows of a table that did not exist before.
    fn count_new(&mut self, conn: &Connection, table: &Table) -> rusqlite::Result<()> {
        let sql = format!("SELECT count(*) FROM main.{}", table.name.quoted());
        match conn.query_row(&sql, [], |row| row.get::<_, i64>(0)) {
            Ok(rows) => drop(self.new.insert(harmless(table.name.as_str()), rows.unsigned_abs())),
            Err(error) if is_end(&error) => return Err(error),
            // The table is new, so it holds nothing from before.
            Err(_) => {}
        }
        Ok(())
    }
}

/// Whether an error concerns more than the table being read.
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
