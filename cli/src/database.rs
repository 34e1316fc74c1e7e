//! The database that a command works on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use migratory_core::sql::quotes::quoted;
use migratory_runtime::rusqlite::types::FromSql;
use migratory_runtime::rusqlite::{self, Connection, OpenFlags};

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::project::Project;

/// How long to wait for a database that another connection has locked.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file of the database: from the option, the environment, or the package's metadata.
pub(crate) fn path(context: &Context, project: Option<&Project>) -> Result<PathBuf> {
    if let Some(database) = &context.database {
        return parse(database);
    }
    if let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
        return parse(&url);
    }
    if let Some((project, database)) = project.and_then(|it| Some((it, it.database.as_ref()?))) {
        return parse(database).map(|path| project.package.join(path));
    }
    Err(Failure::new("no database given")
        .help("pass `--database app.db`, or set `DATABASE_URL=sqlite:app.db`")
        .help("or set `database = \"app.db\"` in `[package.metadata.migratory]` of Cargo.toml"))
}

/// `app.db`, `sqlite:app.db`, `sqlite://app.db`, `file:app.db`; options after a `?` are ignored.
fn parse(text: &str) -> Result<PathBuf> {
    let rest =
        ["sqlite://", "sqlite:", "file://", "file:"].iter().find_map(|it| text.strip_prefix(it));
    if rest.is_none() && text.contains("://") {
        let other = text.split("://").next().unwrap_or_default();
        return Err(Failure::new(format!("`{other}` isn't SQLite")).help(
            "pass a file, such as `--database app.db`; DATABASE_URL may belong to another program",
        ));
    }
    let path = match rest {
        Some(url) => url.split('?').next().unwrap_or_default(),
        None => text,
    };
    if path.is_empty() || path == ":memory:" {
        return Err(Failure::new(
            "an in-memory database is empty in each process, so there is nothing to do",
        ));
    }
    Ok(path.into())
}

/// How to open a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read-only.
    Read,
    /// It must exist.
    Write,
    /// It is created if it doesn't exist.
    Create,
}

/// Opens the file.
pub(crate) fn open(path: &Path, access: Access) -> Result<Connection> {
    let shown = path.display();
    if access != Access::Create && !path.exists() {
        return Err(Failure::new(format!("no database at {shown}"))
            .help("check the path; `cargo migratory up` creates a new database"));
    }
    let flags = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let conn = Connection::open_with_flags(path, flags).map_err(|error| {
        Failure::new(format!("can't open {shown}"))
            .because(error)
            .help("check the path, and that its folder is writable")
    })?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}

/// A table of the application.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) is_virtual: bool,
}

impl Held {
    /// Runs a query on this table; `{}` stands for its name.
    pub(crate) fn ask<T: FromSql>(&self, conn: &Connection, query: &str) -> rusqlite::Result<T> {
        conn.query_row(&query.replace("{}", &quoted(&self.name)), [], |row| row.get(0))
    }
}

/// The tables of a database, without those of migratory and SQLite.
pub(crate) fn tables(conn: &Connection) -> rusqlite::Result<Vec<Held>> {
    let sql = "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE type = 'table' \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'migratory_history'";
    let held = |row: &rusqlite::Row<'_>| Ok(Held { name: row.get(0)?, is_virtual: row.get(1)? });
    conn.prepare(sql)?.query_map([], held)?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_database_path_is_understood() {
        for (text, expected) in [
            ("app.db", "app.db"),
            ("sqlite:app.db", "app.db"),
            ("sqlite://data/app.db?mode=rwc", "data/app.db"),
            ("sqlite:///var/app.db", "/var/app.db"),
            ("file:app.db", "app.db"),
            ("a?b.db", "a?b.db"),
        ] {
            assert_eq!(parse(text).expect(text), Path::new(expected));
        }
        for text in ["postgres://localhost/app", "sqlite::memory:", ":memory:", "sqlite:"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
