//! Copies of a database, to return to without running the scripts again.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::Sandbox;
use super::context::Context;
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

    /// Returns the pages, as a file has them. `draft` is written for that, and removed again.
    pub(crate) fn bytes(&self, draft: &Path) -> Option<Vec<u8>> {
        let written = self.write(draft).is_ok();
        let bytes = written.then(|| fs::read(draft).ok()).flatten();
        let _ = fs::remove_file(draft);
        bytes
    }

    /// Returns a copy with these pages, by way of a file.
    pub(crate) fn from_bytes(bytes: &[u8], draft: &Path) -> Option<Self> {
        let read = fs::write(draft, bytes).ok().and_then(|()| Self::read(draft).ok());
        let _ = fs::remove_file(draft);
        read
    }

    fn write(&self, file: &Path) -> rusqlite::Result<()> {
        let mut conn = Connection::open(file)?;
        // Nobody needs what a power failure leaves of it.
        conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        transfer(&self.0, &mut conn)
    }

    fn read(file: &Path) -> rusqlite::Result<Self> {
        let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut copy = Connection::open_in_memory()?;
        transfer(&conn, &mut copy)?;
        Ok(Self(copy))
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
        take(Context { set: &[], cuts: &[], options: &options, bounds: &bounds })
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
    fn a_copy_is_read_back_from_its_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let draft = folder.path().join("draft");
        with_context(|context| {
            let sandbox = Sandbox::new(context).expect("a database");
            let sql = "CREATE TABLE a (x); INSERT INTO a VALUES ('one'); CREATE TABLE gone (x);
                DROP TABLE gone; CREATE INDEX i ON a (x);";
            sandbox.conn.execute_batch(sql).expect(sql);
            let snapshot = Snapshot::of(&sandbox).expect("a copy").expect("no temporary objects");
            let bytes = snapshot.bytes(&draft).expect("bytes");
            let copy = Snapshot::from_bytes(&bytes, &draft).expect("a copy");
            let restored = copy.restore(context).expect("a database");
            for sql in ["SELECT x FROM a", "PRAGMA integrity_check", "PRAGMA freelist_count"] {
                let ask = |conn: &Connection| {
                    let value = conn.query_row(sql, [], |row| row.get(0));
                    value.map(|value: rusqlite::types::Value| format!("{value:?}"))
                };
                assert_eq!(ask(&restored.conn), ask(&sandbox.conn), "{sql}");
            }
            assert!(Snapshot::from_bytes(&bytes[..100], &draft).is_none());
            assert!(Snapshot::from_bytes(&bytes, &draft.join("none")).is_none());
            assert!(snapshot.bytes(&draft.join("none")).is_none());
        });
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "no draft is left");
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
