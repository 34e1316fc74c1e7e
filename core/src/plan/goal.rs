//! The goal of a run.

use super::step::Step;
use super::target::Target;
use crate::{Direction, Version};

/// The goal of a run: a target, a number of migrations to revert, or a redo.
///
/// A target or a version is a goal, too: `Runner::plan` takes them as they are.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Goal, Target, Version};
///
/// assert_eq!(Goal::from(Target::Latest), Goal::To(Target::Latest));
/// assert_eq!(Goal::from(Version::new(2)), Goal::To(Target::Version(Version::new(2))));
/// ```
// Unlike a target, some goals change once part of the run is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Applies and reverts until the database is at the target, as `Runner::to`.
    To(Target),
    /// Reverts this many migrations, the newest first, as `Runner::down`.
    Down(usize),
    /// Reverts the newest migration and applies it again, as `Runner::redo`.
    Redo,
    /// Applies a migration again that was reverted: the second half of a `Redo` that did not fit into one transaction.
    Again(Version),
}

impl From<Target> for Goal {
    fn from(target: Target) -> Self {
        Self::To(target)
    }
}

impl From<Version> for Goal {
    fn from(version: Version) -> Self {
        Self::To(version.into())
    }
}

impl Goal {
    /// Returns the goal that remains after these steps.
    ///
    /// A run commits in segments and plans again after each, since another program may have changed
    /// the database in between. A target stays the same; a number of migrations to revert shrinks.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::{Direction, Goal, Mode, Script, Step, Version};
    ///
    /// let down = Script::new("2_a.down.sql", "DROP TABLE a;", Mode::Transaction);
    /// let step = Step::new(Direction::Down, Version::new(2), "a", &down);
    /// assert_eq!(Goal::Down(3).after(&[step.clone()]), Goal::Down(2));
    /// assert_eq!(Goal::Redo.after(&[step]), Goal::Again(Version::new(2)));
    /// ```
    #[must_use]
    pub fn after(self, steps: &[Step]) -> Self {
        let reverted = steps.iter().filter(|step| step.direction == Direction::Down).count();
        match (self, steps.last()) {
            (Self::Down(count), _) => Self::Down(count.saturating_sub(reverted)),
            // The step finished an interrupted up, and was not the second half of the redo.
            (Self::Redo, Some(step)) if reverted == 0 && step.resume_at.is_some() => self,
            (Self::Redo, Some(step)) if step.direction == Direction::Down => {
                Self::Again(step.version)
            }
            (Self::Redo | Self::Again(_), Some(_)) => Self::Down(0),
            (goal, _) => goal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Script};

    #[test]
    fn each_segment_leaves_the_rest_of_the_goal() {
        let script = Script::new("x", "", Mode::Transaction);
        let step = |direction| Step::new(direction, Version::new(2), "x", &script);
        let (up, down) = (step(Direction::Up), step(Direction::Down));
        let latest = Goal::To(Target::Latest);
        assert_eq!(latest.after(std::slice::from_ref(&up)), latest);
        assert_eq!(Goal::Down(3).after(&[down.clone(), down.clone()]), Goal::Down(1));
        assert_eq!(Goal::Redo.after(std::slice::from_ref(&down)), Goal::Again(Version::new(2)));
        assert_eq!(Goal::Redo.after(&[down.clone(), up.clone()]), Goal::Down(0));
        assert_eq!(Goal::Again(Version::new(2)).after(std::slice::from_ref(&up)), Goal::Down(0));
        let [resumed_up, resumed_down] = [up, down].map(|step| Step { resume_at: Some(7), ..step });
        assert_eq!(Goal::Redo.after(&[resumed_up]), Goal::Redo);
        assert_eq!(Goal::Redo.after(&[resumed_down]), Goal::Again(Version::new(2)));
    }
}
