//! The database that a command works on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use migratory_core::sql::quotes::quoted;
use migratory_runtime::rusqlite::types::FromSql;
use migratory_runtime::rusqlite::{self, Connection, OpenFlags};

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::project::Project;

/// How long a database that others use is waited for.
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
    Err(Failure::new("it is not said which database is meant")
        .help("name it: `--database app.db`, or the environment's `DATABASE_URL=sqlite:app.db`")
        .help("or once for the package, in Cargo.toml: `[package.metadata.migratory]` with `database = \"app.db\"`"))
}

/// `app.db`, `sqlite:app.db`, `sqlite://app.db`, `file:app.db`; what follows a `?` is for other programs.
fn parse(text: &str) -> Result<PathBuf> {
    let rest =
        ["sqlite://", "sqlite:", "file://", "file:"].iter().find_map(|it| text.strip_prefix(it));
    if rest.is_none() && text.contains("://") {
        let other = text.split("://").next().unwrap_or_default();
        return Err(Failure::new(format!("`{other}` is no SQLite database")).help(
            "name a file, as `--database app.db`; DATABASE_URL may be meant for something else",
        ));
    }
    let path = match rest {
        Some(url) => url.split('?').next().unwrap_or_default(),
        None => text,
    };
    if path.is_empty() || path == ":memory:" {
        return Err(Failure::new(
            "a database in memory is empty at each start, so there is nothing to do",
        ));
    }
    Ok(path.into())
}

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing is written, whatever the command does.
    Read,
    /// It must exist.
    Write,
    /// It is made if it does not exist.
    Create,
}

/// Opens the file.
pub(crate) fn open(path: &Path, access: Access) -> Result<Connection> {
    let shown = path.display();
    if access != Access::Create && !path.exists() {
        return Err(Failure::new(format!("there is no database at {shown}"))
            .help("see that the path is right; `cargo migratory up` makes a new one"));
    }
    let flags = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let conn = Connection::open_with_flags(path, flags).map_err(|error| {
        Failure::new(format!("{shown} can't be opened"))
            .because(error)
            .help("see that the path is right, and that its folder may be written")
    })?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}

/// A table of the application's.
pub(crate) struct Held {
    pub(crate) name: String,
    pub(crate) is_virtual: bool,
}

impl Held {
    /// What a query of this table says, in which `{}` stands for its name.
    pub(crate) fn ask<T: FromSql>(&self, conn: &Connection, query: &str) -> rusqlite::Result<T> {
        conn.query_row(&query.replace("{}", &quoted(&self.name)), [], |row| row.get(0))
    }
}

/// The tables of a database, those of migratory and of SQLite itself left out.
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
    fn every_way_to_name_a_file_is_understood() {
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
