//! What the files of a migration allow to be lost.

use migratory_analysis::{CheckedScript, DirectiveKind, Rule};

use crate::comparison::preserved::{Loss, What};
use crate::course::known::empty_run::EmptyRun;
use crate::sandbox::context::Context;

/// Returns the rule by which an up may allow a loss that its down does not restore.
pub(crate) fn excuse(empty_run: &EmptyRun, loss: &Loss) -> Rule {
    match &loss.what {
        What::Rows { .. } | What::Multiplied { .. } => Rule::PartialCopy,
        What::Value { .. } if empty_run.drops_column(&loss.table, loss.column()) => {
            Rule::DropColumn
        }
        What::Value { .. } => Rule::ValuesMove,
    }
}

/// Whether the file allows this loss.
pub(crate) fn is_allowed(context: Context<'_>, script: &CheckedScript, loss: &Loss) -> bool {
    loss.is_copied
        && match loss.what {
            What::Rows { .. } | What::Multiplied { .. } => {
                script.says(DirectiveKind::Allow(Rule::PartialCopy))
            }
            What::Value { .. } => {
                // What an up says about a column also holds for the down.
                let mut pairs = context.set.iter();
                let pair = pairs.find(|it| it.scripts().any(|other| other.file == script.file));
                lets_change(script, loss) || pair.is_some_and(|it| lets_change(&it.up, loss))
            }
        }
}

/// Whether the file allows the values of this column to change.
pub(crate) fn lets_change(script: &CheckedScript, loss: &Loss) -> bool {
    loss.column().is_some_and(|column| script.lets_change(loss.table.as_str(), column.as_str()))
}
