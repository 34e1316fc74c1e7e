//! The libraries that may have migrated a database before.

use std::fmt;

use rusqlite::{Connection, OptionalExtension as _};

use crate::db::definition::begins_with;
use crate::db::pragmas;

/// The library that migrated a database before.
///
/// Each is looked for where it keeps its record unless it was configured otherwise: under the name
/// that [`table`](Self::table) returns, in the main database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Diesel: a row for each migration that is applied.
    Diesel,
    /// golang-migrate: the number of the newest migration that is applied.
    GolangMigrate,
    /// sqlx: a row for each migration, with a checksum of its text.
    Sqlx,
    /// refinery: a row for each migration, with a checksum of its name and text.
    Refinery,
    /// `rusqlite_migration`: how many migrations are applied, in `user_version`.
    RusqliteMigration,
    /// goose: a row for each time that a migration was applied.
    Goose,
    /// dbmate: a row for each migration that is applied.
    Dbmate,
}

impl Origin {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Diesel,
        Self::GolangMigrate,
        Self::Sqlx,
        Self::Refinery,
        Self::RusqliteMigration,
        Self::Goose,
        Self::Dbmate,
    ];

    /// The table that it keeps; `None` of `rusqlite_migration`, which keeps a number in `user_version`.
    pub const fn table(self) -> Option<&'static str> {
        match self {
            Self::Diesel => Some("__diesel_schema_migrations"),
            Self::GolangMigrate | Self::Dbmate => Some("schema_migrations"),
            Self::Sqlx => Some("_sqlx_migrations"),
            Self::Refinery => Some("refinery_schema_history"),
            Self::RusqliteMigration => None,
            Self::Goose => Some("goose_db_version"),
        }
    }

    /// The columns of its table that are read. Goose's rows are read in the order of the first.
    pub(crate) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Diesel | Self::Dbmate => &["version"],
            Self::GolangMigrate => &["version", "dirty"],
            Self::Sqlx => &["version", "description", "success", "checksum"],
            Self::Refinery => &["version", "name", "checksum"],
            Self::RusqliteMigration => &[],
            Self::Goose => &["id", "version_id", "is_applied"],
        }
    }

    /// Which library migrated this database, by the table that it left in it.
    ///
    /// A table counts if it has the name and the columns; golang-migrate's and dbmate's have one name,
    /// and differ in their columns. Where there are tables of several libraries this is `None`, as where
    /// there is none: which of them was the last to migrate the database can't be told from them.
    ///
    /// It is never [`RusqliteMigration`](Self::RusqliteMigration), since any application may keep a
    /// number of its own in `user_version`.
    ///
    /// ```
    /// use migratory_runtime::Origin;
    ///
    /// let conn = rusqlite::Connection::open_in_memory()?;
    /// assert_eq!(Origin::detect(&conn)?, None);
    ///
    /// conn.execute_batch("CREATE TABLE schema_migrations (version uint64, dirty bool)")?;
    /// assert_eq!(Origin::detect(&conn)?, Some(Origin::GolangMigrate));
    /// # Ok::<(), rusqlite::Error>(())
    /// ```
    ///
    /// # Errors
    /// If SQLite can't read the schema.
    pub fn detect(conn: &Connection) -> rusqlite::Result<Option<Self>> {
        let mut only = None;
        for &origin in Self::ALL {
            if origin.left_its_table(conn)? && only.replace(origin).is_some() {
                return Ok(None);
            }
        }
        Ok(only)
    }

    fn left_its_table(self, conn: &Connection) -> rusqlite::Result<bool> {
        let Some(Object::Table(found)) = self.object(conn)? else {
            return Ok(false);
        };
        // A lone `version` is dbmate's, and what others add to it is not.
        let is_crowded = self == Self::Dbmate && found.len() > 1;
        Ok(!is_crowded && self.lacking(&found).is_none())
    }

    /// What the main database holds under the name of its table.
    pub(crate) fn object(self, conn: &Connection) -> rusqlite::Result<Option<Object>> {
        let Some(table) = self.table() else {
            return Ok(None);
        };
        let sql = "SELECT coalesce(sql, '') FROM main.sqlite_master \
             WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE";
        let found: Option<String> = conn.query_row(sql, [table], |row| row.get(0)).optional()?;
        match found {
            None => Ok(None),
            Some(sql) if begins_with(&sql, &["create", "table"]) => {
                pragmas::plain_columns(conn, table).map(Object::Table).map(Some)
            }
            Some(sql) if begins_with(&sql, &["create", "virtual"]) => {
                Ok(Some(Object::Other("a virtual table")))
            }
            Some(_) => Ok(Some(Object::Other("a view"))),
        }
    }

    /// The first column that its table has and this one lacks.
    pub(crate) fn lacking(self, found: &[String]) -> Option<&'static str> {
        let has = |column: &str| found.iter().any(|name| name.eq_ignore_ascii_case(column));
        self.columns().iter().copied().find(|column| !has(column))
    }
}

/// What stands under the name of a library's table.
#[derive(Debug)]
pub(crate) enum Object {
    /// A table with these columns.
    Table(Vec<String>),
    /// Something else, which none of the libraries makes, and which may take any time to read.
    Other(&'static str),
}

impl fmt::Display for Origin {
    /// Its name, as its authors write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Diesel => "Diesel",
            Self::GolangMigrate => "golang-migrate",
            Self::Sqlx => "sqlx",
            Self::Refinery => "refinery",
            Self::RusqliteMigration => "rusqlite_migration",
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What the library makes its table with.
    pub(crate) fn made_with(origin: Origin) -> &'static str {
        match origin {
            Origin::Diesel => {
                "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations ( \
                 version VARCHAR(50) PRIMARY KEY NOT NULL, \
                 run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP );"
            }
            Origin::GolangMigrate => {
                "CREATE TABLE IF NOT EXISTS schema_migrations (version uint64,dirty bool); \
                 CREATE UNIQUE INDEX IF NOT EXISTS version_unique ON schema_migrations (version);"
            }
            Origin::Sqlx => {
                "CREATE TABLE IF NOT EXISTS _sqlx_migrations ( version BIGINT PRIMARY KEY, \
                 description TEXT NOT NULL, \
                 installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, \
                 success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL );"
            }
            Origin::Refinery => {
                "CREATE TABLE IF NOT EXISTS refinery_schema_history( version int4 PRIMARY KEY, \
                 name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));"
            }
            Origin::RusqliteMigration => "",
            Origin::Goose => {
                "CREATE TABLE goose_db_version ( id INTEGER PRIMARY KEY AUTOINCREMENT, \
                 version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, \
                 tstamp TIMESTAMP DEFAULT (datetime('now')) );"
            }
            Origin::Dbmate => {
                "create table if not exists \"schema_migrations\" (version varchar(128) primary key);"
            }
        }
    }

    fn detected(sql: &str) -> Option<Origin> {
        let conn = Connection::open_in_memory().expect("memory");
        conn.execute_batch(sql).expect(sql);
        Origin::detect(&conn).expect(sql)
    }

    #[test]
    fn a_library_is_known_by_its_table() {
        for &origin in Origin::ALL {
            let expected = origin.table().map(|_| origin);
            assert_eq!(detected(made_with(origin)), expected, "{origin}");
        }
        let shouted = "CREATE TABLE Schema_Migrations (VERSION, Dirty)";
        assert_eq!(detected(shouted), Some(Origin::GolangMigrate));
    }

    #[test]
    fn what_is_doubtful_is_not_guessed() {
        let both = [made_with(Origin::Diesel), made_with(Origin::Sqlx)].concat();
        for sql in [
            "",
            "PRAGMA user_version = 3",
            "CREATE TABLE _sqlx_migrations (version)",
            "CREATE VIEW schema_migrations AS SELECT 1 AS version",
            "CREATE VIRTUAL TABLE schema_migrations USING fts5(version)",
            "CREATE TABLE schema_migrations (x, version AS (zeroblob(9)))",
            "CREATE TABLE a (version); CREATE INDEX schema_migrations ON a (version)",
            "CREATE TABLE schema_migrations (version bigint, inserted_at)",
            "CREATE TEMP TABLE schema_migrations (version)",
            &both,
        ] {
            assert_eq!(detected(sql), None, "{sql}");
        }
    }

    #[test]
    fn each_has_a_name_and_all_but_one_a_table() {
        let names: Vec<_> = Origin::ALL.iter().map(Origin::to_string).collect();
        assert_eq!(
            names.join(" "),
            "Diesel golang-migrate sqlx refinery rusqlite_migration goose dbmate"
        );
        let without = Origin::ALL.iter().filter(|origin| origin.table().is_none());
        assert_eq!(without.collect::<Vec<_>>(), [&Origin::RusqliteMigration]);
    }
}
