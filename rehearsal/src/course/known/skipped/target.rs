//! Reads what a statement that did not run would have changed, since SQLite reports nothing about a
//! failing statement.

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;

use crate::schema::Name;

/// Something that a statement would have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A table, view, index or trigger that it would have created or dropped, or a database that it
    /// would have attached.
    Object(Name),
    /// A table that it would have renamed, and the new name.
    Renamed(Name, Name),
    /// Columns of a table, or of a constraint on it.
    Columns(Name, Vec<Name>),
    /// The rows of a table.
    Rows(Name),
}

/// Returns the targets of a statement, or of several that lack a semicolon between them.
pub(super) fn targets(sql: &str) -> Vec<Target> {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        // `ON UPDATE`, `ON DELETE` and `DO UPDATE` are parts of another statement.
        let before = at.checked_sub(1).map(|before| tokens[before]);
        if before.is_some_and(|token| token.is_word("on") || token.is_word("do")) {
            continue;
        }
        let words = Words(&tokens[at + 1..]);
        let first = tokens[at];
        if first.is_word("create") {
            let is_trigger = words.create(&mut found);
            if is_trigger {
                // The body of a trigger takes effect only when it fires.
                break;
            }
        } else if first.is_word("drop") {
            words.drop(&mut found);
        } else if first.is_word("pragma") {
            // Whether a statement may write to the schema's own table depends on this pragma.
            let tables = ["sqlite_master", "sqlite_schema"];
            found.extend(tables.map(|table| Target::Object(Name::from(table))));
        } else if first.is_word("attach") {
            found.extend(words.attach().map(Target::Object));
        } else if first.is_word("alter") {
            words.alter(&mut found);
        } else {
            found.extend(words.write(first).map(Target::Rows));
        }
    }
    found
}

/// The words after the first one of a statement.
#[derive(Clone, Copy)]
struct Words<'a, 't>(&'a [Token<'t>]);

impl Words<'_, '_> {
    /// Takes the next token if it is one of these words.
    fn take(&mut self, words: &[&str]) -> bool {
        let is_next = self.0.first().is_some_and(|it| words.iter().any(|word| it.is_word(word)));
        if is_next {
            self.0 = &self.0[1..];
        }
        is_next
    }

    /// Returns the next name; for `main.note`, the second part.
    fn name(&mut self) -> Option<Name> {
        let (first, rest) = self.0.split_first()?;
        if !matches!(first.kind, Kind::Word | Kind::Name | Kind::Text) {
            return None;
        }
        self.0 = rest;
        match rest {
            [point, ..] if point.text == "." => {
                self.0 = &rest[1..];
                self.name()
            }
            _ => Some(Name::new(first.unquoted())),
        }
    }

    /// Returns the names between the next parentheses.
    fn columns(self) -> Vec<Name> {
        let inside = self.0.iter().skip_while(|token| token.text != "(").skip(1);
        let names = inside.take_while(|token| token.text != ")");
        names
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Name))
            .map(|token| Name::new(token.unquoted()))
            .collect()
    }

    fn create(mut self, found: &mut Vec<Target>) -> bool {
        let is_unique = self.take(&["unique"]);
        self.take(&["temp", "temporary", "virtual"]);
        let is_index = self.take(&["index"]);
        let is_trigger = self.take(&["trigger"]);
        if !is_index && !is_trigger && !self.take(&["table", "view"]) {
            return false;
        }
        let _ = self.take(&["if"]) && self.take(&["not"]) && self.take(&["exists"]);
        found.extend(self.name().map(Target::Object));
        if is_unique && self.take(&["on"]) {
            found.extend(self.name().map(|table| Target::Columns(table, self.columns())));
        }
        is_trigger
    }

    fn drop(mut self, found: &mut Vec<Target>) {
        if self.take(&["table", "view", "index", "trigger"]) {
            let _ = self.take(&["if"]) && self.take(&["exists"]);
            found.extend(self.name().map(Target::Object));
        }
    }

    fn attach(mut self) -> Option<Name> {
        self.0 = &self.0[self.0.iter().rposition(|token| token.is_word("as"))? + 1..];
        self.name()
    }

    fn alter(mut self, found: &mut Vec<Target>) {
        if !self.take(&["table"]) {
            return;
        }
        let Some(table) = self.name() else { return };
        let is_renaming = self.take(&["rename"]);
        if is_renaming && self.take(&["to"]) {
            found.extend(self.name().map(|name| Target::Renamed(table, name)));
            return;
        }
        // Other databases make several changes at once.
        let others = self.after_commas();
        let mut columns: Vec<_> = self.changed().into_iter().collect();
        if columns.is_empty() {
            columns = self.columns();
        }
        columns.extend(others.into_iter().filter_map(|mut change| change.changed()));
        if is_renaming && self.take(&["to"]) {
            columns.extend(self.name());
        }
        found.push(Target::Columns(table, columns));
    }

    /// Returns the name in `ADD COLUMN x`.
    fn changed(&mut self) -> Option<Name> {
        self.take(&["add", "drop", "alter", "modify", "change"]);
        self.take(&["column"]);
        self.name()
    }

    /// Returns what follows each comma outside parentheses.
    fn after_commas(self) -> Vec<Self> {
        let commas = parens::outer(self.0).filter(|(_, token)| token.text == ",");
        commas.map(|(at, _)| Self(&self.0[at + 1..])).collect()
    }

    /// Returns the table whose rows a statement writes that begins with this word.
    fn write(mut self, first: Token<'_>) -> Option<Name> {
        let may_resolve = |words: &mut Self| {
            if words.take(&["or"]) {
                words.name();
            }
        };
        if first.is_word("insert") || first.is_word("replace") {
            may_resolve(&mut self);
            self.take(&["into"]).then(|| self.name())?
        } else if first.is_word("delete") {
            self.take(&["from"]).then(|| self.name())?
        } else if first.is_word("update") {
            may_resolve(&mut self);
            let table = self.name();
            table.filter(|_| self.0.iter().any(|token| token.is_word("set")))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(sql: &str) -> Vec<String> {
        let told = targets(sql).into_iter().map(|target| match target {
            Target::Object(name) => format!("{name}"),
            Target::Renamed(from, to) => format!("{from} -> {to}"),
            Target::Columns(table, columns) => {
                let columns: Vec<_> = columns.iter().map(Name::as_str).collect();
                format!("{table}({})", columns.join(", "))
            }
            Target::Rows(table) => format!("rows of {table}"),
        });
        told.collect()
    }

    #[test]
    fn the_targets_are_read_from_the_text() {
        for (sql, expected) in [
            ("", &[][..]),
            ("SELECT 1", &[]),
            ("CREATE TABLE a (x REFERENCES b ON UPDATE CASCADE ON DELETE SET NULL)", &["a"]),
            ("CREATE TABLE IF NOT EXISTS main.\"a b\" (x)", &["a b"]),
            ("CREATE TEMP TABLE a AS SELECT * FROM b", &["a"]),
            ("CREATE VIRTUAL TABLE a USING fts5(x)", &["a"]),
            ("CREATE INDEX i ON a (x)", &["i"]),
            ("CREATE UNIQUE INDEX i ON a (x, lower(y))", &["i", "a(x, lower, y)"]),
            ("CREATE VIEW v AS SELECT 1", &["v"]),
            ("CREATE TRIGGER t AFTER UPDATE ON a BEGIN DELETE FROM b; END", &["t"]),
            ("DROP TABLE IF EXISTS a", &["a"]),
            ("DROP INDEX main.i", &["i"]),
            ("ALTER TABLE a RENAME TO b", &["a -> b"]),
            ("ALTER TABLE a ADD COLUMN x INTEGER", &["a(x)"]),
            ("ALTER TABLE a ADD x", &["a(x)"]),
            ("ALTER TABLE a DROP COLUMN x", &["a(x)"]),
            ("ALTER TABLE a ADD COLUMN x TEXT, ADD COLUMN y NUMERIC(1, 2), ADD z", &["a(x, y, z)"]),
            ("ALTER TABLE a DROP x, ADD COLUMN y TEXT DEFAULT ('b, c')", &["a(x, y)"]),
            ("ALTER TABLE a ADD (x TEXT, y TEXT)", &["a(x, TEXT, y, TEXT)"]),
            ("ALTER TABLE a RENAME COLUMN x TO y", &["a(x, y)"]),
            ("ALTER TABLE a RENAME x TO y", &["a(x, y)"]),
            ("INSERT OR IGNORE INTO a (x) SELECT replace(y, 'a', 'b') FROM b", &["rows of a"]),
            ("INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET y = 1", &["rows of a"]),
            ("REPLACE INTO a VALUES (1)", &["rows of a"]),
            ("WITH c AS (SELECT 1) UPDATE OR IGNORE a SET x = 1", &["rows of a"]),
            ("DELETE FROM a WHERE x", &["rows of a"]),
            ("CREATE TABLE a (x) ALTER TABLE b ADD y DROP VIEW v", &["a", "b(y)", "v"]),
            ("ATTACH DATABASE 'x.db' AS y", &["y"]),
            ("PRAGMA writable_schema = ON", &["sqlite_master", "sqlite_schema"]),
            ("CREATE", &[]),
            ("ALTER TABLE", &[]),
            ("DROP TABLE", &[]),
            ("UPDATE", &[]),
        ] {
            assert_eq!(described(sql), expected, "{sql}");
        }
    }
}
