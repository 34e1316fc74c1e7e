//! The two ways of a migration.

/// Whether a migration is applied or reverted.
///
/// ```
/// use migratory_core::{Direction, Mode, Script, Step, Version};
///
/// let down = Script::new("2_a.down.sql", "DROP TABLE a;", Mode::Transaction);
/// let step = Step::new(Direction::Down, Version::new(2), "a", &down);
/// assert_eq!(step.direction, Direction::Down);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is reverted.
    Down,
}

impl Direction {
    /// The word for it in the names of files: `up` or `down`.
    ///
    /// ```
    /// assert_eq!(migratory_core::Direction::Down.word(), "down");
    /// ```
    pub const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}
