//! The faults of a script on rows, and the assumptions that rule them out.

use migratory_runtime::__private::{Failure, Refusal, Trouble};

use crate::comparison::preserved::Loss;
use crate::schema::Name;
use migratory_analysis::CheckedScript;

pub(crate) mod guessed_condition;
pub(crate) mod stated_assumptions;

/// A fault of a script on populated tables.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The script fails.
    Trouble(Trouble),
    /// A generated column that could be read before the script can't be read after it. The failure
    /// is at the statement that defines it.
    Unreadable { failure: Failure, table: Name, columns: Vec<Name> },
    /// Rows or values are gone or changed.
    Changed(Vec<Loss>),
    /// Full-text indexes no longer match their content; each with SQLite's message.
    Unindexed(Vec<(Name, String)>),
    /// SQLite's `integrity_check` reports damage after the script.
    Damaged(Vec<String>),
}

impl Fault {
    /// The statement that failed, if one did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Trouble(Trouble::Statement(failure)) | Self::Unreadable { failure, .. } => {
                Some(failure)
            }
            _ => None,
        }
    }

    /// Whether the script, or a query after it, fails; otherwise it succeeds with a wrong result.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self, Self::Trouble(_) | Self::Unreadable { .. })
    }

    /// Whether foreign keys refer to rows that do not exist.
    pub(crate) fn dangles(&self) -> bool {
        matches!(self, Self::Trouble(Trouble::Refusal(Refusal::Dangling(_))))
    }

    /// The losses, if the script succeeded.
    pub(crate) fn losses(&self) -> &[Loss] {
        match self {
            Self::Changed(losses) => losses,
            _ => &[],
        }
    }

    /// Adds values that the same copies change on other rows, since they belong to one finding.
    pub(crate) fn take_along(&mut self, others: Vec<Loss>) {
        let Self::Changed(losses) = self else { return };
        let new: Vec<_> = others
            .into_iter()
            .filter(|other| {
                let is_beside = |loss: &Loss| loss.is_beside(other);
                losses.iter().any(is_beside) && !losses.iter().any(|loss| loss.is_alike(other))
            })
            .collect();
        losses.extend(new);
    }

    /// Whether the same statement fails with the same message, or the same tables lose something.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Changed(one), Self::Changed(other)) => {
                one.iter().any(|loss| other.iter().any(|it| it.is_alike(loss)))
            }
            (Self::Damaged(_), Self::Damaged(_)) | (Self::Unindexed(_), Self::Unindexed(_)) => true,
            _ => match (self.failure(), other.failure()) {
                (Some(one), Some(other)) => {
                    one.statement == other.statement && one.message == other.message
                }
                (None, None) => true,
                _ => false,
            },
        }
    }

    /// Whether the fault depends on the content of generated texts and numbers, and not on their
    /// shape.
    ///
    /// SQLite refuses an `ALTER TABLE` for the shape alone. A NULL, a duplicate and a dangling key
    /// are matters of shape too.
    pub(crate) fn is_about_content(&self, script: &CheckedScript) -> bool {
        let Some(failure) = self.failure() else { return false };
        let text = script.sql.get(failure.statement.clone()).unwrap_or_default();
        // A generated column that fails on words can't be read before the script either.
        let is_unreadable = matches!(self, Self::Unreadable { .. });
        let is_alter = text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("alter"));
        let shapes = ["NOT NULL constraint", "UNIQUE constraint", "FOREIGN KEY constraint"];
        !is_alter
            && !is_unreadable
            && !shapes.iter().any(|shape| failure.message.starts_with(shape))
    }
}
