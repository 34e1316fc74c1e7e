//! The text of a CREATE TABLE, taken apart into what stands between its commas.
//!
//! A table is rebuilt from the text that its author wrote: comments, names of constraints and all else that
//! SQLite's pragmas do not tell stay as they are.

use std::ops::Range;

use migratory_analysis::schema::Name;
use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;

use super::sql::written;

/// The words that a constraint of a table, and no column, begins with.
const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// A definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Definition {
    pub(super) items: Vec<Item>,
    /// What follows the parenthesis: ` STRICT`.
    options: String,
}

/// A column, or a constraint of the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// The comments before it.
    comments: Vec<String>,
    pub(super) text: String,
    /// The comment behind it.
    remark: Option<String>,
}

impl Item {
    /// The name of the column; `None` of a constraint.
    pub(super) fn column(&self) -> Option<Name> {
        let first = lexer::meaningful(&self.text).next()?;
        let is_constraint = CONSTRAINTS.iter().any(|word| first.is_word(word));
        (!is_constraint).then(|| Name::new(first.unquoted()))
    }
}

impl Definition {
    /// `None` if there are no parentheses.
    pub(super) fn parse(sql: &str) -> Option<Self> {
        let tokens: Vec<_> = lexer::tokens(sql).collect();
        let open = tokens.iter().position(|token| token.text == "(")?;
        let close = parens::closing(&tokens, open);
        let end = tokens.get(close)?.end();
        let mut reader = Reader { sql, ..Reader::default() };
        for (depth, token) in parens::depths(tokens[open + 1..close].iter().copied()) {
            reader.take(&token, depth == 0);
        }
        reader.finish();
        Some(Self { items: reader.items, options: options(sql, end) })
    }

    /// The statement that makes a table of this name.
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
        format!("{text}){};", self.options)
    }

    pub(super) fn column(&self, name: &Name) -> Option<usize> {
        self.items.iter().position(|item| item.column().as_ref() == Some(name))
    }
}

/// Takes tokens, and makes items of them.
#[derive(Default)]
struct Reader<'a> {
    sql: &'a str,
    items: Vec<Item>,
    item: Item,
    /// Where the item is, from its first to its last token that means something.
    range: Option<Range<usize>>,
    /// Comments after the last token of the item, which may be in its midst.
    after: Vec<String>,
    /// Whether the line is still that of the comma.
    is_same_line: bool,
}

impl Reader<'_> {
    fn take(&mut self, token: &Token<'_>, is_outside: bool) {
        match token.kind {
            Kind::Space => self.is_same_line &= !token.text.contains('\n'),
            Kind::LineComment | Kind::BlockComment => self.comment(token.text.trim_end()),
            Kind::Symbol if is_outside && token.text == "," => self.finish(),
            _ => {
                self.is_same_line = false;
                self.after.clear();
                let start = self.range.as_ref().map_or(token.start, |range| range.start);
                self.range = Some(start..token.end());
            }
        }
    }

    fn comment(&mut self, text: &str) {
        if self.range.is_some() {
            self.after.push(text.to_owned());
            return;
        }
        match self.items.last_mut().filter(|last| self.is_same_line && last.remark.is_none()) {
            Some(last) => last.remark = Some(text.to_owned()),
            None => self.item.comments.push(text.to_owned()),
        }
    }

    fn finish(&mut self) {
        let Some(range) = self.range.take() else { return };
        let mut item = std::mem::take(&mut self.item);
        self.sql.get(range).unwrap_or_default().clone_into(&mut item.text);
        let mut after = std::mem::take(&mut self.after);
        item.remark = after.pop();
        item.comments.extend(after);
        self.items.push(item);
        self.is_same_line = true;
    }
}

fn options(sql: &str, from: usize) -> String {
    let rest = sql.get(from..).unwrap_or_default();
    let last = lexer::meaningful(rest).filter(|token| token.kind != Kind::Semicolon).last();
    match rest.get(..last.map_or(0, |token| token.end())).unwrap_or_default().trim() {
        "" => String::new(),
        options => format!(" {options}"),
    }
}

/// The text with `table.column` made `name.column`: SQLite reads it while the table has that name.
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
    fn what_stands_between_the_commas_stays_as_it_is() {
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

    #[test]
    fn columns_are_told_from_constraints() {
        let sql = "CREATE TABLE t (\"check\" INT, Unique_ INT, CHECK (1), constraint c unique (x))";
        let definition = Definition::parse(sql).expect(sql);
        let columns: Vec<_> = definition.items.iter().map(Item::column).collect();
        let expected = [Some(Name::from("check")), Some(Name::from("unique_")), None, None];
        assert_eq!(columns, expected);
        assert_eq!(definition.column(&Name::from("UNIQUE_")), Some(1));
    }
}
