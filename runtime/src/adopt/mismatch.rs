//! Why what another library recorded can't be taken over.

use migratory_core::Version;

/// Why what another library recorded can't be taken over.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The library's table isn't there; of `rusqlite_migration`, `user_version` is zero.
    Absent,
    /// The library recorded that this one failed half-way.
    Unfinished {
        /// Its number, as it was recorded.
        version: String,
    },
    /// Migrations were applied that the set doesn't hold.
    Unknown {
        /// Their numbers, as they were recorded. Of `rusqlite_migration`, how many were applied.
        versions: Vec<String>,
    },
    /// A migration of this number was applied that had another name.
    Renamed {
        /// The migration.
        version: Version,
        /// The name that it had.
        recorded: String,
        /// The name that it has in the set.
        known: String,
    },
    /// The library never wrote this.
    Unreadable {
        /// What is odd, as a clause.
        what: String,
    },
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Mismatch {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}
