//! The libraries whose histories can be adopted.

use std::fmt;

use rusqlite::{Connection, OptionalExtension as _};

use crate::db::definition::begins_with;
use crate::db::pragmas;

/// A library that migrated a database before.
///
/// Its history is read where the library keeps it by default: in the main database, in the table
/// that [`table`](Self::table) returns.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Origin;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # conn.execute_batch("CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)")?;
/// # conn.execute_batch("INSERT INTO schema_migrations VALUES ('1')")?;
/// # conn.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL)")?;
/// // At each start: take over what another tool migrated, whichever it was.
/// let runner = migrations::runner();
/// if let Some(origin) = Origin::detect(&conn)? {
///     println!("{origin}: {}", runner.adopt(&mut conn, origin)?);
/// #   assert_eq!(origin, Origin::Dbmate);
/// }
/// runner.up(&mut conn)?;
/// assert!(runner.status(&conn)?.is_up_to_date());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Diesel: one row for each applied migration.
    Diesel,
    /// golang-migrate: the number of the newest applied migration.
    GolangMigrate,
    /// sqlx: one row for each migration, with a checksum of its text.
    Sqlx,
    /// refinery: one row for each migration, with a checksum of its name and text.
    Refinery,
    /// `rusqlite_migration`: the number of applied migrations, in `user_version`.
    RusqliteMigration,
    /// goose: one row each time a migration was applied.
    Goose,
    /// dbmate: one row for each applied migration.
    Dbmate,
}

impl Origin {
    /// All supported libraries.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// use migratory::Origin;
    ///
    /// // The value of a command-line option.
    /// let named = |name| Origin::ALL.iter().copied().find(|origin| origin.to_string() == name);
    /// assert_eq!(named("dbmate"), Some(Origin::Dbmate));
    /// assert_eq!(named("liquibase"), None);
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::Diesel,
        Self::GolangMigrate,
        Self::Sqlx,
        Self::Refinery,
        Self::RusqliteMigration,
        Self::Goose,
        Self::Dbmate,
    ];

    /// Returns the library's table; `None` for `rusqlite_migration`, which stores a number in
    /// `user_version`.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// use migratory::Origin;
    ///
    /// // What may go once the program has adopted all databases.
    /// assert_eq!(Origin::Sqlx.table(), Some("_sqlx_migrations"));
    /// assert_eq!(Origin::RusqliteMigration.table(), None);
    /// ```
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

    /// Returns the columns that are read from its table. Goose's rows are ordered by the first.
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

    /// Detects which library migrated a database, by the table that it left there.
    ///
    /// A table counts if it has the right name and columns; golang-migrate and dbmate share a name,
    /// and differ in their columns. Returns `None` if there is no such table, and also if there are
    /// tables of several libraries: they don't show which library migrated the database last.
    ///
    /// Never returns [`RusqliteMigration`](Self::RusqliteMigration), because any application may
    /// use `user_version` for a number of its own.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// use migratory::Origin;
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
    /// Fails if SQLite can't read the schema.
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
        // Dbmate's table has the single column `version`; a table with more columns isn't dbmate's.
        let is_crowded = self == Self::Dbmate && found.len() > 1;
        Ok(!is_crowded && self.lacking(&found).is_none())
    }

    /// Returns what the main database has under the name of the library's table.
    pub(crate) fn object(self, conn: &Connection) -> rusqlite::Result<Option<Object>> {
        let Some(table) = self.table() else {
            return Ok(None);
        };
        let sql = "SELECT coalesce(sql, '') FROM main.sqlite_master \
             WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE";
        let found: Option<String> = conn.query_row(sql, [table], |row| row.get(0)).optional()?;
        match found {
            None => Ok(None),
            Some(sql) if begins_with(&sql, "create table") => {
                pragmas::plain_columns(conn, table).map(Object::Table).map(Some)
            }
            Some(sql) if begins_with(&sql, "create virtual") => {
                Ok(Some(Object::Other("a virtual table")))
            }
            Some(_) => Ok(Some(Object::Other("a view"))),
        }
    }

    /// Returns the first column of the library's table that is missing.
    pub(crate) fn lacking(self, found: &[String]) -> Option<&'static str> {
        let has = |column: &str| found.iter().any(|name| name.eq_ignore_ascii_case(column));
        self.columns().iter().copied().find(|column| !has(column))
    }
}

/// An object under the name of a library's table.
#[derive(Debug)]
pub(crate) enum Object {
    /// A table with these columns.
    Table(Vec<String>),
    /// A view or a virtual table, which no library creates, and which may take forever to read.
    Other(&'static str),
}

impl fmt::Display for Origin {
    /// Writes the name as the library's authors spell it.
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

    /// Returns the SQL with which the library creates its table.
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
    fn a_library_is_recognised_by_its_table() {
        for &origin in Origin::ALL {
            let expected = origin.table().map(|_| origin);
            assert_eq!(detected(made_with(origin)), expected, "{origin}");
        }
        let shouted = "CREATE TABLE Schema_Migrations (VERSION, Dirty)";
        assert_eq!(detected(shouted), Some(Origin::GolangMigrate));
    }

    #[test]
    fn an_ambiguous_table_is_not_guessed() {
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
    fn each_library_has_a_name_and_all_but_one_a_table() {
        let names: Vec<_> = Origin::ALL.iter().map(Origin::to_string).collect();
        assert_eq!(
            names.join(" "),
            "Diesel golang-migrate sqlx refinery rusqlite_migration goose dbmate"
        );
        let without = Origin::ALL.iter().filter(|origin| origin.table().is_none());
        assert_eq!(without.collect::<Vec<_>>(), [&Origin::RusqliteMigration]);
    }
}
