//! A script on rows, with what is known about it before it is tried.

use crate::comparison::preserved::{Loss, What};
use crate::course::known::script_run::ScriptRun;
use crate::schema::Difference;
use migratory_analysis::CheckedScript;
use migratory_analysis::Code;

/// A script on rows, and how many migrations are applied before and after it.
#[derive(Clone, Copy)]
pub(super) struct ScriptOnRows<'a> {
    pub(super) script_run: ScriptRun<'a>,
    /// The codes of the rules that found something in the migration.
    pub(super) rules: &'a [Code],
    /// How the schema that it leaves differs from the one that it should leave.
    pub(super) differences: &'a [Difference],
    pub(super) before: usize,
    pub(super) after: usize,
    /// Whether a step in Rust, which does not run here, may prepare the rows for the script.
    pub(super) is_helped: bool,
}

impl<'a> ScriptOnRows<'a> {
    pub(super) fn script(&self) -> &'a CheckedScript {
        self.script_run.script
    }

    /// Whether a rule has already reported what the rows show now.
    pub(super) fn is_reported(&self, loss: &Loss) -> bool {
        let rules: &[Code] = match &loss.what {
            What::Value { .. } if loss.is_copied => &[Code::PositionalCopy, Code::RenameFirst],
            _ => &[Code::ReplaceParent, Code::RenameFirst],
        };
        rules.iter().any(|rule| self.rules.contains(rule)) || self.differs(loss)
    }

    /// Whether the definition of the column whose values changed differs too.
    pub(super) fn differs(&self, loss: &Loss) -> bool {
        let is_it = |it: &Difference| it.name == loss.table && it.column() == loss.column();
        loss.column().is_some() && self.differences.iter().any(is_it)
    }
}
