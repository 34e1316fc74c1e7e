//! What a script that ran with foreign keys off did to them.
//!
//! The check is confined to the tables that the script can have touched: of a large database, a check
//! of all tables takes minutes. What was violated before is not held against it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use rusqlite::Connection;

use crate::lexer::{self, Kind};
use crate::sqlite::quoted;

/// A row whose foreign key leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Violation {
    /// The table that holds the row.
    pub table: String,
    /// The row; `None` in a table `WITHOUT ROWID`.
    pub rowid: Option<i64>,
    /// The table that should hold the row it refers to.
    pub parent: String,
    /// The columns of the key and their values as SQL; empty where the row can't be named.
    pub key: Vec<(String, String)>,
    /// What SQLite says where it could not check the table at all.
    pub problem: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(problem) = &self.problem {
            return write!(f, "{}: {problem}", self.table);
        }
        f.write_str(&self.table)?;
        if let Some(rowid) = self.rowid {
            write!(f, " row {rowid}")?;
        }
        for (nth, (column, value)) in self.key.iter().enumerate() {
            write!(f, "{} {column} = {value}", if nth == 0 { ":" } else { "," })?;
        }
        write!(f, " has no match in {}", self.parent)
    }
}

/// The names that scripts mention, and those that the triggers of these mention; in lower case.
pub(crate) struct Touched {
    names: HashSet<String>,
    /// Where nobody can tell what was touched: by code.
    all: bool,
}

impl Touched {
    pub(crate) fn all() -> Self {
        Self { names: HashSet::new(), all: true }
    }

    pub(crate) fn by<'a>(
        conn: &Connection,
        scripts: impl Iterator<Item = &'a str>,
    ) -> rusqlite::Result<Self> {
        let mut touched = Self { names: HashSet::new(), all: false };
        scripts.for_each(|sql| touched.mention(sql));
        let mut triggers = triggers(conn)?;
        while let Some(at) = triggers.iter().position(|(table, _)| touched.has(table)) {
            let (_, sql) = triggers.swap_remove(at);
            touched.mention(&sql);
        }
        Ok(touched)
    }

    /// The names in a script, and no others.
    pub(crate) fn mentioned(sql: &str) -> Self {
        let mut touched = Self { names: HashSet::new(), all: false };
        touched.mention(sql);
        touched
    }

    fn mention(&mut self, sql: &str) {
        let names = lexer::meaningful(sql)
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Name | Kind::Text));
        self.names.extend(names.map(|token| token.unquoted().to_ascii_lowercase()));
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(&name.to_ascii_lowercase())
    }
}

fn triggers(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger'";
    conn.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The violations in the touched tables, and in those that refer to them.
pub(crate) fn violations(conn: &Connection, touched: &Touched) -> rusqlite::Result<Vec<Violation>> {
    let mut found = Vec::new();
    for table in tables(conn)? {
        let keys = keys(conn, &table)?;
        let refers = keys.iter().any(|key| touched.has(&key.parent));
        if !keys.is_empty() && (refers || touched.has(&table)) {
            check(conn, &table, &keys, &mut found)?;
        }
    }
    Ok(found)
}

/// Those that were not there before; rows are the same if the table and the values of the key are. One in a
/// table that is gone now is taken for the same in a table of another name: it was renamed.
pub(crate) fn added(
    conn: &Connection,
    before: &[Violation],
    after: Vec<Violation>,
) -> rusqlite::Result<Vec<Violation>> {
    let mut old: HashMap<_, usize> = HashMap::new();
    for violation in before {
        *old.entry(violation.sameness()).or_default() += 1;
    }
    let mut take = |sameness: &Sameness| match old.get_mut(sameness) {
        Some(left @ 1..) => {
            *left -= 1;
            true
        }
        _ => false,
    };
    let mut new: Vec<_> = after.into_iter().filter(|it| !take(&it.sameness())).collect();
    let tables: Vec<_> = tables(conn)?.iter().map(|name| name.to_ascii_lowercase()).collect();
    let gone: HashSet<_> = before.iter().map(|it| it.table.to_ascii_lowercase()).collect();
    for name in gone.into_iter().filter(|name| !tables.contains(name)) {
        new.retain(|it| !take(&Sameness { table: name.clone(), ..it.sameness() }));
    }
    Ok(new)
}

/// What makes two violations one.
#[derive(PartialEq, Eq, Hash)]
struct Sameness {
    table: String,
    parent: String,
    key: Vec<(String, String)>,
    problem: Option<String>,
}

impl Violation {
    /// Rows may be numbered anew by a rebuild, so the rowid does not count.
    fn sameness(&self) -> Sameness {
        Sameness {
            table: self.table.to_ascii_lowercase(),
            parent: self.parent.to_ascii_lowercase(),
            key: self.key.clone(),
            problem: self.problem.clone(),
        }
    }
}

struct Key {
    id: i64,
    parent: String,
    columns: Vec<String>,
}

fn tables(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name";
    conn.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn keys(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Key>> {
    let mut keys: Vec<Key> = Vec::new();
    let mut statement = conn.prepare(
        "SELECT id, \"table\", \"from\" FROM pragma_foreign_key_list(?1, 'main') ORDER BY id, seq",
    )?;
    let mut rows = statement.query([table])?;
    while let Some(row) = rows.next()? {
        let (id, column) = (row.get(0)?, row.get(2)?);
        match keys.last_mut().filter(|key| key.id == id) {
            Some(key) => key.columns.push(column),
            None => keys.push(Key { id, parent: row.get(1)?, columns: vec![column] }),
        }
    }
    Ok(keys)
}

fn check(
    conn: &Connection,
    table: &str,
    keys: &[Key],
    found: &mut Vec<Violation>,
) -> rusqlite::Result<()> {
    // SQLite says that a key can't be checked when it reads the statement, or when it runs it.
    match rows(conn, table, keys, found) {
        Ok(()) => Ok(()),
        Err(error) => mismatch(table, &error).map(|violation| found.push(violation)).ok_or(error),
    }
}

fn rows(
    conn: &Connection,
    table: &str,
    keys: &[Key],
    found: &mut Vec<Violation>,
) -> rusqlite::Result<()> {
    let mut statement =
        conn.prepare(&format!("PRAGMA main.foreign_key_check({})", quoted(table)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let rowid: Option<i64> = row.get(1)?;
        let id: i64 = row.get(3)?;
        let columns = keys.iter().find(|key| key.id == id).map_or(&[][..], |key| &key.columns);
        found.push(Violation {
            table: table.to_owned(),
            rowid,
            parent: row.get(2)?,
            key: rowid.map_or_else(Vec::new, |rowid| values(conn, table, columns, rowid)),
            problem: None,
        });
    }
    Ok(())
}

/// A key whose parent has no unique index for it can't be checked; that is the schema's fault.
fn mismatch(table: &str, error: &rusqlite::Error) -> Option<Violation> {
    let (problem, _) = crate::sqlite::message(error, "");
    problem.contains("foreign key mismatch").then(|| Violation {
        table: table.to_owned(),
        rowid: None,
        parent: String::new(),
        key: Vec::new(),
        problem: Some(problem),
    })
}

fn values(conn: &Connection, table: &str, columns: &[String], rowid: i64) -> Vec<(String, String)> {
    let Ok(Some(alias)) = alias(conn, table) else { return Vec::new() };
    let value = |column: &String| {
        let (column_sql, table) = (quoted(column), quoted(table));
        let sql = format!("SELECT quote({column_sql}) FROM main.{table} WHERE {alias} = ?1");
        let value = conn.query_row(&sql, [rowid], |row| row.get(0)).ok()?;
        Some((column.clone(), value))
    };
    columns.iter().filter_map(value).collect()
}

/// A name of the rowid that no column has taken.
fn alias(conn: &Connection, table: &str) -> rusqlite::Result<Option<&'static str>> {
    let sql = "SELECT count(*) FROM pragma_table_xinfo(?1, 'main') WHERE lower(name) = ?2";
    for alias in ["rowid", "_rowid_", "oid"] {
        if conn.query_row(sql, [table, alias], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Some(alias));
        }
    }
    Ok(None)
}
