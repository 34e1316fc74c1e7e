//! Runs the runner's own statements.
//!
//! All of them go through one function, which takes the closure that reads a row as `dyn`. With
//! rusqlite's generic functions, each file would get its own copy of the code that prepares, steps
//! and drops a statement: some 20 KiB in all.

use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, Statement, ToSql};

/// The values of a statement's parameters.
pub(crate) type Values<'v> = &'v [&'v dyn ToSql];

/// Calls `read` with each row of a query, until it returns `false`.
pub(crate) fn rows(
    conn: &Connection,
    sql: &str,
    values: Values<'_>,
    read: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        if !read(row)? {
            break;
        }
    }
    Ok(())
}

/// Runs a prepared statement to its end.
pub(crate) fn exhaust(statement: &mut Statement<'_>, values: Values<'_>) -> rusqlite::Result<()> {
    let mut rows = statement.query(values)?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Runs a statement to its end. With `PRAGMA count_changes` on it returns a row, which rusqlite's
/// `execute` treats as an error.
pub(crate) fn run(conn: &Connection, sql: &str, values: Values<'_>) -> rusqlite::Result<()> {
    rows(conn, sql, values, &mut |_| Ok(true))
}

/// Returns all rows of a query.
pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    values: Values<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut all = Vec::new();
    rows(conn, sql, values, &mut |row| {
        all.push(read(row)?);
        Ok(true)
    })?;
    Ok(all)
}

/// Returns the texts in a column of a query's rows.
pub(crate) fn texts(
    conn: &Connection,
    sql: &str,
    values: Values<'_>,
    column: usize,
) -> rusqlite::Result<Vec<String>> {
    all(conn, sql, values, |row| row.get(column))
}

/// Returns the texts in the first two columns of a query's rows.
pub(crate) fn pairs(
    conn: &Connection,
    sql: &str,
    values: Values<'_>,
) -> rusqlite::Result<Vec<(String, String)>> {
    all(conn, sql, values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Returns the first value of a query's first row, if it has one.
pub(crate) fn first<T: FromSql>(
    conn: &Connection,
    sql: &str,
    values: Values<'_>,
) -> rusqlite::Result<Option<T>> {
    let mut first = None;
    rows(conn, sql, values, &mut |row| {
        first = Some(row.get(0)?);
        Ok(false)
    })?;
    Ok(first)
}

/// Returns the first value of a query that always has a row.
pub(crate) fn value<T: FromSql>(conn: &Connection, sql: &str) -> rusqlite::Result<T> {
    first(conn, sql, &[])?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}
