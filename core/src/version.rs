//! The version of a migration.

use std::fmt;

/// The version of a migration: the number that its file name begins with.
///
/// A database may hold versions that this program doesn't know, because a newer program applied
/// them. So a version is a number and not an enum. `embed_migrations!` emits a constant for each
/// version that the program does know.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::Version;
///
/// const V1_INITIAL_SCHEMA: Version = Version::new(1);
/// assert!(V1_INITIAL_SCHEMA < Version::new(20_260_318_120_000));
/// assert_eq!((V1_INITIAL_SCHEMA.get(), V1_INITIAL_SCHEMA.to_string()), (1, "1".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(i64);

impl Version {
    /// Creates a version from its number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for Version {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl From<Version> for i64 {
    fn from(version: Version) -> Self {
        version.0
    }
}
