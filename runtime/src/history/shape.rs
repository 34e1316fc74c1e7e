//! Checks that the history's table is one that migratory created.
//!
//! A database file may come from anybody. A view may run forever when it is read; a CHECK, a
//! generated column, an index or a trigger runs arbitrary SQL when a row is written. SQLite follows
//! the text of a definition, so the text is checked, and not the columns of `sqlite_schema` that
//! describe it.

use migratory_core::sql::lexer::{self, Token, is_same};
use rusqlite::Connection;

use crate::db::definition::begins_with;
use crate::db::pragmas;
use crate::db::query;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::table::TABLE;

/// The required columns. A newer migratory may add others.
const COLUMNS: &str = "version name checksum chain schema_hash down applied_at duration_ms state stamp \
    compatible_with down_code remark progress";

/// Returns whether the database has a history.
///
/// # Errors
/// Fails if something else has its name.
pub(super) fn exists(conn: &Connection) -> Result<bool, Error> {
    let named = named(conn)?;
    if named.is_empty() && pragmas::plain_columns(conn, TABLE)?.is_empty() {
        return Ok(false);
    }
    match fault(conn, &named)? {
        Some(what) => Err(ErrorKind::NotOurs { what }.into()),
        None => Ok(true),
    }
}

/// Refuses a database with a trigger that reads or writes the history: it would run when a
/// migration is recorded.
pub(crate) fn check_triggers(conn: &Connection) -> Result<(), Error> {
    let sql =
        "SELECT name, sql FROM main.sqlite_schema WHERE instr(lower(sql), ?1) > 0 ORDER BY name";
    let mut trigger: Option<String> = None;
    query::rows(conn, sql, &[&TABLE], &mut |row| {
        let definition: String = row.get(1)?;
        if begins_with(&definition, "create trigger") {
            trigger = Some(row.get(0)?);
        }
        Ok(trigger.is_none())
    })?;
    match trigger {
        Some(name) => {
            Err(ErrorKind::NotOurs { what: format!("the trigger `{name}` mentions it") }.into())
        }
        None => Ok(()),
    }
}

/// Returns the names and definitions of objects with the history's name, and of those that belong
/// to them. SQLite's automatic indexes have no definition.
fn named(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT name, coalesce(sql, '') FROM main.sqlite_schema \
         WHERE ?1 IN (lower(name), lower(tbl_name)) ORDER BY lower(name) <> ?1";
    query::pairs(conn, sql, &[&TABLE])
}

/// Returns what is wrong with the history, as a clause.
fn fault(conn: &Connection, named: &[(String, String)]) -> rusqlite::Result<Option<String>> {
    let Some(((name, sql), others)) = named.split_first() else {
        return Ok(Some("its definition is missing from the schema".to_owned()));
    };
    if let Some(kind) = other_kind(name, sql) {
        return Ok(Some(format!("it is {kind}")));
    }
    let found = pragmas::plain_columns(conn, TABLE)?;
    let mut missing = String::new();
    for column in COLUMNS.split(' ').filter(|column| found.iter().all(|name| name != column)) {
        missing += if missing.is_empty() { "it lacks `" } else { ", `" };
        missing += column;
        missing += "`";
    }
    if !missing.is_empty() {
        return Ok(Some(missing));
    }
    if let Some(what) = odd_definition(sql) {
        return Ok(Some(what.to_owned()));
    }
    Ok(others.first().map(|(other, _)| format!("`{other}` was added to it")))
}

/// Returns what an object is if it isn't a table; `None` for a table with the history's name.
fn other_kind(name: &str, sql: &str) -> Option<&'static str> {
    if !is_same(name, TABLE) {
        return Some("not defined under its name");
    }
    match sql {
        _ if begins_with(sql, "create table migratory_history") => None,
        _ if begins_with(sql, "create view") => Some("a view"),
        _ if begins_with(sql, "create virtual") => Some("a virtual table"),
        _ if begins_with(sql, "create trigger") => Some("a trigger"),
        _ if begins_with(sql, "create index") => Some("an index"),
        _ if begins_with(sql, "create unique index") => Some("an index"),
        _ => Some("not a table"),
    }
}

/// Returns a part of a definition that could run code or refuse rows.
fn odd_definition(sql: &str) -> Option<&'static str> {
    let tokens: Vec<_> = lexer::meaningful(sql).skip(3).collect();
    if !begin_with(&tokens, "( version integer primary key ,") {
        return Some("its `version` is not its primary key");
    }
    let inner = tokens.get(1..)?;
    let Some(end) = inner.iter().position(|token| token.text == ")") else {
        return Some("its definition is not complete");
    };
    let (columns, options) = inner.split_at(end);
    if columns.iter().any(|token| token.text == "(") {
        return Some("its definition has an expression");
    }
    let odd = "collate references unique as generated check constraint";
    if columns.iter().any(|token| token.is_any(odd)) {
        return Some("its definition has constraints of its own");
    }
    let is_strict = options.len() == 2 && begin_with(options, ") strict");
    (!is_strict).then_some("it is not a STRICT table and nothing else")
}

/// Returns whether tokens begin with these words, which blanks separate.
fn begin_with(tokens: &[Token<'_>], words: &str) -> bool {
    let mut tokens = tokens.iter();
    words.split(' ').all(|word| tokens.next().is_some_and(|it| is_same(&it.unquoted(), word)))
}
