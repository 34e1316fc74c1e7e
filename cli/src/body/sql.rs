//! Names and texts, as they are written in SQL.

use migratory_analysis::schema::{Name, Schema};
use migratory_runtime::lexer::{self, Kind};

/// How long a line may be.
const WIDTH: usize = 100;

/// What SQLite takes for no name unless it is in quotes.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "add", "all", "alter", "and", "as", "autoincrement", "between", "case", "cast", "check",
    "collate", "commit", "constraint", "create", "current_date", "current_time",
    "current_timestamp", "default", "deferrable", "delete", "distinct", "drop", "else", "escape",
    "except", "exists", "foreign", "from", "group", "having", "if", "in", "index", "insert",
    "intersect", "into", "is", "isnull", "join", "limit", "not", "nothing", "notnull", "null",
    "on", "or", "order", "primary", "raise", "references", "returning", "select", "set", "table",
    "then", "to", "transaction", "union", "unique", "update", "using", "values", "when", "where",
];

/// The name as one would write it: in quotes only where it needs them.
pub(super) fn written(name: &Name) -> String {
    let text = name.as_str();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_plain { text.to_owned() } else { name.quoted() }
}

/// Likewise, of a text.
pub(super) fn bare(name: &str) -> String {
    written(&Name::new(name))
}

/// A text in the quotes of texts.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names between commas, as many to a line as it takes.
pub(super) fn listed(before: &str, items: &[String], after: &str) -> String {
    let line = format!("{before}{}{after}", items.join(", "));
    if line.trim_end().len() <= WIDTH {
        return line;
    }
    let mut lines = vec![String::from("    ")];
    for (at, item) in items.iter().enumerate() {
        let comma = if at + 1 < items.len() { "," } else { "" };
        let last = lines.last().map_or(0, String::len);
        if last > 4 && last + item.len() + 2 > WIDTH {
            lines.push(String::from("    "));
        }
        if let Some(last) = lines.last_mut() {
            let blank = if last.trim().is_empty() { "" } else { " " };
            last.extend([blank, item, comma]);
        }
    }
    format!("{}\n{}\n{}", before.trim_end(), lines.join("\n"), after.trim_start())
}

/// Whether the text mentions a name, as a bare word or in the quotes of names.
pub(super) fn mentions(text: &str, name: &Name) -> bool {
    lexer::meaningful(text).any(|token| {
        matches!(token.kind, Kind::Word | Kind::Name) && *name == *token.unquoted().as_ref()
    })
}

/// A definition as a statement of its own, without what follows its last word.
pub(super) fn statement(sql: &str) -> String {
    let end = lexer::meaningful(sql)
        .filter(|token| token.kind != Kind::Semicolon)
        .last()
        .map_or(0, |token| token.end());
    format!("{};", sql.get(..end).unwrap_or(sql))
}

/// This name, or one like it that nothing has yet.
pub(super) fn fresh(schema: &Schema, name: &str) -> Name {
    let is_taken = |name: &Name| {
        schema.tables.contains_key(name)
            || schema.views.contains_key(name)
            || schema.indexes.contains_key(name)
    };
    let others = (2..).map(|number| Name::new(format!("{name}_{number}")));
    let mut names = std::iter::once(Name::new(name)).chain(others);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| Name::new(name))
}

#[cfg(test)]
mod tests {
    use migratory_runtime::rusqlite::Connection;

    use super::*;

    #[test]
    fn names_are_in_quotes_where_sqlite_wants_them() {
        for (name, expected) in [
            ("title", "title"),
            ("order", "\"order\""),
            ("a b", "\"a b\""),
            ("1st", "\"1st\""),
            ("it\"s", "\"it\"\"s\""),
            ("größe", "\"größe\""),
            ("", "\"\""),
            ("key", "key"),
        ] {
            assert_eq!(bare(name), expected);
        }
    }

    #[test]
    fn no_keyword_is_missing_that_sqlite_refuses() {
        let conn = Connection::open_in_memory().expect("a database");
        let words = "abort action after always analyze asc attach before begin by cascade cast column \
                     conflict cross current database deferred desc detach do each end exclude exclusive \
                     explain fail filter first following for full generated glob groups if ignore \
                     immediate indexed initially inner instead key last left like match materialized \
                     natural no nulls of offset others outer over partition plan pragma preceding query \
                     raise range recursive regexp reindex release rename replace restrict right rollback \
                     row rows savepoint temp temporary ties trigger unbounded vacuum view virtual window \
                     with without"
            .split_whitespace();
        for word in words.chain(KEYWORDS.iter().copied()) {
            let word = bare(word);
            let sql = format!(
                "CREATE TABLE {word} ({word} TEXT); SELECT {word} FROM {word}; DROP TABLE {word};"
            );
            conn.execute_batch(&sql).expect(&sql);
        }
    }

    #[test]
    fn long_lists_are_wrapped() {
        let names: Vec<_> = (0..20).map(|number| format!("column_{number}")).collect();
        let text = listed("INSERT INTO t (", &names, ")");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.starts_with("INSERT INTO t (\n    column_0, column_1,"), "{text}");
        assert_eq!(listed("a (", &names[..2], ")"), "a (column_0, column_1)");
    }

    #[test]
    fn a_definition_ends_with_its_last_word() {
        for (sql, expected) in [
            ("CREATE INDEX i ON t (a) -- why\n", "CREATE INDEX i ON t (a);"),
            ("CREATE VIEW v AS SELECT 1;", "CREATE VIEW v AS SELECT 1;"),
            (
                "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
            ),
        ] {
            assert_eq!(statement(sql), expected);
        }
    }
}
