//! What a user may ask of the checks.

use migratory_runtime::Version;

/// How a folder of migrations is read; made by [`Options::default`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether migrations need no down. A down that exists is used all the same.
    pub up_only: bool,
    /// The last version that shipped before the set was held to the rules of numbering and pairing.
    ///
    /// Gaps, widths, the first number, impossible dates and missing downs are accepted up to there.
    pub accept_through: Option<Version>,
}

impl Options {
    /// Sets whether migrations need no down.
    #[must_use]
    pub const fn up_only(self, up_only: bool) -> Self {
        Self { up_only, ..self }
    }

    /// Accepts what shipped up to and with this version.
    #[must_use]
    pub const fn accept_through(self, version: Version) -> Self {
        Self { accept_through: Some(version), ..self }
    }

    pub(crate) fn accepts(&self, version: Version) -> bool {
        self.accept_through.is_some_and(|last| version <= last)
    }
}
