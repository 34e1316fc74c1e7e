//! Why another library's history can't be adopted.

use migratory_core::Version;

/// Why another library's history can't be adopted.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{ErrorKind, Mismatch, Origin};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// // The other tool has applied three migrations, and only two of them are in the folder.
/// conn.pragma_update(None, "user_version", 3)?;
/// let error = migrations::runner().adopt(&mut conn, Origin::RusqliteMigration).unwrap_err();
/// let ErrorKind::Mismatch { mismatch: Mismatch::Unknown { versions }, .. } = error.kind() else {
///     panic!("{error:#}");
/// };
/// assert_eq!(versions, &["3"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The library's table doesn't exist; for `rusqlite_migration`, `user_version` is zero.
    Absent,
    /// The library recorded that this migration failed half-way.
    Unfinished {
        /// The number, as recorded.
        version: String,
    },
    /// The library applied migrations that the set doesn't have.
    Unknown {
        /// The recorded numbers. For `rusqlite_migration`, the number of applied migrations.
        versions: Vec<String>,
    },
    /// The library applied a migration of this number under a different name.
    Renamed {
        /// The version of the migration.
        version: Version,
        /// The recorded name.
        recorded: String,
        /// The name in the set.
        known: String,
    },
    /// The table holds something that the library never writes.
    Unreadable {
        /// What is unexpected, as a clause.
        what: String,
    },
    /// An error from SQLite.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Mismatch {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}
