//! The schema that the migrations make, made anew in memory to compare a live one with.
//!
//! The fingerprints that the rehearsal proved can tell that two schemas differ, and not in what. The ups are in
//! the program anyway, so nothing more need be embedded; and the schema is spelled as this SQLite spells it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Connection;

use crate::db::environment::Environment;
use crate::db::errors;
use crate::db::schema::{self, Object};
use crate::error::kind::ErrorKind;
use crate::run::perform::{Refusal, Trouble, perform_alone};
use crate::{Migration, MigrationSet, Script, Version};

type Open<'a> = Arc<dyn Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a>;

/// How the database is opened in which the migrations are run anew.
#[derive(Clone)]
pub(crate) struct Scratch<'a>(Option<Open<'a>>);

impl<'a> Scratch<'a> {
    pub(crate) const DEFAULT: Self = Self(None);

    pub(crate) fn new(open: impl Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a) -> Self {
        Self(Some(Arc::new(open)))
    }

    /// An empty database.
    pub(crate) fn open(&self) -> rusqlite::Result<Connection> {
        self.0.as_ref().map_or_else(Connection::open_in_memory, |open| open())
    }

    /// The objects of the schema after the migrations up to this one.
    pub(crate) fn schema(
        &self,
        set: &MigrationSet<'_>,
        version: Option<Version>,
    ) -> Result<Vec<Object>, ErrorKind> {
        let conn = self.open()?;
        let environment = Environment::enter(&conn, set)?;
        let wanted = |migration: &&Migration<'_>| Some(migration.version()) <= version;
        for migration in set.migrations().iter().take_while(wanted) {
            let up = migration.up();
            perform_alone(&conn, up.sql(), up.mode(), &mut |_| ControlFlow::Continue(()))
                .map_err(|trouble| fault(up, trouble))?;
        }
        drop(environment);
        Ok(schema::objects(&conn)?)
    }
}

fn fault(script: &Script<'_>, trouble: Trouble) -> ErrorKind {
    let (line, message, source) = match trouble {
        Trouble::Statement(failure) => {
            let before = script.sql().get(..failure.offset).unwrap_or_default();
            let source = failure.source.map(|it| errors::without_sql(it, &failure.message));
            (before.matches('\n').count() + 1, failure.message, source)
        }
        Trouble::Refusal(Refusal::Sqlite(error)) => (1, error.to_string(), Some(error)),
        Trouble::Refusal(Refusal::Dangling(_)) => {
            (1, "foreign keys lead nowhere after it".to_owned(), None)
        }
    };
    ErrorKind::Replay { file: script.file().to_owned(), line, message, source }
}

impl fmt::Debug for Scratch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Scratch(opened by a closure)" } else { "Scratch" })
    }
}
