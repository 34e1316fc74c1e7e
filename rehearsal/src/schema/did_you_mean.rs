//! Suggests what an unknown name in a statement may have meant.

use migratory_core::sql::lexer::{self, Kind};
use migratory_core::sql::quotes;

use super::{Name, Schema, Table};
use migratory_analysis::spelling;

/// Functions that SQLite has had for long; those of its latest releases are left out, since a
/// system's SQLite may lack them.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "abs", "avg", "changes", "char", "coalesce", "count", "cume_dist", "date", "datetime",
    "dense_rank", "first_value", "glob", "group_concat", "hex", "ifnull", "instr", "json",
    "json_array", "json_array_length", "json_extract", "json_group_array", "json_group_object",
    "json_insert", "json_object", "json_patch", "json_quote", "json_remove", "json_replace",
    "json_set", "json_type", "json_valid", "julianday", "lag", "last_insert_rowid", "last_value",
    "lead", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "nth_value",
    "ntile", "nullif", "percent_rank", "printf", "quote", "random", "randomblob", "rank",
    "replace", "round", "row_number", "rtrim", "sign", "strftime", "substr", "sum", "time",
    "total", "total_changes", "trim", "typeof", "unicode", "unixepoch", "unlikely", "upper",
    "zeroblob",
];

/// Suggests names close to the one in a message of SQLite's, as a sentence without a full stop.
///
/// `text` is the statement: names that occur in it are preferred.
pub(crate) fn hint(message: &str, schema: &Schema, text: &str) -> Option<String> {
    let after = |words| message.rsplit_once(words).map(|(_, rest)| path(rest));
    if let Some(names) = message.strip_prefix("foreign key mismatch - ") {
        mismatch(names, schema)
    } else if let Some((held, _)) = message.split_once(" after drop column: ") {
        let (kind, name) = held.strip_prefix("error in ")?.split_once(' ')?;
        let kind = kind.to_uppercase();
        Some(format!("write `DROP {kind} {name};` before this statement"))
    } else if let Some(path) = after("no such column: ") {
        column(&path, schema, text).or_else(|| literal(message))
    } else if let Some(missing) = after(" has no column named ") {
        let (_, rest) = message.rsplit_once("table ")?;
        let table = path(rest.rsplit_once(" has no column named ")?.0);
        column(&[table.last()?.clone(), missing.last()?.clone()], schema, text)
    } else if let Some(path) = after("no such table: ").or_else(|| after("no such view: ")) {
        relation(path.last()?, schema)
    } else if let Some(path) = after("no such index: ") {
        object("an index", path.last()?, schema.indexes.keys())
    } else if let Some(path) = after("no such trigger: ") {
        object("a trigger", path.last()?, schema.triggers.keys())
    } else {
        function(after("no such function: ")?.last()?)
    }
}

/// Says what a foreign key needs that does not refer to a unique key: `"child" referencing
/// "parent"`.
fn mismatch(names: &str, schema: &Schema) -> Option<String> {
    let (child, parent) = names.split_once(" referencing ")?;
    let name = |text: &str| Some(Name::from(path(text).last()?.as_str()));
    let (child, parent) = (schema.tables.get(&name(child)?)?, name(parent)?);
    let is_key = |columns: &[Name]| {
        let parent = schema.tables.get(&parent);
        parent.is_some_and(|it| {
            columns == it.primary_key || it.uniques.iter().any(|unique| unique == columns)
        })
    };
    let mut keys = child.foreign_keys.iter().filter(|key| key.parent == parent);
    let key = keys.find(|key| !is_key(&key.parent_columns))?;
    if key.parent_columns.is_empty() {
        return Some(format!("name the columns of a key of `{parent}` after REFERENCES"));
    }
    let columns: Vec<_> = key.parent_columns.iter().map(Name::written).collect();
    let index = Name::new(format!("{parent}_key")).written();
    Some(format!(
        "what a foreign key refers to must be unique: `CREATE UNIQUE INDEX {index} ON {} ({});`, before this statement",
        parent.written(),
        columns.join(", ")
    ))
}

/// Shows how to write a text that SQLite took for a name.
pub(crate) fn literal(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("no such column: \"")?;
    let (text, _) = rest.split_once("\" - should this be a string literal")?;
    let text = quotes::literal(text);
    Some(format!("if it is a text and not a name, write it in single quotes: `{text}`"))
}

/// Splits a dotted name at the start of a text into its parts: `main.item.title`.
fn path(text: &str) -> Vec<String> {
    let tokens = lexer::tokens(text);
    let named = |kind| matches!(kind, Kind::Word | Kind::Name | Kind::Text | Kind::Number);
    let part_of_it = tokens.take_while(|token| named(token.kind) || token.text == ".");
    part_of_it
        .filter(|token| named(token.kind))
        .map(|token| token.unquoted().into_owned())
        .collect()
}

fn column(path: &[String], schema: &Schema, text: &str) -> Option<String> {
    let (column, qualifier) = match path {
        [.., table, column] => (column, schema.tables.get(&Name::from(table.as_str()))),
        [column] => (column, None),
        [] => return None,
    };
    let tables: Vec<_> = match qualifier {
        Some(table) => vec![table],
        None => schema.tables.values().filter(|table| is_named(table, text)).collect(),
    };
    nearest_column(column, &tables).or_else(|| {
        let name = Name::from(column.as_str());
        let mut others = schema.tables.values();
        let other = others.find(|table| qualifier.is_none() && table.column(&name).is_some())?;
        Some(column_of(other, &name))
    })
}

fn is_named(table: &Table, text: &str) -> bool {
    let is_name = |kind| matches!(kind, Kind::Word | Kind::Name);
    lexer::meaningful(text).any(|token| is_name(token.kind) && table.name == *token.unquoted())
}

fn nearest_column(word: &str, tables: &[&Table]) -> Option<String> {
    let columns = tables.iter().flat_map(|table| &table.columns);
    let shown = columns.filter(|column| !column.is_hidden);
    let nearest = spelling::nearest(word, shown.map(|column| column.name.as_str()))?;
    let name = Name::from(nearest);
    let table = tables.iter().find(|table| table.column(&name).is_some())?;
    Some(column_of(table, &name))
}

fn column_of(table: &Table, column: &Name) -> String {
    format!("`{}` has a column `{column}`", table.name)
}

fn relation(word: &str, schema: &Schema) -> Option<String> {
    object("a table", word, schema.tables.keys())
        .or_else(|| object("a view", word, schema.views.keys()))
}

fn object<'a>(kind: &str, word: &str, names: impl Iterator<Item = &'a Name>) -> Option<String> {
    let nearest = spelling::nearest(word, names.map(Name::as_str))?;
    if nearest.eq_ignore_ascii_case(word) {
        return Some(format!(
            "an earlier statement drops `{nearest}`, directly or with its table: delete this one, or move it before that"
        ));
    }
    Some(format!("there is {kind} `{nearest}`"))
}

fn function(word: &str) -> Option<String> {
    let nearest = spelling::nearest(word, FUNCTIONS.iter().copied())?;
    Some(format!("SQLite has a function `{nearest}`"))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite::config::DbConfig;

    use super::super::Reader;
    use super::*;

    const SCHEMA: &str = "
        CREATE TABLE user (user_id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE album (title TEXT, \"release year\" INT);
        CREATE INDEX album_by_title ON album (title);
        CREATE VIEW titles AS SELECT title FROM album;
        CREATE TABLE disc (album TEXT REFERENCES album (title));
        CREATE TRIGGER user_gone AFTER DELETE ON user BEGIN SELECT 1; END;";

    fn database() -> Connection {
        let conn = Connection::open_in_memory().expect("a database");
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false).expect("a setting");
        conn.execute_batch("PRAGMA foreign_keys = ON").expect("a setting");
        conn.execute_batch(SCHEMA).expect("a schema");
        conn
    }

    #[test]
    fn messages_of_sqlite_lead_to_similar_names() {
        let conn = database();
        let schema = Reader::default().read(&conn).expect("a schema");
        for (sql, expected) in [
            ("SELECT usr_id FROM user", Some("`user` has a column `user_id`")),
            ("SELECT u.usr_id FROM user u", Some("`user` has a column `user_id`")),
            ("SELECT user.nam FROM user, album", Some("`user` has a column `name`")),
            ("SELECT title FROM user", Some("`album` has a column `title`")),
            ("SELECT titel FROM user", None),
            ("SELECT \"release yaer\" FROM [album]", Some("`album` has a column `release year`")),
            ("INSERT INTO user (usr_id) VALUES (1)", Some("`user` has a column `user_id`")),
            ("ALTER TABLE user DROP COLUMN naem", Some("`user` has a column `name`")),
            ("CREATE INDEX i ON user (usr_id)", Some("`user` has a column `user_id`")),
            ("SELECT * FROM userz", Some("there is a table `user`")),
            ("SELECT * FROM main.userz", Some("there is a table `user`")),
            ("SELECT * FROM title", Some("there is a view `titles`")),
            ("SELECT * FROM invoice", None),
            ("DROP INDEX album_by_titel", Some("there is an index `album_by_title`")),
            ("DROP TRIGGER user_gon", Some("there is a trigger `user_gone`")),
            ("DROP VIEW titels", Some("there is a view `titles`")),
            ("SELECT lenght(name) FROM user", Some("SQLite has a function `length`")),
            ("SELECT slugfy(name) FROM user", None),
            ("SELEC", None),
            (
                "INSERT INTO disc (album) SELECT title FROM album",
                Some(
                    "what a foreign key refers to must be unique: `CREATE UNIQUE INDEX album_key ON album (title);`, \
                     before this statement",
                ),
            ),
            (
                "SELECT \"it's\"",
                Some("if it is a text and not a name, write it in single quotes: `'it''s'`"),
            ),
        ] {
            let error = conn.execute_batch(sql).expect_err(sql).to_string();
            let message = error.split(" in ").next().unwrap_or_default();
            assert_eq!(hint(message, &schema, sql).as_deref(), expected, "{sql}: {message}");
        }
    }

    #[test]
    fn objects_that_use_a_column_are_dropped_before_it() {
        let message = "error in index album_by_title after drop column: no such column: title";
        let expected = "write `DROP INDEX album_by_title;` before this statement";
        assert_eq!(hint(message, &Schema::default(), "").as_deref(), Some(expected));
    }

    #[test]
    fn odd_messages_cause_no_panic() {
        let schema = Schema::default();
        for message in [
            "",
            "no such column: ",
            "no such column: .",
            "no such table: (",
            " has no column named ",
        ] {
            assert_eq!(hint(message, &schema, ""), None, "{message}");
        }
    }
}
