//! What `migratory_core::sql` says without SQLite, held against SQLite.

use migratory_core::sql::normal::is_keyword;
use rusqlite::Connection;
use rusqlite::types::Value;

/// A word that SQLite takes for a value or refuses as the name of a column must differ from the name in quotes.
#[test]
fn no_word_is_missing_that_is_no_name() {
    let conn = Connection::open_in_memory().expect("a database in memory");
    let words = "abort action add after all alter always analyze and as asc attach autoincrement before begin \
         between by cascade case cast check collate column commit conflict constraint create cross current \
         current_date current_time current_timestamp database default deferrable deferred delete desc detach \
         distinct do drop each else end escape except exclude exclusive exists explain fail false filter first \
         following for foreign from full generated glob group groups having if ignore immediate in index indexed \
         initially inner insert instead intersect into is isnull join key last left like limit match materialized \
         natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma \
         preceding primary query raise range recursive references regexp reindex release rename replace restrict \
         returning right rollback row rows savepoint select set table temp temporary then ties to transaction \
         trigger true unbounded union unique update using vacuum values view virtual when where window with without";
    for word in words.split_whitespace() {
        let sql = format!("SELECT {word} FROM (SELECT 'the column' AS \"{word}\")");
        let found = conn.query_row(&sql, [], |row| row.get::<_, Value>(0));
        let is_value = found.is_ok_and(|found| found != Value::from("the column".to_owned()));
        let is_name = conn.prepare(&format!("CREATE TABLE a ({word})")).is_ok();
        assert!((is_name && !is_value) || is_keyword(word), "{word}");
    }
}
