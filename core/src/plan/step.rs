//! One step of a plan.

use crate::{Direction, Mode, Script, Version};

/// A migration to apply or to revert.
///
/// `Runner::plan` returns the steps of a run, and an observer receives each as it begins.
///
/// ```
/// # extern crate migratory_core as migratory;
/// # use migratory::{Direction, Mode, Script, Version};
/// use migratory::{Plan, Step};
///
/// // Whether an update can be cancelled at any moment without a trace.
/// fn is_all_or_nothing(plan: &Plan) -> bool {
///     plan.steps().iter().all(|step: &Step| step.mode == Mode::Transaction)
/// }
/// # let up = |sql| Script::new("1_a.up.sql", sql, Mode::of_script(sql));
/// # let plan = |sql| Plan::new(vec![Step::new(Direction::Up, Version::new(1), "a", &up(sql))]);
/// assert!(is_all_or_nothing(&plan("CREATE TABLE a (b);")));
/// assert!(!is_all_or_nothing(&plan("-- migratory: no-transaction\nVACUUM;")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Whether it is applied or reverted.
    pub direction: Direction,
    /// The version of the migration.
    pub version: Version,
    /// The name of the migration.
    pub name: String,
    /// The file that runs, or the history's table if the stored down runs.
    pub file: String,
    /// How the script runs with regard to the runner's transaction.
    pub mode: Mode,
    /// Whether the script has a step in Rust.
    pub has_code: bool,
    /// Whether the down stored in the history runs, because the migration changed after it was
    /// applied or this program doesn't know it.
    pub is_stored: bool,
    /// The byte at which this run continues a `no-transaction` script that another run left
    /// unfinished.
    pub resume_at: Option<usize>,
}

impl Step {
    /// Creates a step that runs one of the program's scripts from its beginning.
    ///
    /// For a stored down, set [`is_stored`](Self::is_stored); to continue an interrupted script,
    /// set [`resume_at`](Self::resume_at).
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::{Direction, Mode, Script, Step, Version};
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
