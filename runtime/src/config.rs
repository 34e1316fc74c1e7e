//! The configuration of a run.

use migratory_core::{Grouping, MigrationSet};

use crate::backup::Backup;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::table;
use crate::inspect::ignore::Ignore;
use crate::inspect::replay::Scratch;
use crate::plan::newer::NewerDatabase;
use crate::run::code::Code;

/// The set, and the options chosen with the methods of [`Runner`](crate::Runner).
#[derive(Clone, Debug)]
pub(crate) struct Config<'a> {
    pub(crate) set: &'a MigrationSet<'a>,
    pub(crate) grouping: Grouping,
    pub(crate) newer: NewerDatabase,
    pub(crate) backup: Option<Backup<'a>>,
    pub(crate) code: Code<'a>,
    pub(crate) ignore: Ignore<'a>,
    pub(crate) scratch: Scratch<'a>,
}

impl<'a> Config<'a> {
    /// Creates the default configuration for this set.
    pub(crate) const fn new(set: &'a MigrationSet<'a>) -> Self {
        Self {
            set,
            grouping: Grouping::PerRun,
            newer: NewerDatabase::Refuse,
            backup: None,
            code: Code::NONE,
            ignore: Ignore::NONE,
            scratch: Scratch::DEFAULT,
        }
    }

    /// Fails if the linked SQLite is older than the set and the history need.
    pub(crate) fn check_sqlite(&self) -> Result<(), Error> {
        let (found, needed) =
            (rusqlite::version_number(), self.set.min_sqlite().max(table::MIN_SQLITE));
        if found < needed { Err(ErrorKind::OldSqlite { found, needed }.into()) } else { Ok(()) }
    }
}
