//! Replays the migrations in memory, to compare their schema with a live one.
//!
//! The fingerprints from the rehearsal show whether schemas differ, but not how. The program
//! contains the ups anyway, so a replay needs no further embedded data, and it spells the schema as
//! the linked SQLite does.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Connection;

use crate::db::environment::Environment;
use crate::db::errors;
use crate::db::schema::{self, Object};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::run::perform::{Refusal, Trouble, perform_alone};
use crate::{Migration, MigrationSet, Script, Version};

type Open<'a> = Arc<dyn Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a>;

/// How to open the database for replays.
#[derive(Clone)]
pub(crate) struct Scratch<'a>(Option<Open<'a>>);

impl<'a> Scratch<'a> {
    pub(crate) const DEFAULT: Self = Self(None);

    pub(crate) fn new(open: impl Fn() -> rusqlite::Result<Connection> + Send + Sync + 'a) -> Self {
        Self(Some(Arc::new(open)))
    }

    /// Opens an empty database.
    pub(crate) fn open(&self) -> rusqlite::Result<Connection> {
        self.0.as_ref().map_or_else(Connection::open_in_memory, |open| open())
    }

    /// Returns the objects of the schema after the migrations up to this one.
    pub(crate) fn schema(
        &self,
        set: &MigrationSet<'_>,
        version: Option<Version>,
    ) -> Result<Vec<Object>, Error> {
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
