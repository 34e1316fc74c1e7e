//! Reads the cause of a failure from SQLite's message.

use migratory_core::sql::lexer::{self, Kind};

use crate::schema::Name;

/// The cause of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The text of the statement itself: no other statement could have prevented the failure.
    Text,
    /// A table, view, index or trigger with this name, which is missing or in the way.
    Object(Name),
    /// A column with this name, which is missing or in the way.
    Column(Name),
    /// Anything else, such as the content of the tables.
    Rows,
}

/// The words before the name of an object that is missing or in the way.
const OBJECTS: [&str; 8] = [
    "unknown database ",
    "no such database: ",
    "no such table: ",
    "no such view: ",
    "no such index: ",
    "no such trigger: ",
    " with this name: ",
    " named ",
];
/// The words before the name of a column.
const COLUMNS: [&str; 5] = [
    "no such column: ",
    " has no column named ",
    "duplicate column name: ",
    "unknown column ",
    "cannot drop column ",
];
/// SQLite's words about a text that is wrong in any schema.
const TEXTS: [&str; 7] = [
    "near ",
    "incomplete input",
    "unrecognized token",
    "no such function",
    "wrong number of arguments",
    "no such collation",
    "no such module",
];

impl Cause {
    pub(super) fn of(message: &str) -> Self {
        if TEXTS.iter().any(|text| message.starts_with(text)) {
            return Self::Text;
        }
        let after = |start: &&str| message.rsplit_once(start).map(|(_, rest)| rest);
        if let Some(name) = COLUMNS.iter().find_map(after).and_then(last) {
            return Self::Column(name);
        }
        if let Some(name) = OBJECTS.iter().find_map(after).and_then(last) {
            return Self::Object(name);
        }
        match message.strip_suffix(" already exists").and_then(subject) {
            Some(name) => Self::Object(name),
            None => Self::Rows,
        }
    }
}

/// Returns the last part of the name at the start of a text: `note` for `main.note`.
fn last(text: &str) -> Option<Name> {
    let named = |kind| matches!(kind, Kind::Word | Kind::Name | Kind::Text);
    let mut tokens = lexer::tokens(text);
    let mut name = tokens.next().filter(|token| named(token.kind))?;
    while tokens.next().is_some_and(|token| token.text == ".") {
        name = tokens.next().filter(|token| named(token.kind))?;
    }
    Some(Name::new(name.unquoted()))
}

/// Returns the name in `table note` and in `there is already a table named note`.
fn subject(text: &str) -> Option<Name> {
    text.rsplit_once(' ').and_then(|(_, name)| last(name))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn the_cause_is_read_from_the_message() {
        let conn = Connection::open_in_memory().expect("a database");
        let schema =
            "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL, UNIQUE (title));
            CREATE INDEX by_title ON note (title); CREATE VIEW v AS SELECT title FROM note;
            INSERT INTO note VALUES (1, 'a');";
        conn.execute_batch(schema).expect(schema);
        let object = |name| Cause::Object(Name::from(name));
        let column = |name| Cause::Column(Name::from(name));
        for (sql, expected) in [
            ("SELEC 1", Cause::Text),
            ("CREATE TABLE a (x", Cause::Text),
            ("SELECT nothing(1)", Cause::Text),
            ("SELECT lower(1, 2)", Cause::Text),
            ("SELECT 1 ORDER BY 1 COLLATE x", Cause::Text),
            ("CREATE VIRTUAL TABLE a USING nothing(x)", Cause::Text),
            ("INSERT INTO main.nota VALUES (1)", object("nota")),
            ("DROP TABLE nota", object("nota")),
            ("DROP INDEX by_titel", object("by_titel")),
            ("DROP TRIGGER gone", object("gone")),
            ("DROP VIEW gone", object("gone")),
            ("ALTER TABLE nota ADD x", object("nota")),
            ("CREATE TABLE note (x)", object("note")),
            ("CREATE INDEX by_title ON note (id)", object("by_title")),
            ("CREATE VIEW v AS SELECT 1", object("v")),
            ("CREATE VIEW note AS SELECT 1", object("note")),
            ("CREATE TABLE by_title (x)", object("by_title")),
            ("ALTER TABLE note RENAME TO v", object("v")),
            ("SELECT note.titel FROM note", column("titel")),
            ("INSERT INTO note (titel) VALUES (1)", column("titel")),
            ("ALTER TABLE note ADD COLUMN title", column("title")),
            ("ALTER TABLE note DROP COLUMN titel", column("titel")),
            ("CREATE INDEX i ON note (titel)", column("titel")),
            ("CREATE TABLE y.t (x)", object("y")),
            ("DETACH y", object("y")),
            ("INSERT INTO note VALUES (1)", Cause::Rows),
            ("INSERT INTO note VALUES (2, 'a')", Cause::Rows),
            ("INSERT INTO note (title) VALUES (NULL)", Cause::Rows),
        ] {
            let error = conn.execute_batch(sql).expect_err(sql).to_string();
            let message = error.split(" in ").next().unwrap_or_default();
            assert_eq!(Cause::of(message), expected, "{sql}: {message}");
        }
    }
}
