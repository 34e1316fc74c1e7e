//! Finds objects of attached databases that a script could reach by an unqualified name.
//!
//! SQLite looks a name up in the main database first, and then in the attached ones. So if the main
//! database has no such object, a script reaches into an attached one: with `DROP TABLE IF EXISTS`,
//! or because the schema differs from the rehearsed one.

mod clauses;

use migratory_core::Step;
use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::quotes::quoted;
use rusqlite::Connection;

use self::clauses::Clauses;
use crate::db::query;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Returns the names of the attached databases.
///
/// Uses the statement and not the table-valued function, because a file may have a view of that
/// name.
pub(crate) fn databases(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = query::texts(conn, "PRAGMA database_list", &[], 1)?;
    names.retain(|name| !matches!(name.as_str(), "main" | "temp"));
    Ok(names)
}

/// Refuses scripts that could reach an object of an attached database.
pub(crate) fn check(conn: &Connection, scripts: &[(&Step, &str)]) -> Result<(), Error> {
    let databases = databases(conn)?;
    if databases.is_empty() {
        return Ok(());
    }
    let mut objects = Vec::new();
    for database in &databases {
        for name in names(conn, database)? {
            objects.push((database, name));
        }
    }
    let own = "SELECT DISTINCT lower(name) FROM main.sqlite_schema ORDER BY 1";
    let mut own = Own(query::texts(conn, own, &[], 0)?);
    for (step, sql) in scripts {
        let reached = Reached::by(sql, &mut own);
        let mut found = Vec::new();
        for (database, name) in &objects {
            if reached.reaches(database, name) {
                found.push(format!("{database}.{name}"));
            }
        }
        if !found.is_empty() {
            let file = step.file.clone();
            return Err(ErrorKind::ReachesAttached { file, objects: found }.into());
        }
    }
    Ok(())
}

/// Returns the lowercase names of a database's objects.
fn names(conn: &Connection, database: &str) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT lower(name) FROM {}.sqlite_schema", quoted(database));
    query::texts(conn, &sql, &[], 0)
}

/// The lowercase names of the main database's objects, sorted.
struct Own(Vec<String>);

impl Own {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|it| it.as_str().cmp(name))
    }

    fn insert(&mut self, name: String) {
        if let Err(at) = self.find(&name) {
            self.0.insert(at, name);
        }
    }

    /// Removes a name; `false` if there was none.
    fn remove(&mut self, name: &str) -> bool {
        self.find(name).map(|at| self.0.remove(at)).is_ok()
    }
}

/// The table names in a script that don't belong to the main database, as far as tokens show.
#[derive(Default)]
struct Reached {
    names: Vec<String>,
    /// Objects that are dropped with the name of their database.
    qualified: Vec<(String, String)>,
}

impl Reached {
    /// Reads a script. `own` holds the objects of the main database before the script, and is
    /// updated to those after it.
    fn by(sql: &str, own: &mut Own) -> Self {
        let tokens: Vec<_> = lexer::meaningful(sql).collect();
        let mut reached = Self::default();
        let mut clauses = Clauses::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let rest = &tokens[at..];
            let before = at.checked_sub(1).map(|before| &tokens[before]);
            clauses.step(before, token);
            at += 1;
            let Some(object) = Object::named_by(rest) else {
                if is_bare_name(token, before) && clauses.admits_table(before) {
                    reached.mention(name(token), own);
                }
                continue;
            };
            at += object.length;
            match (object.is_dropped, object.database) {
                (false, _) => own.insert(object.name),
                (true, None) => {
                    if !own.remove(&object.name) {
                        reached.names.push(object.name);
                    }
                }
                (true, Some(main)) if main == "main" => _ = own.remove(&object.name),
                (true, Some(database)) => reached.qualified.push((database, object.name)),
            }
        }
        reached
    }

    fn mention(&mut self, name: String, own: &Own) {
        if own.find(&name).is_err() && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn reaches(&self, database: &str, name: &str) -> bool {
        let is_it = |(in_database, dropped): &(String, String)| {
            in_database.eq_ignore_ascii_case(database) && dropped == name
        };
        self.names.iter().any(|it| it == name) || self.qualified.iter().any(is_it)
    }
}

/// Returns whether a token may be a name without a database or table before it.
fn is_bare_name(token: &Token<'_>, before: Option<&Token<'_>>) -> bool {
    let is_qualified = before.is_some_and(|before| before.text == ".");
    matches!(token.kind, Kind::Word | Kind::Name) && !is_qualified
}

fn name(token: &Token<'_>) -> String {
    lexer::lower(&token.unquoted())
}

/// An object that a statement creates or drops, or the new name of a renamed one.
struct Object {
    is_dropped: bool,
    database: Option<String>,
    name: String,
    /// The number of tokens after the first that name it.
    length: usize,
}

impl Object {
    /// Reads `CREATE .. name`, `DROP .. name` or `RENAME TO name` at the start of some tokens.
    fn named_by(tokens: &[Token<'_>]) -> Option<Self> {
        let is = |at: usize, words: &str| tokens.get(at).is_some_and(|token| token.is_any(words));
        let mut at = 1;
        let is_dropped = is(0, "drop");
        if is(0, "rename") && is(1, "to") {
            at = 2;
        } else if is_dropped || is(0, "create") {
            while is(at, "temp temporary unique virtual") {
                at += 1;
            }
            if !is(at, "table view index trigger") {
                return None;
            }
            at += 1;
            while is(at, "if not exists") {
                at += 1;
            }
        } else {
            return None;
        }
        let first = name(tokens.get(at)?);
        match tokens.get(at + 1..at + 3) {
            Some([dot, second]) if dot.text == "." => {
                Some(Self { is_dropped, database: Some(first), name: name(second), length: at + 2 })
            }
            _ => Some(Self { is_dropped, database: None, name: first, length: at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether a script reaches `x` in the attached database `other`, if the main one has
    /// `a` and `i`.
    fn reaches(sql: &str) -> bool {
        let mut own = Own(["a", "i"].map(str::to_owned).into());
        Reached::by(sql, &mut own).reaches("other", "x")
    }

    #[test]
    fn an_object_missing_from_main_is_reached_by_its_name() {
        for sql in [
            "DROP TABLE IF EXISTS x",
            "DROP INDEX IF EXISTS \"X\"",
            "DROP VIEW IF EXISTS 'x'",
            "DROP TABLE IF EXISTS other.x",
            "DROP TABLE IF EXISTS [Other] . x",
            "INSERT INTO x SELECT * FROM a",
            "UPDATE `x` SET b = 1",
            "CREATE TABLE x (b); DROP TABLE x; DROP TABLE IF EXISTS x",
            "DROP TABLE a; DELETE FROM x",
            "CREATE TABLE x (b); DROP TABLE main.x; DELETE FROM x",
            "CREATE TABLE x (b); DROP TABLE \"MAIN\".x; DROP TABLE IF EXISTS x",
            "CREATE TABLE b AS SELECT * FROM x",
            "ALTER TABLE x RENAME TO y",
            "DELETE FROM a WHERE b IN x",
            "DELETE FROM a WHERE b IN (SELECT c FROM x)",
            "UPDATE OR REPLACE x SET b = 1",
            "UPDATE a SET b = 1 FROM (a AS c, x)",
            "INSERT INTO a SELECT b FROM a AS c LEFT JOIN a AS d ON c.b = d.b, x",
            "INSERT INTO a SELECT b FROM a JOIN (x JOIN a)",
            "INSERT INTO a SELECT b FROM json_each(1, 2), x",
            "INSERT INTO a SELECT 1 UNION SELECT (SELECT max(b) FROM a, x)",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO x VALUES (1); END",
            "REINDEX x",
        ] {
            assert!(reaches(sql), "{sql}");
        }
        for sql in [
            "CREATE TABLE x (b); INSERT INTO x VALUES (1); DROP TABLE x",
            "CREATE UNIQUE INDEX IF NOT EXISTS x ON a (b); DROP INDEX x",
            "CREATE TABLE main.x (b); DROP TABLE main.x",
            "DROP TABLE IF EXISTS main.x",
            "ALTER TABLE a RENAME TO x; DELETE FROM x",
            "SELECT a.x FROM a",
            "DROP TABLE IF EXISTS other.y",
            "INSERT INTO a VALUES ('x')",
            // Names of columns and aliases.
            "CREATE TABLE b (i INTEGER PRIMARY KEY, x TEXT, y REFERENCES a, UNIQUE (y, x))",
            "ALTER TABLE a ADD COLUMN x; ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a DROP COLUMN x",
            "CREATE INDEX j ON a (b, x) WHERE x > 0",
            "INSERT INTO a (b, x) SELECT b, x FROM a WHERE x = 1 AND b IN (1, x) ORDER BY b, x",
            "UPDATE a SET b = 1, x = x + 1 WHERE x = (SELECT b AS x FROM a GROUP BY b, x)",
            "INSERT INTO a SELECT f(b, x), max(x) FROM a JOIN a AS c USING (b, x)",
        ] {
            assert!(!reaches(sql), "{sql}");
        }
    }
}
