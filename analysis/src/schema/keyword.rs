//! The keywords of SQLite, and which of them can't stand bare where a name does.

/// The keywords that SQLite takes for no name unless they are in quotes.
#[rustfmt::skip]
const RESERVED: [&str; 64] = [
    "add", "all", "alter", "and", "as", "autoincrement", "between", "case", "cast", "check",
    "collate", "commit", "constraint", "create", "current_date", "current_time",
    "current_timestamp", "default", "deferrable", "delete", "distinct", "drop", "else", "escape",
    "except", "exists", "foreign", "from", "group", "having", "if", "in", "index", "insert",
    "intersect", "into", "is", "isnull", "join", "limit", "not", "nothing", "notnull", "null", "on",
    "or", "order", "primary", "raise", "references", "returning", "select", "set", "table", "then",
    "to", "transaction", "union", "unique", "update", "using", "values", "when", "where",
];

/// The keywords that SQLite takes for a name wherever their own meaning makes no sense.
#[rustfmt::skip]
const FREE: [&str; 83] = [
    "abort", "action", "after", "always", "analyze", "asc", "attach", "before", "begin", "by",
    "cascade", "column", "conflict", "cross", "current", "database", "deferred", "desc", "detach",
    "do", "each", "end", "exclude", "exclusive", "explain", "fail", "filter", "first", "following",
    "for", "full", "generated", "glob", "groups", "ignore", "immediate", "indexed", "initially",
    "inner", "instead", "key", "last", "left", "like", "match", "materialized", "natural", "no",
    "nulls", "of", "offset", "others", "outer", "over", "partition", "plan", "pragma", "preceding",
    "query", "range", "recursive", "regexp", "reindex", "release", "rename", "replace", "restrict",
    "right", "rollback", "row", "rows", "savepoint", "temp", "temporary", "ties", "trigger",
    "unbounded", "vacuum", "view", "virtual", "window", "with", "without",
];

/// All keywords of SQLite, in lower case.
pub fn keywords() -> impl Iterator<Item = &'static str> {
    RESERVED.into_iter().chain(FREE)
}

/// Whether a name must stand in quotes: a reserved keyword, or what is no plain word of ASCII.
pub(super) fn needs_quotes(name: &str) -> bool {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    !is_word || RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use migratory_runtime::rusqlite::Connection;

    use super::*;
    use crate::schema::Name;

    /// The places where our texts put a name, as `?`: each is tried on a database of its own.
    const PLACES: [&str; 11] = [
        "CREATE TABLE ? (? TEXT); INSERT INTO ? (?) SELECT ? FROM ?; \
         UPDATE ? SET ? = ? WHERE ? = 1; DELETE FROM ? WHERE ? IS NULL; DROP TABLE ?;",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, ? TEXT, UNIQUE (?), CHECK (? <> ''), \
         FOREIGN KEY (?) REFERENCES t (?)); INSERT INTO t (a, ?) SELECT a, ? FROM t; \
         SELECT coalesce(?, 1), ? FROM t ORDER BY ?;",
        "CREATE TABLE t (?); SELECT a.? AS ? FROM t AS a GROUP BY ?; SELECT t.? FROM t;",
        "CREATE TABLE t (a); ALTER TABLE t ADD COLUMN ? TEXT; ALTER TABLE t RENAME COLUMN ? TO b; \
         ALTER TABLE t RENAME COLUMN b TO ?; ALTER TABLE t DROP COLUMN ?;",
        "CREATE TABLE t (a); ALTER TABLE t RENAME TO ?; ALTER TABLE ? RENAME TO u; \
         ALTER TABLE u RENAME TO ?; ALTER TABLE ? ADD COLUMN b; CREATE INDEX i ON ? (a);",
        "CREATE TABLE t (a, ?); CREATE UNIQUE INDEX ? ON t (?); DROP INDEX ?; \
         CREATE INDEX i ON t (?, a) WHERE ? IS NOT NULL;",
        "CREATE TABLE t (a, ?); CREATE VIEW ? AS SELECT ? FROM t; SELECT * FROM ?; DROP VIEW ?;",
        "CREATE TABLE t (a, ?); CREATE TRIGGER ? AFTER UPDATE OF ? ON t BEGIN \
         UPDATE t SET ? = NEW.?; END; DROP TRIGGER ?;",
        "CREATE TABLE ? (a); CREATE TRIGGER i BEFORE INSERT ON ? BEGIN DELETE FROM ?; \
         SELECT a FROM ?; END; CREATE TABLE c (x REFERENCES ? ON DELETE CASCADE);",
        "CREATE TABLE ? (? INTEGER); CREATE TABLE k AS SELECT rowid AS row, ? FROM ?; \
         DELETE FROM k WHERE EXISTS (SELECT 1 FROM ? WHERE ?.? = 1);",
        "CREATE TABLE t (? INTEGER NOT NULL DEFAULT 1, c GENERATED ALWAYS AS (? + 1) VIRTUAL);",
    ];

    #[test]
    fn every_keyword_is_a_name_as_it_is_written() {
        for word in keywords().chain(["true", "false", "stored", "strict"]) {
            for place in PLACES {
                let conn = Connection::open_in_memory().expect("a database");
                let sql = place.replace('?', &Name::from(word).written());
                conn.execute_batch(&sql).expect(&sql);
            }
        }
    }

    #[test]
    fn reserved_words_fail_without_their_quotes() {
        for word in RESERVED {
            let fails = |place: &&str| {
                let conn = Connection::open_in_memory().expect("a database");
                conn.execute_batch(&place.replace('?', word)).is_err()
            };
            assert!(PLACES.iter().any(fails), "{word}");
        }
    }

    #[test]
    fn names_are_in_quotes_where_sqlite_wants_them() {
        for (name, expected) in [
            ("title", "title"),
            ("order", "\"order\""),
            ("VALUES", "\"VALUES\""),
            ("a b", "\"a b\""),
            ("1st", "\"1st\""),
            ("it\"s", "\"it\"\"s\""),
            ("größe", "\"größe\""),
            ("", "\"\""),
            ("key", "key"),
        ] {
            assert_eq!(Name::from(name).written(), expected);
        }
    }
}
