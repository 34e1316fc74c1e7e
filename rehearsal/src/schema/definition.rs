//! Reads from the text of a CREATE TABLE what SQLite's pragmas don't report.
//!
//! The words it looks for are keywords that SQLite accepts as names in quotes only. So a bare word
//! is always the keyword, and no grammar is needed beyond parentheses and commas.

use migratory_core::sql::create_table::{CreateTable, Item};
use migratory_core::sql::lexer::{Kind, Token};
use migratory_core::sql::parens;

use super::{Name, excerpt};

/// The definition of an ordinary table, in parts.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    pub(crate) columns: Vec<ColumnText>,
    /// The text between the parentheses of each CHECK.
    pub(crate) checks: Vec<String>,
    /// Whether each foreign key, in the order of the text, is checked at the end of the
    /// transaction.
    pub(crate) deferred: Vec<bool>,
    /// The primary key, written as a constraint of the table even if a column declares it.
    pub(crate) primary_key: Option<String>,
    /// The UNIQUE constraints, likewise.
    pub(crate) uniques: Vec<String>,
    pub(crate) is_autoincrement: bool,
    pub(crate) is_strict: bool,
    pub(crate) is_without_rowid: bool,
}

/// What the definition says about one column.
#[derive(Debug)]
pub(crate) struct ColumnText {
    pub(crate) name: Name,
    pub(crate) collation: Option<Name>,
    /// The text between the parentheses of a generated column.
    pub(crate) generated: Option<String>,
    /// Whether the text says NOT NULL.
    pub(crate) is_not_null: bool,
    /// The conflict clause of NOT NULL, if there is one: ` ON CONFLICT IGNORE`.
    pub(crate) on_null: String,
    /// Whether the text declares a generated column VIRTUAL.
    pub(crate) is_virtual: bool,
}

impl Definition {
    pub(crate) fn parse(sql: &str) -> Self {
        let table = CreateTable::parse(sql).unwrap_or_default();
        let mut definition = Self {
            is_strict: table.is_strict(),
            is_without_rowid: table.is_without_rowid(),
            ..Self::default()
        };
        for item in &table.items {
            definition.read_item(sql, item);
        }
        definition
    }

    pub(crate) fn column(&self, name: &Name) -> Option<&ColumnText> {
        self.columns.iter().find(|column| column.name == *name)
    }

    pub(crate) fn has_keys(&self) -> bool {
        self.primary_key.is_some() || !self.uniques.is_empty()
    }

    fn read_item(&mut self, sql: &str, item: &Item<'_>) {
        let name = item.column();
        let mut column = ColumnText {
            name: name.clone().unwrap_or_else(|| Name::from("")),
            collation: None,
            generated: None,
            is_not_null: false,
            on_null: String::new(),
            is_virtual: false,
        };
        let mut at = 0;
        while at < item.tokens.len() {
            at = self.read_word(sql, &item.tokens, at, &mut column);
        }
        if name.is_some() {
            self.columns.push(column);
        }
    }

    /// Reads the clause that begins at a token, and returns the index at which to continue.
    fn read_word(
        &mut self,
        sql: &str,
        item: &[Token<'_>],
        at: usize,
        column: &mut ColumnText,
    ) -> usize {
        let word = item[at];
        let bare =
            if word.kind == Kind::Word { word.text.to_ascii_uppercase() } else { String::new() };
        let group = parens::group(item, at + 1);
        let is_action = at > 0 && item[at - 1].is_word("SET");
        match (bare.as_str(), &group) {
            // The token after DEFAULT is its value, though it may be a keyword elsewhere.
            ("DEFAULT", None) if !is_action => return at + 2,
            ("COLLATE", _) => {
                column.collation = item.get(at + 1).map(|name| Name::new(name.unquoted()));
            }
            ("NULL", _) if at > 0 && item[at - 1].is_word("NOT") => {
                column.is_not_null = true;
                column.on_null = conflict(item, at + 1);
            }
            ("VIRTUAL", _) => column.is_virtual = true,
            ("UNIQUE", _) => self.uniques.push(format!("UNIQUE {}", key(item, at + 1))),
            ("PRIMARY", _) => {
                self.primary_key = Some(format!("PRIMARY KEY {}", key(item, at + 2)));
            }
            ("REFERENCES", _) => self.deferred.push(false),
            ("DEFERRABLE", _) => self.read_deferral(item, at),
            ("AUTOINCREMENT", _) => self.is_autoincrement = true,
            ("CHECK", Some(group)) => self.checks.push(parens::inner(sql, item, group).to_owned()),
            ("AS", Some(group)) => {
                column.generated = Some(parens::inner(sql, item, group).to_owned());
            }
            ("KEY", Some(group)) => {
                // `PRIMARY KEY (id AUTOINCREMENT)` as a constraint of the table.
                let mut inside = item[group.clone()].iter();
                self.is_autoincrement |= inside.any(|token| token.is_word("AUTOINCREMENT"));
            }
            _ => {}
        }
        group.map_or(at + 1, |group| group.end + 1)
    }

    /// Reads `[NOT] DEFERRABLE [INITIALLY DEFERRED | INITIALLY IMMEDIATE]`, which belongs to the
    /// last foreign key.
    fn read_deferral(&mut self, item: &[Token<'_>], at: usize) {
        let says = |at: usize, word| item.get(at).is_some_and(|token| token.is_word(word));
        let denied = at > 0 && says(at - 1, "NOT");
        if let Some(last) = self.deferred.last_mut() {
            *last = !denied && says(at + 1, "INITIALLY") && says(at + 2, "DEFERRED");
        }
    }
}

/// Writes the columns of a key with its conflict clause; the words of the key end before `at`.
fn key(item: &[Token<'_>], at: usize) -> String {
    let says_nothing =
        |token: &&Token<'_>| !["ASC", "AUTOINCREMENT"].iter().any(|word| token.is_word(word));
    if let Some(group) = parens::group(item, at) {
        let columns = item[group.start + 1..group.end].iter().filter(says_nothing);
        return format!("({}){}", excerpt::spelt(columns), conflict(item, group.end + 1));
    }
    // The key of a column, after which a direction may follow.
    let direction = item.get(at).filter(|token| token.is_word("ASC") || token.is_word("DESC"));
    let column = item[..1].iter().chain(direction).filter(says_nothing);
    let at = at + usize::from(direction.is_some());
    format!("({}){}", excerpt::spelt(column), conflict(item, at))
}

/// Returns `ON CONFLICT REPLACE` after a constraint, with a space before it.
fn conflict(item: &[Token<'_>], at: usize) -> String {
    match item.get(at..at + 3) {
        Some([on, conflict, action]) if on.is_word("ON") && conflict.is_word("CONFLICT") => {
            format!(" ON CONFLICT {}", action.text.to_ascii_uppercase())
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_found_and_similar_texts_are_not() {
        for (sql, checks) in [
            ("CREATE TABLE t (a CHECK (a > 0) UNIQUE, CHECK(a<(9)))", &["a > 0", "a<(9)"][..]),
            ("CREATE TABLE t (\"check\" TEXT, [check] (1), `check`)", &[]),
            ("CREATE TABLE t (a DEFAULT 'CHECK (1)' /* CHECK (2) */) -- CHECK (3)", &[]),
            (
                "CREATE TABLE t (a, UNIQUE (a) CHECK (a) CHECK (2), CONSTRAINT c CHECK (3))",
                &["a", "2", "3"],
            ),
            ("CREATE TABLE t (a CHECK (a <> ')' AND a <> ','))", &["a <> ')' AND a <> ','"]),
            ("CREATE TABLE \"t (CHECK (1)\" (a)", &[]),
            ("CREATE TABLE t (a DECIMAL(10, 2) CONSTRAINT \"b\" check\n( a ) )", &["a"]),
            ("CREATE TABLE t (a CHECK (a", &["a"]),
            ("CREATE TABLE t (a CHECK", &[]),
            ("CREATE TABLE t (a) CHECK (1)", &[]),
            ("CREATE TABLE t (,,(", &[]),
            ("CREATE", &[]),
        ] {
            assert_eq!(Definition::parse(sql).checks, checks, "{sql}");
        }
    }

    #[test]
    fn columns_have_their_collation_and_expression() {
        for (sql, expected) in [
            ("CREATE TABLE t (a, b INT)", "a b"),
            ("CREATE TABLE t (a TEXT COLLATE NOCASE COLLATE [rtrim])", "a/rtrim"),
            ("CREATE TABLE t (a DEFAULT ('x' COLLATE nocase), b)", "a b"),
            ("CREATE TABLE t (a DEFAULT 'x' COLLATE \"NOCASE\")", "a/NOCASE"),
            ("CREATE TABLE t (a AS (1 + (2)) STORED, b GENERATED ALWAYS AS(a))", "a=1 + (2) b=a"),
            ("CREATE TABLE t (\"as\" (1), 'b', [c d], UNIQUE (\"as\" COLLATE NOCASE))", "as b c d"),
            (
                "CREATE TABLE t (\"primary\" INT, unique_ INT, PRIMARY KEY (\"primary\"))",
                "primary unique_",
            ),
        ] {
            let said = |column: &ColumnText| {
                let collation = column.collation.as_ref().map(|name| format!("/{name}"));
                let generated = column.generated.as_ref().map(|text| format!("={text}"));
                format!(
                    "{}{}{}",
                    column.name,
                    collation.unwrap_or_default(),
                    generated.unwrap_or_default()
                )
            };
            let columns: Vec<_> = Definition::parse(sql).columns.iter().map(said).collect();
            assert_eq!(columns.join(" "), expected, "{sql}");
        }
    }

    #[test]
    fn keys_of_columns_are_written_as_keys_of_tables() {
        for (sql, keys) in [
            ("CREATE TABLE t (a INTEGER PRIMARY KEY ASC)", "PRIMARY KEY (a)"),
            ("CREATE TABLE t (a INTEGER PRIMARY KEY DESC AUTOINCREMENT)", "PRIMARY KEY (a DESC)"),
            ("CREATE TABLE t (a, PRIMARY KEY(a ASC AUTOINCREMENT))", "PRIMARY KEY (a)"),
            (
                "CREATE TABLE t (a PRIMARY KEY ON CONFLICT replace, b UNIQUE ON CONFLICT IGNORE)",
                "PRIMARY KEY (a) ON CONFLICT REPLACE; UNIQUE (b) ON CONFLICT IGNORE",
            ),
            (
                "CREATE TABLE t (a, UNIQUE(a  collate nocase,b)UNIQUE (b))",
                "UNIQUE (a collate nocase, b); UNIQUE (b)",
            ),
            ("CREATE TABLE t (\"unique\" TEXT NOT NULL)", ""),
        ] {
            let read = Definition::parse(sql);
            let said: Vec<_> = read.primary_key.into_iter().chain(read.uniques).collect();
            assert_eq!(said.join("; "), keys, "{sql}");
        }
        let sql = "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE, b NOT NULL)";
        let actions: Vec<_> =
            Definition::parse(sql).columns.into_iter().map(|column| column.on_null).collect();
        assert_eq!(actions, [" ON CONFLICT IGNORE", ""]);
    }

    #[test]
    fn a_deferral_belongs_to_the_foreign_key_before_it() {
        for (sql, deferred) in [
            ("CREATE TABLE t (a REFERENCES p)", &[false][..]),
            ("CREATE TABLE t (a REFERENCES p (x) DEFERRABLE INITIALLY DEFERRED)", &[true]),
            ("CREATE TABLE t (a REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED)", &[false]),
            ("CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY IMMEDIATE)", &[false]),
            ("CREATE TABLE t (a REFERENCES p DEFERRABLE)", &[false]),
            (
                "CREATE TABLE t (a REFERENCES p ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED, \
                 b DEFAULT 1 REFERENCES q, FOREIGN KEY (a) REFERENCES r (x, y) \
                 deferrable initially deferred)",
                &[true, false, true],
            ),
            ("CREATE TABLE t (\"references\" DEFERRABLE INITIALLY DEFERRED)", &[]),
        ] {
            assert_eq!(Definition::parse(sql).deferred, deferred, "{sql}");
        }
    }

    #[test]
    fn options_follow_the_columns() {
        for (sql, strict, without_rowid, autoincrement) in [
            ("CREATE TABLE t (a)", false, false, false),
            ("CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID, STRICT", true, true, false),
            ("CREATE TABLE t (a INT) strict", true, false, false),
            ("CREATE TABLE strict (\"strict\" TEXT, rowid) /* STRICT */", false, false, false),
            ("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", false, false, true),
            ("CREATE TABLE t (a INTEGER, PRIMARY KEY (a autoincrement))", false, false, true),
            ("CREATE TABLE t (a DEFAULT 'x', \"autoincrement\")", false, false, false),
        ] {
            let read = Definition::parse(sql);
            let options = (read.is_strict, read.is_without_rowid, read.is_autoincrement);
            assert_eq!(options, (strict, without_rowid, autoincrement), "{sql}");
        }
    }
}
