//! Words that need quotes to be names, and words whose meaning quotes change.

use migratory_core::sql::keywords::{differs_in_quotes, keywords, needs_quotes};
use migratory_core::sql::names::Name;
use rusqlite::Connection;
use rusqlite::types::Value;

/// Words with a meaning in some places that are not keywords.
const NEARLY: [&str; 4] = ["true", "false", "stored", "strict"];

/// The places where generated SQL has a name, as `?`; each is tried in its own database.
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
fn every_keyword_is_a_name_when_written_by_written() {
    for word in keywords().chain(NEARLY) {
        for place in PLACES {
            let conn = Connection::open_in_memory().expect("a database");
            let sql = place.replace('?', &Name::from(word).written());
            conn.execute_batch(&sql).expect(&sql);
        }
    }
}

#[test]
fn reserved_words_fail_without_their_quotes() {
    for word in keywords().filter(|word| needs_quotes(word)) {
        let fails = |place: &&str| {
            let conn = Connection::open_in_memory().expect("a database");
            conn.execute_batch(&place.replace('?', word)).is_err()
        };
        assert!(PLACES.iter().any(fails), "{word}");
    }
}

/// If SQLite reads a word as a value or refuses it as a column name, `differs_in_quotes` must know
/// it.
#[test]
fn no_word_that_is_not_a_name_is_missing() {
    let conn = Connection::open_in_memory().expect("a database in memory");
    for word in keywords().chain(NEARLY) {
        let sql = format!("SELECT {word} FROM (SELECT 'the column' AS \"{word}\")");
        let found = conn.query_row(&sql, [], |row| row.get::<_, Value>(0));
        let is_value = found.is_ok_and(|found| found != Value::from("the column".to_owned()));
        let is_name = conn.prepare(&format!("CREATE TABLE a ({word})")).is_ok();
        assert!((is_name && !is_value) || differs_in_quotes(word), "{word}");
    }
}
