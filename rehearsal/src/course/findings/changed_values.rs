//! Reports values that a script changes: one finding for all changed columns of a table.

use super::losses;
use crate::comparison::preserved::Loss;
use crate::course::known::script_run::ScriptRun;
use migratory_analysis::Diagnostic;

/// Returns the finding about a loss that is not one of rows, if it is the first of its table among these.
pub(crate) fn finding(
    script_run: ScriptRun<'_>,
    losses: &[Loss],
    loss: &Loss,
) -> Option<Diagnostic> {
    let ScriptRun { script, intent, .. } = script_run;
    if let Some(holder) = script_run.holder(loss) {
        return losses::rowids_change(script, loss, holder);
    }
    losses::values_change(script, loss, &siblings(losses, loss)?, intent)
}

/// Returns the losses that form one finding with this first one: all changed values of a table.
fn siblings<'l>(losses: &'l [Loss], loss: &'l Loss) -> Option<Vec<&'l Loss>> {
    let is_sibling = |other: &&Loss| {
        other.table == loss.table && other.column().is_some() && !other.is_of_rowid()
    };
    if loss.column().is_none() {
        return Some(vec![loss]);
    }
    let siblings: Vec<_> = losses.iter().filter(is_sibling).collect();
    siblings.first().is_some_and(|first| std::ptr::eq(*first, loss)).then_some(siblings)
}
