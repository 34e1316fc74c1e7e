//! Copies of a database, to return to without running the scripts again.

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::Sandbox;
use crate::context::Context;
use crate::schema::Reader;

/// A copy of all pages of a database.
pub(crate) struct Snapshot(Connection);

impl Snapshot {
    /// Copies the database. Returns `None` if it has temporary objects: those belong to the
    /// connection, and no copy holds them.
    pub(crate) fn of(sandbox: &Sandbox) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema)";
        if sandbox.conn.query_row(sql, [], |row| row.get(0))? {
            return Ok(None);
        }
        let mut copy = Connection::open_in_memory()?;
        transfer(&sandbox.conn, &mut copy)?;
        Ok(Some(Self(copy)))
    }

    /// Opens a new database with the content of the copied one.
    pub(crate) fn restore(&self, context: Context<'_>) -> rusqlite::Result<Sandbox> {
        let mut sandbox = Sandbox::new(context)?;
        transfer(&self.0, &mut sandbox.conn)?;
        Ok(sandbox)
    }
}

impl Sandbox {
    /// Exchanges the known schemas: one database need not read again a definition that another has
    /// read.
    pub(crate) fn swap_reader(&mut self, reader: &mut Reader) {
        std::mem::swap(&mut self.reader, reader);
        self.known = None;
    }
}

fn transfer(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    Backup::new(from, to)?.run_to_completion(i32::MAX, Duration::ZERO, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::bounds::Bounds;
    use migratory_analysis::Options;

    fn with_context<T>(take: impl FnOnce(Context<'_>) -> T) -> T {
        let options = Options::default();
        let bounds = Bounds::none();
        take(Context { set: &[], cuts: &[], options: &options, passed: 0, bounds: &bounds })
    }

    #[test]
    fn a_restored_copy_equals_the_original() {
        let sql =
            "PRAGMA user_version = 7; CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
            INSERT INTO a (x) VALUES ('one'), (x'00'), (NULL); CREATE INDEX i ON a (x);
            CREATE VIRTUAL TABLE f USING fts5 (t); INSERT INTO f VALUES ('a word');";
        with_context(|context| {
            let sandbox = Sandbox::new(context).expect("a database");
            sandbox.conn.execute_batch(sql).expect(sql);
            let snapshot = Snapshot::of(&sandbox).expect("a copy").expect("no temporary objects");
            sandbox.conn.execute_batch("DROP TABLE a; DROP TABLE f;").expect("they are there");
            for _ in 0..2 {
                let mut restored = snapshot.restore(context).expect("a database");
                let one = |sql: &str| -> String {
                    restored.conn.query_row(sql, [], |row| row.get(0)).expect(sql)
                };
                assert_eq!(one("SELECT group_concat(quote(x)) FROM a"), "'one',X'00',NULL");
                assert_eq!(one("SELECT t FROM f WHERE f MATCH 'word'"), "a word");
                assert_eq!(one("SELECT CAST(seq AS TEXT) FROM sqlite_sequence"), "3");
                assert_eq!(one("SELECT CAST(user_version AS TEXT) FROM pragma_user_version"), "7");
                assert_eq!(one("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys"), "1");
                assert_eq!(one("PRAGMA integrity_check"), "ok");
                let attach = restored.conn.execute_batch("ATTACH 'some.db' AS other");
                assert!(attach.is_err(), "it is a sandbox like any other");
                let tables = restored.schema().expect("a schema");
                assert!(tables.tables.contains_key(&crate::schema::Name::new("a")));
                restored.conn.execute_batch("DROP TABLE a").expect("the copy is not touched");
            }
        });
    }

    #[test]
    fn a_database_with_temporary_objects_is_not_copied() {
        with_context(|context| {
            for sql in ["CREATE TEMP TABLE t (x)", "CREATE TEMP VIEW v AS SELECT 1"] {
                let sandbox = Sandbox::new(context).expect("a database");
                sandbox.conn.execute_batch(sql).expect(sql);
                assert!(Snapshot::of(&sandbox).expect("an answer").is_none(), "{sql}");
            }
        });
    }
}
