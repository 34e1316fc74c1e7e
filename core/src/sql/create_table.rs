//! Splits the text of a CREATE TABLE at its commas.
//!
//! SQLite's pragmas don't report all of a definition: they omit comments, constraint names and
//! CHECKs. This module reads the text that the author wrote.

use super::lexer::{self, Kind, Token};
use super::names::Name;
use super::parens;

/// The words that begin a table constraint. A column of such a name needs quotes.
const CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/// The definition of an ordinary table, split into columns, constraints and options.
///
/// ```
/// use migratory_core::sql::create_table::CreateTable;
///
/// let sql = "CREATE TABLE t (
///     a INTEGER PRIMARY KEY, -- the key
///     b DECIMAL(10, 2),
///     CHECK (b > 0)
/// ) STRICT;";
/// let table = CreateTable::parse(sql).expect("parentheses");
/// let texts: Vec<_> = table.items.iter().map(|item| item.text).collect();
/// assert_eq!(texts, ["a INTEGER PRIMARY KEY", "b DECIMAL(10, 2)", "CHECK (b > 0)"]);
/// assert_eq!(table.items[0].remark, Some("-- the key"));
/// assert_eq!(table.options, "STRICT");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateTable<'a> {
    /// The columns and constraints, in the order of the text.
    pub items: Vec<Item<'a>>,
    /// The text after the closing parenthesis, without the semicolon.
    pub options: &'a str,
}

/// A column or a table constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// The comments before the item.
    pub comments: Vec<&'a str>,
    /// The tokens of the item, without comments; at least one.
    pub tokens: Vec<Token<'a>>,
    /// The text from the first token to the last.
    pub text: &'a str,
    /// The comment after the item, on the line of its comma.
    pub remark: Option<&'a str>,
}

impl<'a> CreateTable<'a> {
    /// Splits a definition; `None` if it has no parentheses, as in `CREATE TABLE t AS SELECT ..`.
    ///
    /// An unclosed parenthesis reaches to the end of the text.
    pub fn parse(sql: &'a str) -> Option<Self> {
        let tokens: Vec<_> = lexer::tokens(sql).collect();
        let open = tokens.iter().position(|token| token.text == "(")?;
        let close = parens::closing(&tokens, open);
        let mut reader = Reader { sql, ..Reader::default() };
        for (depth, token) in parens::depths(tokens[open + 1..close].iter().copied()) {
            reader.take(token, depth == 0);
        }
        reader.finish();
        let rest = tokens.get(close + 1..).unwrap_or_default().iter();
        let mut rest = rest.filter(|token| !token.is_blank() && token.kind != Kind::Semicolon);
        let options = rest.next().map_or("", |first| {
            let last = rest.next_back().unwrap_or(first);
            &sql[first.start..last.end()]
        });
        Some(Self { items: reader.items, options })
    }

    /// Returns whether the table is STRICT.
    ///
    /// ```
    /// use migratory_core::sql::create_table::CreateTable;
    ///
    /// let is_strict = |sql| CreateTable::parse(sql).is_some_and(|table| table.is_strict());
    /// assert!(is_strict("CREATE TABLE t (a INT) WITHOUT ROWID, strict"));
    /// assert!(!is_strict("CREATE TABLE t (strict INT)"));
    /// ```
    pub fn is_strict(&self) -> bool {
        lexer::meaningful(self.options).any(|token| token.is_word("STRICT"))
    }

    /// Returns whether the table is WITHOUT ROWID.
    ///
    /// ```
    /// use migratory_core::sql::create_table::CreateTable;
    ///
    /// let sql = "CREATE TABLE t (a INT PRIMARY KEY) without /* any */ rowid;";
    /// assert!(CreateTable::parse(sql).is_some_and(|table| table.is_without_rowid()));
    /// ```
    pub fn is_without_rowid(&self) -> bool {
        let options: Vec<_> = lexer::meaningful(self.options).collect();
        options.windows(2).any(|pair| pair[0].is_word("WITHOUT") && pair[1].is_word("ROWID"))
    }
}

impl Item<'_> {
    /// Returns the column's name; `None` for a constraint.
    pub fn column(&self) -> Option<Name> {
        self.tokens.first().and_then(|first| named(*first))
    }
}

/// Returns the name of the column that an item's text defines; `None` for a constraint.
///
/// ```
/// use migratory_core::sql::create_table::column;
/// use migratory_core::sql::names::Name;
///
/// assert_eq!(column("[a b] TEXT"), Some(Name::from("a b")));
/// assert_eq!(column("\"check\" TEXT"), Some(Name::from("check")));
/// assert_eq!(column("check (a > 0)"), None);
/// ```
pub fn column(text: &str) -> Option<Name> {
    lexer::meaningful(text).next().and_then(named)
}

fn named(first: Token<'_>) -> Option<Name> {
    let is_constraint = CONSTRAINTS.iter().any(|word| first.is_word(word));
    (!is_constraint).then(|| Name::new(first.unquoted()))
}

/// Groups tokens into items.
#[derive(Default)]
struct Reader<'a> {
    sql: &'a str,
    items: Vec<Item<'a>>,
    item: Item<'a>,
    /// Comments after the latest token: they belong inside the item if another token follows.
    after: Vec<&'a str>,
    /// Whether the reader is still on the line of the last comma.
    is_same_line: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: Token<'a>, is_outside: bool) {
        match token.kind {
            Kind::Space => self.is_same_line &= !token.text.contains('\n'),
            Kind::LineComment | Kind::BlockComment => self.comment(token.text.trim_end()),
            Kind::Symbol if is_outside && token.text == "," => self.finish(),
            _ => {
                self.after.clear();
                self.item.tokens.push(token);
            }
        }
    }

    fn comment(&mut self, text: &'a str) {
        if !self.item.tokens.is_empty() {
            self.after.push(text);
            return;
        }
        match self.items.last_mut().filter(|last| self.is_same_line && last.remark.is_none()) {
            Some(last) => last.remark = Some(text),
            None => self.item.comments.push(text),
        }
    }

    fn finish(&mut self) {
        let (Some(first), Some(last)) = (self.item.tokens.first(), self.item.tokens.last()) else {
            return;
        };
        let text = &self.sql[first.start..last.end()];
        let mut item = Item { text, ..std::mem::take(&mut self.item) };
        let mut after = std::mem::take(&mut self.after);
        item.remark = after.pop();
        item.comments.extend(after);
        self.items.push(item);
        self.is_same_line = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows each item as its comments, its text in brackets, and its remark; then the options.
    fn shown(sql: &str) -> String {
        let table = CreateTable::parse(sql).expect(sql);
        let item = |item: &Item<'_>| {
            let remark = item.remark.map(|remark| format!(" {remark}")).unwrap_or_default();
            format!("{}[{}]{remark}", item.comments.join(" "), item.text)
        };
        let items: Vec<_> = table.items.iter().map(item).collect();
        format!("{} {}", items.join(" "), table.options).trim_end().to_owned()
    }

    #[test]
    fn items_keep_their_text_and_comments() {
        for (sql, expected) in [
            ("CREATE TABLE t(a,b TEXT)", "[a] [b TEXT]"),
            (
                "CREATE TABLE \"t (\" (a DECIMAL(1, 2) DEFAULT (f(1,2)), CHECK (a <> ',' AND \",\" > 0))",
                "[a DECIMAL(1, 2) DEFAULT (f(1,2))] [CHECK (a <> ',' AND \",\" > 0)]",
            ),
            (
                "CREATE TABLE t (a) /* x */ WITHOUT ROWID,\nSTRICT ; -- y",
                "[a] WITHOUT ROWID,\nSTRICT",
            ),
            (
                "CREATE TABLE t ( -- all\n a, -- the a\n -- the b,\n -- too\n b /* in */ NOT NULL -- last\n) -- end",
                "-- all[a] -- the a -- the b, -- too[b /* in */ NOT NULL] -- last",
            ),
            ("CREATE TABLE t (a /* one */ /* two */, b)", "/* one */[a] /* two */ [b]"),
            ("CREATE TABLE t (a, /* one */ /* two */ b)", "[a] /* one */ /* two */[b]"),
            ("CREATE TABLE t (a,\n -- the b\n b)", "[a] -- the b[b]"),
            ("CREATE TABLE t (,,(", "[(]"),
            ("CREATE TABLE t (a CHECK (a", "[a CHECK (a]"),
            ("CREATE TABLE t ()", ""),
        ] {
            assert_eq!(shown(sql), expected, "{sql}");
        }
        for sql in ["", "CREATE TABLE t", "CREATE TABLE \"(\" AS SELECT ')'"] {
            assert_eq!(CreateTable::parse(sql), None, "{sql}");
        }
    }

    #[test]
    fn table_options_are_read_in_any_order() {
        for (options, is_strict, is_without_rowid) in [
            ("", false, false),
            ("STRICT;", true, false),
            ("without rowid", false, true),
            ("WITHOUT ROWID, STRICT", true, true),
            ("strict,without -- any\n rowid", true, true),
            // SQLite takes neither of these.
            ("WITHOUT STRICT", true, false),
            ("STRICT, ROWID", true, false),
        ] {
            let sql = format!("CREATE TABLE t (strict, without rowid) {options}");
            let table = CreateTable::parse(&sql).expect("parentheses");
            let found = (table.is_strict(), table.is_without_rowid());
            assert_eq!(found, (is_strict, is_without_rowid), "{options}");
        }
    }

    #[test]
    fn columns_are_distinguished_from_constraints() {
        let sql = "CREATE TABLE t (\"check\" INT, Unique_ INT, CHECK (1), constraint c unique (x), [primary])";
        let table = CreateTable::parse(sql).expect(sql);
        let columns: Vec<_> = table.items.iter().filter_map(Item::column).collect();
        assert_eq!(columns, ["check", "unique_", "primary"].map(Name::from));
    }
}
