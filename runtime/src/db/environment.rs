//! Gives the connection the settings of the rehearsal.
//!
//! A pragma can change what a statement does: with `legacy_alter_table`, a rename leaves views
//! broken; with foreign keys off, a DELETE does not cascade. A run sets such pragmas to the values
//! of the rehearsal, and restores them afterwards.

use rusqlite::Connection;
use rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER as TRIGGERS;

use crate::MigrationSet;
use crate::db::settings::Settings;

/// The pragmas besides `foreign_keys` that change what SQL does, with their values in the
/// rehearsal: SQLite's defaults.
///
/// Pragmas that can only make a statement fail, such as `query_only` and `trusted_schema`, are not
/// listed: an application that forbids something does so on purpose, and a failed statement loses
/// nothing.
const REHEARSED: [(&str, i64); 8] = [
    ("case_sensitive_like", 0),
    ("full_column_names", 0),
    ("ignore_check_constraints", 0),
    ("legacy_alter_table", 0),
    ("recursive_triggers", 0),
    ("reverse_unordered_selects", 0),
    ("short_column_names", 1),
    ("writable_schema", 0),
];

/// The settings of the rehearsal on a connection, whose own settings are restored on drop.
pub(crate) struct Environment<'c> {
    conn: &'c Connection,
    settings: Settings<'c>,
    triggers: bool,
}

impl<'c> Environment<'c> {
    /// Prepares a connection outside a transaction for the scripts of a set.
    pub(crate) fn enter(conn: &'c Connection, set: &MigrationSet<'_>) -> rusqlite::Result<Self> {
        let settings = Settings::new(conn);
        let mut environment = Self { conn, settings, triggers: conn.db_config(TRIGGERS)? };
        for (name, value) in &REHEARSED {
            environment.set(name, *value)?;
        }
        environment.set("foreign_keys", i64::from(set.has_foreign_keys()))?;
        if !environment.triggers {
            conn.set_db_config(TRIGGERS, true)?;
        }
        Ok(environment)
    }

    /// Saves a setting, and changes it; not inlined, because the compiler would unroll the loop.
    #[inline(never)]
    fn set(&mut self, name: &str, value: i64) -> rusqlite::Result<()> {
        self.settings.save(name)?;
        self.settings.set(name, value)
    }
}

impl Drop for Environment<'_> {
    fn drop(&mut self) {
        let _ = self.conn.set_db_config(TRIGGERS, self.triggers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(conn: &Connection, sql: &str) -> i64 {
        conn.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    #[test]
    fn a_run_has_the_rehearsals_settings_and_restores_the_applications() -> rusqlite::Result<()> {
        let conn = Connection::open_in_memory()?;
        conn.set_db_config(TRIGGERS, false)?;
        for (name, rehearsed) in REHEARSED {
            conn.execute_batch(&format!("PRAGMA {name} = {}", 1 - rehearsed))?;
        }
        let read = || {
            REHEARSED.map(|(name, _)| match name {
                "case_sensitive_like" => value(&conn, "SELECT NOT ('a' LIKE 'A')"),
                name => value(&conn, &format!("PRAGMA {name}")),
            })
        };
        let before = read();
        for keys in [false, true] {
            for rehearsed in [false, true] {
                conn.execute_batch(&format!("PRAGMA foreign_keys = {keys}"))?;
                let set = MigrationSet::new(&[]).foreign_keys(rehearsed);
                let environment = Environment::enter(&conn, &set)?;
                assert_eq!(read(), REHEARSED.map(|(_, value)| value));
                assert_eq!(value(&conn, "PRAGMA foreign_keys"), i64::from(rehearsed));
                assert!(conn.db_config(TRIGGERS)?);
                drop(environment);
                assert_eq!(read(), before);
                assert_eq!(value(&conn, "PRAGMA foreign_keys"), i64::from(keys));
                assert!(!conn.db_config(TRIGGERS)?);
            }
        }
        Ok(())
    }
}
