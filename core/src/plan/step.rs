//! One migration of a plan.

use crate::{Direction, Mode, Script, Version};

/// A migration to apply or to revert.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Whether it is applied or reverted.
    pub direction: Direction,
    /// The migration.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// The file that will run; the history's table where the down stored there will.
    pub file: String,
    /// How the script stands to the runner's transaction.
    pub mode: Mode,
    /// Whether a step in Rust belongs to it.
    pub has_code: bool,
    /// Whether the script is the down stored in the history, since the migration changed after it was
    /// applied, or is not known to this program.
    pub is_stored: bool,
    /// Of a `no-transaction` script that another run began, the byte at which this one continues it.
    pub resume_at: Option<usize>,
}

impl Step {
    /// The step that runs a script of a migration from its beginning.
    ///
    /// The script is one of the program's; [`is_stored`](Self::is_stored) and [`resume_at`](Self::resume_at) are set
    /// where it is not, or was begun by another run.
    ///
    /// ```
    /// use migratory_core::{Direction, Mode, Script, Step, Version};
    ///
    /// let up = Script::new("2_a.up.sql", "CREATE TABLE a (b);", Mode::Transaction);
    /// let step = Step::new(Direction::Up, Version::new(2), "a", &up);
    /// assert_eq!((step.file.as_str(), step.mode), ("2_a.up.sql", Mode::Transaction));
    /// assert!(!step.is_stored && step.resume_at.is_none());
    /// ```
    pub fn new(direction: Direction, version: Version, name: &str, script: &Script<'_>) -> Self {
        Self {
            direction,
            version,
            name: name.to_owned(),
            file: script.file().to_owned(),
            mode: script.mode(),
            has_code: script.has_code(),
            is_stored: false,
            resume_at: None,
        }
    }
}
