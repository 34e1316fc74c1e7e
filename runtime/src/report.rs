//! The report of a run.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use migratory_core::Direction;
use migratory_core::{Align, Table};

use crate::Version;
use crate::time;

/// The steps of a run, in order. `Display` shows them as a table.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// let report = migrations::runner().up(&mut conn)?;
/// if !report.is_empty() {
///     println!("{report}"); // applied  1  initial_schema  1 ms ..
/// }
/// assert_eq!(report.steps().len(), 2);
/// assert!(report.backup().is_none(), "none was asked for");
/// assert!(!report.is_drifted());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    steps: Vec<StepReport>,
    drifted: bool,
    backup: Option<PathBuf>,
}

/// A migration that was applied or reverted.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use std::time::Duration;
///
/// use migratory::Direction;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// let report = migrations::runner().up(&mut conn)?;
/// for step in report.steps().iter().filter(|step| step.duration > Duration::from_secs(1)) {
///     println!("slow: {} {}", step.version, step.name);
/// }
/// assert!(report.steps().iter().all(|step| step.direction == Direction::Up));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepReport {
    /// Whether it was applied or reverted.
    pub direction: Direction,
    /// The version of the migration.
    pub version: Version,
    /// The name of the migration.
    pub name: String,
    /// How long its script took.
    pub duration: Duration,
}

impl Report {
    /// Returns the applied and reverted migrations, in the order in which they ran.
    pub fn steps(&self) -> &[StepReport] {
        &self.steps
    }

    /// Returns whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns whether the run found that something other than a migration had changed the schema.
    ///
    /// A start with nothing to do reports it once; [`Runner::status`](crate::Runner::status) always
    /// does.
    pub fn is_drifted(&self) -> bool {
        self.drifted
    }

    pub(crate) fn extend(&mut self, steps: Vec<StepReport>) {
        self.steps.extend(steps);
    }

    /// Returns the path of the backup made before the first change; `None` if none was configured
    /// or needed.
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
