//! Checks the rows with SQL conditions.

use rusqlite::Connection;

use super::{Filler, Rows};
use crate::schema::Reader;

mod checks;
mod edges;
mod keys;
mod rows;
mod sample;
mod tables;

/// A database that is filled after each change.
pub(super) struct Database {
    pub(super) conn: Connection,
    reader: Reader,
    pub(super) filler: Filler,
}

impl Database {
    pub(super) fn new(rows: Rows) -> Self {
        let conn = Connection::open_in_memory().expect("a database");
        Self { conn, reader: Reader::default(), filler: Filler::new(rows) }
    }

    pub(super) fn run(&mut self, sql: &str) {
        self.conn.execute_batch(sql).expect(sql);
        let schema = self.reader.read(&self.conn).expect(sql);
        self.filler.fill(&self.conn, &schema).expect(sql);
        assert!(self.conn.is_autocommit(), "{sql}");
        assert_eq!(self.text("PRAGMA integrity_check"), "ok", "{sql}");
        if self.gaps().is_empty() {
            assert_eq!(self.number("SELECT count(*) FROM pragma_foreign_key_check"), 0, "{sql}");
        }
    }

    pub(super) fn number(&self, sql: &str) -> i64 {
        self.conn.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    fn text(&self, sql: &str) -> String {
        self.conn.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    pub(super) fn gaps(&self) -> Vec<String> {
        self.filler.gaps().iter().map(|(name, message)| format!("{name}: {message}")).collect()
    }
}

/// Every variant of rows.
pub(super) const VARIANTS: [Rows; 4] = [
    Rows::CLEAN,
    Rows::ALLOWED,
    Rows { words: true, ..Rows::CLEAN },
    Rows { words: true, ..Rows::ALLOWED },
];

/// Fills each definition in every variant, without gaps, and checks that each condition holds.
pub(super) fn assert_filled(cases: &[(&str, &[&str])]) {
    for rows in VARIANTS {
        for (sql, conditions) in cases {
            let mut database = Database::new(rows);
            database.run(sql);
            assert!(database.gaps().is_empty(), "{rows:?} {sql}: {:?}", database.gaps());
            for condition in *conditions {
                assert_eq!(
                    database.number(&format!("SELECT {condition}")),
                    1,
                    "{rows:?} {sql}: {condition}"
                );
            }
        }
    }
}
