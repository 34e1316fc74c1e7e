//! Which tables a script can have touched.

use std::collections::HashSet;

use migratory_core::sql::lexer::{self, Kind};
use rusqlite::Connection;

use crate::db::pragmas::{self, KeyColumn};

/// A script, as far as its foreign keys are concerned.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) sql: &'a str,
    /// The tables that it wrote to in its rehearsal, one a line; `None` if that is not known.
    pub(crate) writes: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// A script of which only the text is known.
    pub(crate) const fn unrehearsed(sql: &'a str) -> Self {
        Self { sql, writes: None }
    }
}

/// The names of tables that scripts can have touched, in lower case. Other names among them do no harm.
pub(crate) struct Touched {
    names: HashSet<String>,
    /// Whether any table may be touched: nobody knows what code does.
    all: bool,
}

impl Touched {
    pub(crate) fn all() -> Self {
        Self { names: HashSet::new(), all: true }
    }

    /// What scripts touch that find these triggers and indexes in the database.
    ///
    /// A script that was rehearsed touches what it wrote to then. Of another one, each name in its text counts: a trigger
    /// that it creates, fires and drops again has its text there too. A database may have triggers that
    /// the rehearsal did not know, so those on a touched table are followed in either case. All must be asked before the
    /// scripts run, since these may drop a trigger after it has fired.
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

    /// The names in a script, and no others.
    pub(crate) fn mentioned(sql: &str) -> Self {
        let mut touched = Self { names: HashSet::new(), all: false };
        touched.mention(sql);
        touched
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(&lower(name))
    }

    fn mention(&mut self, sql: &str) {
        let names = lexer::meaningful(sql)
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Name | Kind::Text));
        self.names.extend(names.map(|token| lower(&token.unquoted())));
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

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// What leads from one name to others: who writes to a table fires its triggers, and who drops a unique index
/// takes it from its table's keys.
pub(crate) struct Links(Vec<Link>);

struct Link {
    from: String,
    to: End,
}

enum End {
    Table(String),
    /// All tables that this text mentions.
    Mentioned(String),
}

impl Links {
    /// The triggers and indexes that the database has now, and the temporary triggers of the connection.
    pub(crate) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema \
                   WHERE type IN ('trigger', 'index') AND sql IS NOT NULL \
                   UNION ALL SELECT type, name, tbl_name, sql FROM temp.sqlite_schema WHERE type = 'trigger'";
        let mut statement = conn.prepare(sql)?;
        let links = statement.query_map([], |row| {
            let (name, table) = (row.get(1)?, row.get(2)?);
            Ok(match row.get::<_, String>(0)?.as_str() {
                "index" => Link { from: name, to: End::Table(table) },
                _ => Link { from: table, to: End::Mentioned(row.get(3)?) },
            })
        })?;
        Ok(Self(links.collect::<rusqlite::Result<_>>()?))
    }

    /// With the way that the actions of foreign keys take, which run where keys are on.
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
