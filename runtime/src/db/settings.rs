//! Saves the connection's pragmas and restores them.

use migratory_core::sql::lexer::is_same;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::db::query;

/// The pragmas that belong to the connection, not to the file, and that can be read back.
///
/// The `journal_mode` WAL is a property of the file; the other modes belong to the connection.
const OF_CONNECTION: &str = "\
    analysis_limit automatic_index busy_timeout cache_size cache_spill case_sensitive_like \
    cell_size_check checkpoint_fullfsync count_changes defer_foreign_keys empty_result_callbacks \
    foreign_keys full_column_names fullfsync ignore_check_constraints journal_mode \
    journal_size_limit legacy_alter_table locking_mode max_page_count mmap_size query_only \
    read_uncommitted recursive_triggers reverse_unordered_selects secure_delete \
    short_column_names synchronous temp_store threads trusted_schema wal_autocheckpoint \
    writable_schema";

/// The one pragma that can't be read; the result of a LIKE shows its value.
const LIKE: &str = "case_sensitive_like";

/// Pragmas that can't be restored inside a transaction, whose end restores them: SQLite ignores
/// `foreign_keys` there, and `defer_foreign_keys = OFF` would reset its count of violations.
const BY_TRANSACTION: [&str; 2] = ["foreign_keys", "defer_foreign_keys"];

/// Saved pragmas, which are restored on drop.
pub(crate) struct Settings<'c> {
    conn: &'c Connection,
    before: Vec<(&'static str, Value)>,
}

impl<'c> Settings<'c> {
    /// Starts with no saved pragma.
    pub(crate) fn new(conn: &'c Connection) -> Self {
        Self { conn, before: Vec::new() }
    }

    /// Saves a pragma, if it belongs to the connection and isn't saved yet.
    pub(crate) fn save(&mut self, name: &str) -> rusqlite::Result<()> {
        let Some(known) = OF_CONNECTION.split(' ').find(|known| is_same(known, name)) else {
            return Ok(());
        };
        if self.before.iter().all(|(name, _)| *name != known) {
            if let Some(value) = read(self.conn, known)? {
                self.before.push((known, value));
            }
        }
        Ok(())
    }

    /// Saves all pragmas that belong to the connection.
    pub(crate) fn save_all(conn: &'c Connection) -> rusqlite::Result<Self> {
        let mut settings = Self::new(conn);
        OF_CONNECTION.split(' ').try_for_each(|name| settings.save(name))?;
        Ok(settings)
    }

    /// Sets a saved pragma, if it has a different value.
    pub(crate) fn set(&self, name: &str, value: i64) -> rusqlite::Result<()> {
        let value = Value::Integer(value);
        match self.before.iter().find(|(saved, _)| *saved == name) {
            Some((_, before)) if *before != value => write(self.conn, name, &value),
            _ => Ok(()),
        }
    }

    /// Restores the pragmas between two scripts of one transaction: in the rehearsal, each script
    /// runs on its own.
    pub(crate) fn restore_between_scripts(&self) {
        for (name, value) in self.before.iter().filter(|(name, _)| !BY_TRANSACTION.contains(name)) {
            let _ = self.restore(name, value);
        }
    }

    fn restore(&self, name: &str, value: &Value) -> rusqlite::Result<()> {
        let now = read(self.conn, name)?;
        let is_of_file =
            name == "journal_mode" && (is_wal(value) || now.as_ref().is_some_and(is_wal));
        if now.as_ref() == Some(value) || is_of_file {
            return Ok(());
        }
        write(self.conn, name, value)
    }
}

impl Drop for Settings<'_> {
    fn drop(&mut self) {
        for (name, value) in &self.before {
            // Whatever made the run fail, such as an interrupt, may happen here once more. If it
            // happens again, nothing works on this connection.
            let _ = self.restore(name, value).or_else(|_| self.restore(name, value));
        }
    }
}

/// A script that changes to or from WAL changes the file.
fn is_wal(mode: &Value) -> bool {
    matches!(mode, Value::Text(mode) if mode == "wal")
}

fn read(conn: &Connection, name: &str) -> rusqlite::Result<Option<Value>> {
    if name == LIKE {
        return query::first(conn, "SELECT NOT ('a' LIKE 'A')", &[]);
    }
    query::first(conn, &format!("PRAGMA {name}"), &[])
}

fn write(conn: &Connection, name: &str, value: &Value) -> rusqlite::Result<()> {
    match value {
        // The number 2 would be read as ON.
        Value::Integer(2) if name == "secure_delete" => {
            conn.execute_batch("PRAGMA secure_delete = FAST")
        }
        Value::Integer(number) => conn.execute_batch(&format!("PRAGMA {name} = {number}")),
        Value::Text(word) => conn.execute_batch(&format!("PRAGMA {name} = {word}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_that_a_script_may_change_is_restored() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        let all = || {
            OF_CONNECTION.split(' ').map(|name| read(&conn, name)).collect::<Result<Vec<_>, _>>()
        };
        let before = all()?;
        let settings = Settings::save_all(&conn)?;
        for name in OF_CONNECTION.split(' ') {
            let other = match read(&conn, name)? {
                Some(Value::Integer(0)) => "1",
                Some(Value::Text(_)) => "exclusive",
                _ => "0",
            };
            conn.execute_batch(&format!("PRAGMA {name} = {other}"))?;
        }
        assert_ne!(before, all()?);
        drop(settings);
        assert_eq!(before, all()?);
        Ok(())
    }

    #[test]
    fn a_script_makes_the_schema_writable_only_for_itself() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        let mut settings = Settings::new(&conn);
        settings.save("WRITABLE_SCHEMA")?;
        conn.execute_batch("PRAGMA writable_schema = ON")?;
        drop(settings);
        assert_eq!(read(&conn, "writable_schema")?, Some(Value::Integer(0)));
        Ok(())
    }
}
