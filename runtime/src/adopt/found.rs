//! Maps another library's history to the versions of a set.

use std::collections::BTreeSet;

use migratory_core::{Migration, MigrationSet, Version};

use super::mismatch::Mismatch;
use super::same_migration;

/// The migrations that another library recorded as applied.
#[derive(Debug, PartialEq)]
pub(crate) struct Recorded {
    /// The applied versions, in ascending order; the set has all of them.
    pub(crate) versions: Vec<Version>,
    /// Those whose text differs from the recorded one, in ascending order.
    pub(crate) edited: Vec<Version>,
}

/// What has been read so far.
pub(super) struct Found<'a> {
    pub(super) set: &'a MigrationSet<'a>,
    pub(super) versions: BTreeSet<Version>,
    pub(super) edited: BTreeSet<Version>,
    pub(super) unknown: Vec<String>,
    renamed: Option<Mismatch>,
}

impl<'a> Found<'a> {
    pub(super) fn new(set: &'a MigrationSet<'a>) -> Self {
        Self {
            set,
            versions: BTreeSet::new(),
            edited: BTreeSet::new(),
            unknown: Vec::new(),
            renamed: None,
        }
    }

    /// Returns the migration of this number. Its name or text may still differ.
    pub(super) fn known(&self, number: &str) -> Option<&'a Migration<'a>> {
        number.parse().ok().and_then(|number| self.set.get(Version::new(number)))
    }

    /// Adds an applied migration by its number.
    pub(super) fn applied(&mut self, number: String) -> Option<&'a Migration<'a>> {
        let known = self.known(&number);
        self.applied_as(number, known)
    }

    pub(super) fn applied_as(
        &mut self,
        number: String,
        known: Option<&'a Migration<'a>>,
    ) -> Option<&'a Migration<'a>> {
        match known {
            Some(migration) => _ = self.versions.insert(migration.version()),
            None => self.unknown.push(number),
        }
        known
    }

    /// Compares a recorded name. The first difference is reported only once all migrations are
    /// known to be in the set: if some are missing, it is a different set, whose names don't
    /// matter.
    pub(super) fn named(&mut self, migration: &Migration<'_>, recorded: &str) {
        if self.renamed.is_none() && !same_migration::is_same_name(recorded, migration.name()) {
            self.renamed = Some(Mismatch::Renamed {
                version: migration.version(),
                recorded: recorded.to_owned(),
                known: migration.name().to_owned(),
            });
        }
    }

    pub(super) fn finish(self) -> Result<Recorded, Mismatch> {
        if !self.unknown.is_empty() {
            return Err(Mismatch::Unknown { versions: self.unknown });
        }
        match self.renamed {
            Some(renamed) => Err(renamed),
            None => Ok(Recorded {
                versions: self.versions.into_iter().collect(),
                edited: self.edited.into_iter().collect(),
            }),
        }
    }
}
