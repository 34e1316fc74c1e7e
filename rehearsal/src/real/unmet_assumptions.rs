//! Checks whether the rows of a real database meet the assumptions of a migration.

use rusqlite::{Connection, ErrorCode, Result, Row};

use super::harmless_text::{harmless, value};
use crate::schema::Name;
use migratory_analysis::CheckedMigration;
use migratory_analysis::{Assumption, Condition, DirectiveKind};

/// How many of the rows that violate an assumption are named.
const SHOWN: usize = 3;

/// An assumption that does not hold on a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unmet {
    /// The file that states it.
    pub file: String,
    /// The assumption, as in `assumes(entry: amount > 0)`.
    pub assumption: String,
    /// How many rows violate it; `None` if SQLite could not evaluate it on all of them.
    pub rows: Option<u64>,
    /// The first of these rows by their keys, or SQLite's message.
    pub shown: Vec<String>,
}

/// Returns the assumptions of an up that do not hold on a database at the version before it.
///
/// Tests the conditions, and `no_orphans` for existing foreign keys. For `no_nulls` and
/// `no_duplicates`, and for foreign keys that the up adds, the up itself is the test: it fails.
///
/// # Errors
///
/// Fails if the schema can't be read, or the connection is interrupted.
pub fn unmet(conn: &Connection, migration: &CheckedMigration) -> Result<Vec<Unmet>> {
    let up = &migration.up;
    let mut all = Vec::new();
    for (condition, _) in up.conditions() {
        all.extend(of_condition(conn, &up.file, condition)?);
    }
    let no_orphans = DirectiveKind::Assumes(Assumption::NoOrphans);
    if up.says(no_orphans) {
        all.extend(orphans(conn, &up.file, no_orphans.written())?);
    }
    Ok(all)
}

fn of_condition(conn: &Connection, file: &str, condition: &Condition) -> Result<Option<Unmet>> {
    let table = Name::new(&condition.table);
    let of_table = format!("main.{} WHERE ({}) IS NOT TRUE", table.quoted(), condition.sql);
    let counted = conn.query_row(&format!("SELECT count(*) FROM {of_table}"), [], count);
    let (rows, shown) = match counted {
        Ok(0) => return Ok(None),
        Ok(rows) => (Some(rows), keys(conn, &table, &of_table)?),
        Err(error) if is_interrupted(&error) => return Err(error),
        // A function in the condition failed on a value.
        Err(error) => (None, vec![harmless(&error.to_string())]),
    };
    let assumption = format!("assumes({}: {})", table.written(), condition.sql);
    Ok(Some(Unmet { file: file.to_owned(), assumption: harmless(&assumption), rows, shown }))
}

fn count(row: &Row<'_>) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default())
}

fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

/// Returns the first rows of a query, by their keys.
fn keys(conn: &Connection, table: &Name, of_table: &str) -> Result<Vec<String>> {
    let sql = format!("PRAGMA main.table_info({})", table.quoted());
    let mut statement = conn.prepare(&sql)?;
    let columns = statement.query_map([], |row| Ok((row.get("pk")?, row.get("name")?)))?;
    let mut key: Vec<(i64, String)> = columns.collect::<Result<_>>()?;
    key.retain(|(place, _)| *place > 0);
    key.sort_unstable();
    let mut names: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
    if names.is_empty() {
        names.push("rowid".to_owned());
    }
    let quoted: Vec<_> = names.iter().map(|name| Name::new(name).quoted()).collect();
    let sql = format!("SELECT {} FROM {of_table} LIMIT {SHOWN}", quoted.join(", "));
    let cell = |row: &Row<'_>, at: usize| {
        Ok(format!("{} = {}", harmless(&names[at]), value(row.get_ref(at)?)))
    };
    let shown = |row: &Row<'_>| {
        let cells = (0..names.len()).map(|at| cell(row, at)).collect::<Result<Vec<_>>>()?;
        Ok(cells.join(", "))
    };
    conn.prepare(&sql)?.query_map([], shown)?.collect()
}

/// Reports the rows whose foreign keys dangle.
fn orphans(conn: &Connection, file: &str, assumption: String) -> Result<Option<Unmet>> {
    let mut statement = conn.prepare("PRAGMA main.foreign_key_check")?;
    let mut found = statement.query([])?;
    let (mut rows, mut shown) = (0, Vec::new());
    while let Some(row) = found.next()? {
        rows += 1;
        if shown.len() < SHOWN {
            let [table, parent] = [row.get::<_, String>(0)?, row.get(2)?].map(|it| harmless(&it));
            let rowid = row.get::<_, Option<i64>>(1)?;
            let rowid = rowid.map(|rowid| format!(" with rowid {rowid}")).unwrap_or_default();
            shown.push(format!("a row of {table}{rowid} refers to no row of {parent}"));
        }
    }
    let (file, rows) = (file.to_owned(), Some(rows));
    Ok((!shown.is_empty()).then_some(Unmet { file, assumption, rows, shown }))
}
