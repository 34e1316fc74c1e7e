//! Changes the connection's settings for a restore, and puts them back afterwards.

use rusqlite::Connection;

use super::reason::Reason;

/// The settings to put back after the restore.
pub(super) struct Journal {
    mode: Option<String>,
    synchronous: i64,
}

impl Journal {
    /// Makes sure that SQLite can roll a restore back, and that the page sizes fit.
    ///
    /// Without a journal on disk, a failure or a kill would leave a mix of both databases. In WAL
    /// mode, SQLite can't change the page size of the database.
    pub(super) fn prepare(conn: &Connection, source: &Connection) -> Result<Self, Reason> {
        let read = |conn: &Connection, name: &str| -> rusqlite::Result<i64> {
            conn.query_row(&format!("PRAGMA main.{name}"), [], |row| row.get(0))
        };
        let prepared = || {
            let mode = mode(conn, "")?;
            let (here, there) = (read(conn, "page_size")?, read(source, "page_size")?);
            let synchronous = read(conn, "synchronous")?;
            Ok((mode, here, there, synchronous))
        };
        let (mode, here, there, synchronous) =
            prepared().map_err(|error: rusqlite::Error| error.to_string())?;
        let is_in_the_way = match mode.as_str() {
            "wal" => here != there,
            "off" => true,
            // Only for a file: a database in memory has no other mode.
            "memory" => conn.path() != Some(""),
            _ => false,
        };
        let mut journal = Self { mode: None, synchronous };
        if is_in_the_way {
            let now = self::mode(conn, "= DELETE");
            let reason = match &now {
                Ok(now) if now == "delete" => None,
                Ok(now) => Some(format!("it stays in `journal_mode = {now}`")),
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = reason {
                let why = if mode == "wal" {
                    format!(
                        "its pages have {there} bytes and the database's {here}, which WAL mode does not allow"
                    )
                } else {
                    format!("in `journal_mode = {mode}` a failure would leave a mix of both")
                };
                let what = format!("{why}, and that mode can't be left: {reason}");
                return Err(Reason::from(what)
                    .with_help("close the other connections to the database, and try again"));
            }
            journal.mode = Some(mode);
        }
        let _ = conn.execute_batch("PRAGMA main.synchronous = FULL");
        Ok(journal)
    }

    /// Puts back the settings that were changed.
    pub(super) fn put_back(&self, conn: &Connection) {
        let _ = conn.execute_batch(&format!("PRAGMA main.synchronous = {}", self.synchronous));
        if let Some(before) = &self.mode {
            let _ = mode(conn, &format!("= {before}"));
        }
    }
}

fn mode(conn: &Connection, change: &str) -> rusqlite::Result<String> {
    conn.query_row(&format!("PRAGMA main.journal_mode {change}"), [], |row| row.get(0))
}
