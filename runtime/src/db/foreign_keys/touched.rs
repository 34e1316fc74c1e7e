//! Determines the tables that a script can have touched.

use std::borrow::Cow;
use std::collections::HashSet;

use migratory_core::sql::lexer::{self, Kind};
use rusqlite::Connection;

use crate::db::pragmas::{self, KeyColumn};
use crate::db::query;

/// The facts about a script that the foreign key check uses.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) sql: &'a str,
    /// The tables that it wrote to in its rehearsal, one per line; `None` if unknown.
    pub(crate) writes: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// Creates the scope of a script that was never rehearsed, so that only its text is known.
    pub(crate) const fn unrehearsed(sql: &'a str) -> Self {
        Self { sql, writes: None }
    }
}

/// The lowercase names of tables that scripts can have touched. It may contain names that aren't
/// tables.
pub(crate) struct Touched {
    names: HashSet<String>,
    /// Whether any table may be touched, as a step in Rust may do.
    all: bool,
}

impl Touched {
    pub(crate) fn all() -> Self {
        Self { names: HashSet::new(), all: true }
    }

    /// Determines what scripts touch in a database with these triggers and indexes.
    ///
    /// A rehearsed script touches the tables that it wrote to in its rehearsal. For any other
    /// script, each name in its text counts, including those in a trigger that it creates, fires
    /// and drops. Triggers on touched tables are followed in either case, because a database may
    /// have triggers that the rehearsal didn't know. Call this before the scripts run, since they
    /// may drop a trigger after firing it.
    pub(crate) fn by<'a>(links: &Links, scripts: impl Iterator<Item = Scope<'a>>) -> Self {
        let mut touched = Self { names: HashSet::new(), all: false };
        for script in scripts {
            match script.writes {
                Some(tables) => touched.names.extend(tables.split('\n').map(lower)),
                None => touched.mention(script.sql),
            }
        }
        touched.follow(links);
        touched
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(&lower(name))
    }

    fn mention(&mut self, sql: &str) {
        self.names.extend(mentioned(sql).map(|name| lower(&name)));
    }

    fn follow(&mut self, links: &Links) {
        let mut rest: Vec<_> = links.0.iter().collect();
        while let Some(at) = rest.iter().position(|link| self.has(&link.from)) {
            match &rest.swap_remove(at).to {
                End::Table(table) => drop(self.names.insert(lower(table))),
                End::Mentioned(sql) => self.mention(sql),
            }
        }
    }
}

/// Returns all names in a script, and its strings, which SQLite may take for names.
pub(crate) fn mentioned(sql: &str) -> impl Iterator<Item = Cow<'_, str>> {
    lexer::meaningful(sql)
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Name | Kind::Text))
        .map(|token| token.unquoted())
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The links from one name to others: writing to a table fires its triggers, and dropping a unique
/// index removes it from its table's keys.
#[derive(Clone)]
pub(crate) struct Links(Vec<Link>);

#[derive(Clone)]
struct Link {
    from: String,
    to: End,
}

#[derive(Clone)]
enum End {
    Table(String),
    /// All tables that this text mentions.
    Mentioned(String),
}

impl Links {
    /// Reads the triggers and indexes of the database, and the connection's temporary triggers.
    pub(crate) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema \
                   WHERE type IN ('trigger', 'index') AND sql IS NOT NULL \
                   UNION ALL SELECT type, name, tbl_name, sql FROM temp.sqlite_schema WHERE type = 'trigger'";
        let links = query::all(conn, sql, &[], |row| {
            let (name, table) = (row.get(1)?, row.get(2)?);
            Ok(match row.get::<_, String>(0)?.as_str() {
                "index" => Link { from: name, to: End::Table(table) },
                _ => Link { from: table, to: End::Mentioned(row.get(3)?) },
            })
        })?;
        Ok(Self(links))
    }

    /// Adds the actions of foreign keys, which run if foreign keys are on.
    pub(crate) fn with_actions(mut self, conn: &Connection) -> rusqlite::Result<Self> {
        let acts = |action: &str| !matches!(action, "NO ACTION" | "RESTRICT");
        for child in pragmas::tables(conn)? {
            let keys = pragmas::foreign_keys(conn, &child)?.into_iter();
            let acting = keys.filter(|key| acts(&key.on_delete) || acts(&key.on_update));
            let link = |key: KeyColumn| Link { from: key.parent, to: End::Table(child.clone()) };
            self.0.extend(acting.map(link));
        }
        Ok(self)
    }
}
