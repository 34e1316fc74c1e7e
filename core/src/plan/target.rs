//! The target of a run.

use crate::Version;

/// The version that `Runner::to` brings a database to.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Target, Version};
///
/// assert_eq!(Target::from(Version::new(2)), Target::Version(Version::new(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The newest migration of the set.
    Latest,
    /// No migrations: the state before the first one.
    Empty,
    /// Exactly this version.
    Version(Version),
}

impl From<Version> for Target {
    fn from(version: Version) -> Self {
        Self::Version(version)
    }
}
