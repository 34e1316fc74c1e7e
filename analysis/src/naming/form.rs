//! The naming schemes of sets.

use std::collections::BTreeMap;

use crate::naming::name::{Ending, Reading};
use migratory_core::Direction;

/// How the files of a set are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// `0001_name.up.sql` and `0001_name.down.sql`.
    FlatPair,
    /// `0001_name/up.sql` and `0001_name/down.sql`.
    FolderPair,
    /// `0001_name.sql`.
    Numbered,
    /// `V1__name.sql`.
    Prefixed,
    /// `0001_name/migration.sql`.
    FolderAlone,
}

impl Form {
    pub(crate) fn has_folders(self) -> bool {
        matches!(self, Self::FolderPair | Self::FolderAlone)
    }

    /// Whether a set of this form may hold downs.
    pub fn has_downs(self) -> bool {
        matches!(self, Self::FlatPair | Self::FolderPair)
    }

    /// Returns the form that a file name is closest to; `None` if it is not the name of a migration.
    pub fn of_file(reading: &Reading<'_>) -> Option<Self> {
        match reading.ending {
            Ending { direction: Some(_), .. } => Some(Self::FlatPair),
            Ending { is_sql: false, .. } => None,
            _ if reading.prefix.is_empty() => Some(Self::Numbered),
            _ => Some(Self::Prefixed),
        }
    }

    /// Returns the form of most of these files; `None` if there are no files.
    ///
    /// Without the option `up_only`, a single pair makes it a set of pairs.
    pub fn elect(forms: impl IntoIterator<Item = Self>, up_only: bool) -> Option<Self> {
        let mut votes: BTreeMap<Self, usize> = BTreeMap::new();
        for form in forms {
            *votes.entry(form).or_default() += 1;
        }
        let weight = |form: Self, votes: usize| (form.has_downs() && !up_only, votes);
        // Among equal weights, `max_by_key` takes the last: in reverse, that is the first form.
        let elected = votes.into_iter().rev().max_by_key(|&(form, votes)| weight(form, votes));
        elected.map(|(form, _)| form)
    }

    /// Returns the path, within the folder, of a script in this form.
    pub fn write(self, digits: &str, name: &str, direction: Direction) -> String {
        let word = direction.word();
        match self {
            Self::FlatPair => format!("{digits}_{name}.{word}.sql"),
            Self::FolderPair => format!("{digits}_{name}/{word}.sql"),
            Self::Numbered => format!("{digits}_{name}.sql"),
            Self::Prefixed => format!("V{digits}__{name}.sql"),
            Self::FolderAlone => format!("{digits}_{name}/migration.sql"),
        }
    }

    /// Returns the pattern that messages show for this form.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::FlatPair => "`<version>_<name>.up.sql`",
            Self::FolderPair => "`<version>_<name>/up.sql`",
            Self::Numbered => "`<version>_<name>.sql`",
            Self::Prefixed => "`V<version>__<name>.sql`",
            Self::FolderAlone => "`<version>_<name>/migration.sql`",
        }
    }
}
