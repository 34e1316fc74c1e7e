//! Whether a migration is applied or reverted.

/// Whether a migration is applied or reverted.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Direction, Plan};
///
/// // Whether to ask before a run: a down may drop what people have entered.
/// fn reverts(plan: &Plan) -> bool {
///     plan.steps().iter().any(|step| step.direction == Direction::Down)
/// }
/// # use migratory::{Mode, Script, Step, Version};
/// # let down = Script::new("2_a.down.sql", "DROP TABLE a;", Mode::Transaction);
/// let plan = Plan::new(vec![Step::new(Direction::Down, Version::new(2), "a", &down)]);
/// assert!(reverts(&plan) && !reverts(&Plan::default()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The migration is applied.
    Up,
    /// The migration is reverted.
    Down,
}

impl Direction {
    /// Returns the word that file names use: `up` or `down`.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// assert_eq!(migratory::Direction::Down.word(), "down");
    /// ```
    pub const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}
