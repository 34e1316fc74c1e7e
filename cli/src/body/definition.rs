//! The text of a CREATE TABLE, split into parts that can be changed.
//!
//! A rebuild starts from the text that the table's author wrote, so comments, constraint names and
//! everything else that SQLite's pragmas don't report stay the same.

use migratory_core::sql::create_table::{self, CreateTable};
use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_rehearsal::schema::Name;

use super::sql::written;

/// A definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Definition {
    pub(super) items: Vec<Item>,
    /// The text after the closing parenthesis, such as `STRICT`.
    options: String,
}

/// A column or a table constraint.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// The comments before it.
    comments: Vec<String>,
    pub(super) text: String,
    /// The comment after it.
    remark: Option<String>,
}

impl Item {
    /// Returns the column's name; `None` for a constraint.
    pub(super) fn column(&self) -> Option<Name> {
        create_table::column(&self.text)
    }
}

impl From<create_table::Item<'_>> for Item {
    fn from(item: create_table::Item<'_>) -> Self {
        Self {
            comments: item.comments.into_iter().map(str::to_owned).collect(),
            text: item.text.to_owned(),
            remark: item.remark.map(str::to_owned),
        }
    }
}

impl Definition {
    /// Parses a definition; `None` if it has no parentheses.
    pub(super) fn parse(sql: &str) -> Option<Self> {
        let table = CreateTable::parse(sql)?;
        let items = table.items.into_iter().map(Item::from).collect();
        Some(Self { items, options: table.options.to_owned() })
    }

    /// Returns the statement that creates the table under this name.
    pub(super) fn create(&self, name: &Name, table: &Name) -> String {
        let mut text = format!("CREATE TABLE {} (\n", written(name));
        for (at, item) in self.items.iter().enumerate() {
            for comment in &item.comments {
                text.extend(["    ", comment, "\n"]);
            }
            let comma = if at + 1 < self.items.len() { "," } else { "" };
            let remark = item.remark.as_ref().map(|remark| format!(" {remark}"));
            let remark = remark.unwrap_or_default();
            text.extend(["    ", &qualified(&item.text, table, name), comma, &remark, "\n"]);
        }
        let blank = if self.options.is_empty() { "" } else { " " };
        format!("{text}){blank}{};", self.options)
    }

    pub(super) fn column(&self, name: &Name) -> Option<usize> {
        self.items.iter().position(|item| item.column().as_ref() == Some(name))
    }
}

/// Replaces `table.column` by `name.column`, because SQLite reads the text while the table has that
/// name.
fn qualified(text: &str, table: &Name, name: &Name) -> String {
    let tokens: Vec<_> = lexer::tokens(text).collect();
    let names_it = |(at, token): (usize, &Token<'_>)| {
        let is_before_point = tokens.get(at + 1).is_some_and(|next| next.text == ".");
        matches!(token.kind, Kind::Word | Kind::Name)
            && is_before_point
            && *table == *token.unquoted().as_ref()
    };
    let parts = tokens.iter().enumerate();
    let parts =
        parts.map(
            |(at, token)| {
                if names_it((at, token)) { written(name) } else { token.text.to_owned() }
            },
        );
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(sql: &str) -> String {
        let definition = Definition::parse(sql).expect(sql);
        definition.create(&Name::from("n"), &Name::from("t"))
    }

    #[test]
    fn items_keep_their_text_and_comments() {
        for (sql, expected) in [
            ("CREATE TABLE t(a,b TEXT)", "CREATE TABLE n (\n    a,\n    b TEXT\n);"),
            (
                "CREATE TABLE \"t\" (a INT PRIMARY KEY, b DEFAULT (1 + (2)), CHECK (a IN (1, 2)) ) \
                 WITHOUT ROWID, STRICT",
                "CREATE TABLE n (\n    a INT PRIMARY KEY,\n    b DEFAULT (1 + (2)),\n    \
                 CHECK (a IN (1, 2))\n) WITHOUT ROWID, STRICT;",
            ),
            (
                "CREATE TABLE t ( -- all\n  a INT, -- the a\n  -- the b,\n  -- too\n  b INT /* in */ \
                 NOT NULL -- last\n) -- end",
                "CREATE TABLE n (\n    -- all\n    a INT, -- the a\n    -- the b,\n    -- too\n    \
                 b INT /* in */ NOT NULL -- last\n);",
            ),
            (
                "CREATE TABLE t (\"a,(\" TEXT, b CHECK (t.b <> 't.b' AND \"t\" . b))",
                "CREATE TABLE n (\n    \"a,(\" TEXT,\n    b CHECK (n.b <> 't.b' AND \"t\" . b)\n);",
            ),
        ] {
            assert_eq!(laid_out(sql), expected);
        }
    }
}
