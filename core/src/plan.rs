//! Plans: the steps of a run.

use std::fmt;

use crate::table::{Align, Table};
use crate::{Direction, Mode};

mod goal;
mod grouping;
mod step;
mod target;

pub use goal::Goal;
pub use grouping::Grouping;
pub use step::Step;
pub use target::Target;

/// The steps that bring a database to a target, in the order in which they run.
///
/// `Display` shows it as a table.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Direction, Mode, Plan, Script, Step, Version};
///
/// let up = Script::new("2_a.up.sql", "VACUUM;", Mode::NoTransaction);
/// let plan = Plan::new(vec![Step::new(Direction::Up, Version::new(2), "a", &up)]);
/// assert_eq!(plan.to_string(), "apply  2  a  outside of a transaction");
/// assert_eq!(plan.steps()[0].file, "2_a.up.sql");
/// assert!(Plan::default().is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<Step>,
}

impl Plan {
    /// Creates a plan from its steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// Returns the steps in the order in which they run.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the leading steps that run in one transaction.
    ///
    /// These are the steps of the same mode: a `no-transaction` script runs alone, and foreign keys
    /// can only be turned off before a transaction begins.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::{Direction, Grouping, Mode, Plan, Script, Step, Version};
    ///
    /// let step = |version, mode| {
    ///     Step::new(Direction::Up, Version::new(version), "a", &Script::new("a", "", mode))
    /// };
    /// let plan = Plan::new(vec![
    ///     step(1, Mode::Transaction),
    ///     step(2, Mode::Transaction),
    ///     step(3, Mode::ForeignKeysOff),
    /// ]);
    /// assert_eq!(plan.segment(Grouping::PerRun).len(), 2);
    /// assert_eq!(plan.segment(Grouping::PerMigration).len(), 1);
    /// ```
    pub fn segment(&self, grouping: Grouping) -> &[Step] {
        let Some(first) = self.steps.first() else {
            return &[];
        };
        let alone = first.mode == Mode::NoTransaction || grouping == Grouping::PerMigration;
        let length = if alone {
            1
        } else {
            self.steps.iter().take_while(|step| step.mode == first.mode).count()
        };
        &self.steps[..length]
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing to do");
        }
        let mut table = Table::new([Align::Left, Align::Right, Align::Left, Align::Left]);
        for step in &self.steps {
            let verb = match step.direction {
                Direction::Up => "apply",
                Direction::Down => "revert",
            };
            let cells = [verb, &step.version.to_string(), &step.name, note(step)];
            table.row(cells.map(str::to_owned));
        }
        table.fmt(f)
    }
}

/// Returns the remark that a plan shows next to a step.
fn note(step: &Step) -> &'static str {
    match step.mode {
        _ if step.is_stored && step.resume_at.is_none() => "by the down stored in the database",
        Mode::Transaction => "",
        Mode::ForeignKeysOff => "foreign keys off, checked before it commits",
        Mode::NoTransaction if step.resume_at.is_some() => {
            "outside of a transaction, continued where it stopped"
        }
        Mode::NoTransaction => "outside of a transaction",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Script, Version};

    #[test]
    fn a_plan_says_how_each_step_runs() {
        let step = |version, direction, mode| {
            Step::new(direction, Version::new(version), "x", &Script::new("file", "", mode))
        };
        let (up, down) = (Direction::Up, Direction::Down);
        let mut steps = vec![
            step(9, down, Mode::NoTransaction),
            step(8, down, Mode::NoTransaction),
            step(8, up, Mode::ForeignKeysOff),
            step(9, up, Mode::NoTransaction),
            step(10, up, Mode::NoTransaction),
            step(11, up, Mode::Transaction),
        ];
        for (at, is_stored, resume_at) in [(0, true, Some(7)), (1, true, None), (3, false, Some(0))]
        {
            (steps[at].is_stored, steps[at].resume_at) = (is_stored, resume_at);
        }
        assert_eq!(
            Plan::new(steps).to_string(),
            "revert   9  x  outside of a transaction, continued where it stopped\n\
             revert   8  x  by the down stored in the database\n\
             apply    8  x  foreign keys off, checked before it commits\n\
             apply    9  x  outside of a transaction, continued where it stopped\n\
             apply   10  x  outside of a transaction\n\
             apply   11  x"
        );
    }

    #[test]
    fn a_plan_is_cut_where_the_mode_changes() {
        let modes = [
            Mode::Transaction,
            Mode::Transaction,
            Mode::ForeignKeysOff,
            Mode::NoTransaction,
            Mode::NoTransaction,
            Mode::Transaction,
        ];
        let script = |mode| Script::new("up", "", mode);
        let step = |mode| Step::new(Direction::Up, Version::new(1), "x", &script(mode));
        let mut left = Plan::new(modes.map(step).into());
        let mut lengths = Vec::new();
        while !left.is_empty() {
            assert_eq!(left.segment(Grouping::PerMigration).len(), 1);
            let length = left.segment(Grouping::PerRun).len();
            lengths.push(length);
            left.steps.drain(..length);
        }
        assert_eq!(lengths, [2, 1, 1, 1, 1]);
    }
}
