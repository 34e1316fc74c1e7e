//! What a run did.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use migratory_core::Direction;
use migratory_core::{Align, Table};

use crate::Version;
use crate::time;

/// What a run did, in order. Prints as a table.
#[derive(Clone, Debug, Default)]
pub struct Report {
    steps: Vec<StepReport>,
    drifted: bool,
    backup: Option<PathBuf>,
}

/// A migration that was applied or reverted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepReport {
    /// Whether it was applied or reverted.
    pub direction: Direction,
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// How long its script took.
    pub duration: Duration,
}

impl Report {
    /// The migrations that were applied or reverted, in the order in which it was done.
    pub fn steps(&self) -> &[StepReport] {
        &self.steps
    }

    /// Whether nothing was to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the run found the schema changed by something other than a migration.
    ///
    /// A start with nothing to do sees it once; [`Runner::status`](crate::Runner::status) always does.
    pub fn is_drifted(&self) -> bool {
        self.drifted
    }

    pub(crate) fn extend(&mut self, steps: Vec<StepReport>) {
        self.steps.extend(steps);
    }

    /// The backup of the database as it was before, if one was asked for and anything was to do.
    pub fn backup(&self) -> Option<&Path> {
        self.backup.as_deref()
    }

    pub(crate) fn set_drifted(&mut self, drifted: bool) {
        self.drifted = drifted;
    }

    pub(crate) fn set_backup(&mut self, path: PathBuf) {
        self.backup = Some(path);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing to do");
        }
        let mut table = Table::new([Align::Left, Align::Right, Align::Left, Align::Right]);
        for done in &self.steps {
            let verb = match done.direction {
                Direction::Up => "applied",
                Direction::Down => "reverted",
            };
            let took = time::took(done.duration);
            table.row([verb.to_owned(), done.version.to_string(), done.name.clone(), took]);
        }
        table.fmt(f)
    }
}
