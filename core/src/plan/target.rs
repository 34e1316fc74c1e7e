//! The state that a run brings a database to.

use crate::Version;

/// Where `Runner::to` brings a database.
///
/// ```
/// use migratory_core::{Target, Version};
///
/// assert_eq!(Target::from(Version::new(2)), Target::Version(Version::new(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the newest migration of the set.
    Latest,
    /// To before the first one.
    Empty,
    /// To exactly this one.
    Version(Version),
}

impl From<Version> for Target {
    fn from(version: Version) -> Self {
        Self::Version(version)
    }
}
