//! Sets SQLite's limit of attached databases to zero while a stored down runs.

use migratory_core::sql::lexer;
use rusqlite::Connection;
use rusqlite::limits::Limit::SQLITE_LIMIT_ATTACHED;

/// Prevents attaching databases to the connection until it is dropped.
pub(crate) struct NoAttach<'c> {
    conn: &'c Connection,
    before: Option<i32>,
}

impl<'c> NoAttach<'c> {
    /// Sets the limit for a script, unless the script has VACUUM, which attaches a file itself.
    pub(crate) fn during(conn: &'c Connection, sql: &str) -> Self {
        let has_vacuum = lexer::meaningful(sql).any(|token| token.is_word("vacuum"));
        let before = if has_vacuum { None } else { conn.limit(SQLITE_LIMIT_ATTACHED).value() };
        if before.is_some() {
            let _ = conn.set_limit(SQLITE_LIMIT_ATTACHED, 0);
        }
        Self { conn, before }
    }
}

impl Drop for NoAttach<'_> {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            let _ = self.conn.set_limit(SQLITE_LIMIT_ATTACHED, before);
        }
    }
}

/// A limit, which is a number in older versions of rusqlite and a result in newer ones.
trait Value {
    fn value(self) -> Option<i32>;
}

impl Value for i32 {
    fn value(self) -> Option<i32> {
        Some(self)
    }
}

impl Value for rusqlite::Result<i32> {
    fn value(self) -> Option<i32> {
        self.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_be_attached_until_it_is_dropped() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        let attach = || conn.execute_batch("ATTACH ':memory:' AS y; DETACH y");
        for (sql, is_possible) in [("DROP TABLE a", false), ("VACUUM", true)] {
            let limit = NoAttach::during(&conn, sql);
            assert_eq!(attach().is_ok(), is_possible, "{sql}");
            drop(limit);
            attach()?;
        }
        Ok(())
    }
}
