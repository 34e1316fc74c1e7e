//! Reports a foreign key that a script adds to existing values.
//!
//! Generated values of such a column refer to nothing, and so may those of users: whether they do
//! depends on the rows.

use migratory_runtime::__private::{Refusal, Trouble};

use super::{Fault, Populated, ScriptOnRows, ScriptRun};
use crate::course::findings::{messages, suggestions};
use crate::rules;
use crate::schema::{ForeignKey, Name, Schema, Table};
use migratory_analysis::Assumption;
use migratory_analysis::{Diagnostic, Exception, spelling};

/// A foreign key that a table has after the script, and did not have before.
pub(super) struct NewKey<'a> {
    pub(super) table: &'a Table,
    pub(super) key: &'a ForeignKey,
    /// The names of the table while the script runs.
    names: Vec<&'a Name>,
}

impl Populated<'_> {
    /// Reports that the script depends on the rows, if it fails on a foreign key that is new.
    pub(super) fn report_orphans(&mut self, trial: ScriptOnRows<'_>, fault: &Fault) -> bool {
        let Some(last) = self.empty_run[..trial.before].last() else { return false };
        let keys = new_keys(&last.schema, trial.script_run);
        let Some(new) = keys.iter().find(|new| is_violated(new, trial.script_run, fault)) else {
            return false;
        };
        let severity = self.context.options.assumption_severity();
        let mut finding = messages::assumed(trial.script(), fault, severity);
        finding.help.clear();
        self.outcome.found.push(explained(finding, new, trial.script_run.schema));
        true
    }
}

/// Returns the new keys of existing tables, over columns that had none.
pub(super) fn new_keys<'a>(before: &'a Schema, script_run: ScriptRun<'a>) -> Vec<NewKey<'a>> {
    let tables = before.tables.values().filter_map(|old| {
        let successor = script_run.succession.successor(&old.name)?;
        Some((old, successor, script_run.schema.tables.get(&successor.table)?))
    });
    let new = tables.flat_map(|(old, successor, table)| {
        let names = successor.names.iter().chain([&successor.table]);
        let names: Vec<_> = names.collect();
        let had = |key: &ForeignKey| {
            let columns = |old: &ForeignKey| {
                old.columns.iter().map(|it| successor.column(it).clone()).collect::<Vec<_>>()
            };
            old.foreign_keys.iter().any(|old| columns(old) == key.columns)
        };
        let was_there = |key: &&ForeignKey| {
            let own =
                |column: &Name| old.columns.iter().any(|it| successor.column(&it.name) == column);
            key.columns.iter().all(own)
        };
        let keys = table.foreign_keys.iter().filter(was_there).filter(move |key| !had(key));
        keys.map(move |key| NewKey { table, key, names: names.clone() }).collect::<Vec<_>>()
    });
    new.collect()
}

/// Whether the script fails on this key.
fn is_violated(new: &NewKey<'_>, script_run: ScriptRun<'_>, fault: &Fault) -> bool {
    if let Fault::Trouble(Trouble::Refusal(Refusal::Dangling(added))) = fault {
        let NewKey { table, key, .. } = new;
        return added
            .violations
            .iter()
            .any(|it| table.name == *it.table && key.parent == *it.parent);
    }
    let Some(failure) = fault.failure().filter(|it| it.message.starts_with("FOREIGN KEY")) else {
        return false;
    };
    let text = script_run.script.sql.get(failure.statement.clone()).unwrap_or_default();
    suggestions::copies(text) && new.names.iter().any(|name| rules::mentions(text, name))
}

fn explained(finding: Diagnostic, new: &NewKey<'_>, schema: &Schema) -> Diagnostic {
    let NewKey { table, key, .. } = new;
    let (child, parent) = (&table.name, &key.parent);
    let columns: Vec<_> = key.columns.iter().map(|column| format!("`{column}`")).collect();
    let columns = spelling::list(&columns);
    let mut finding = finding.mentioning(key.columns.iter().chain([child, parent])).note(format!(
        "the key of {columns} in `{child}` is new: nothing guarantees that its values refer to rows of `{parent}`, and if one does not, the migration fails"
    ));
    let alone = Table { foreign_keys: vec![(*key).clone()], ..(*table).clone() };
    let deletions = suggestions::delete_orphans(&alone, parent, schema);
    let may_be_null = |name: &Name| table.column(name).is_some_and(|column| !column.is_not_null);
    if let ([column], Some(delete)) = (key.columns.as_slice(), deletions.first()) {
        if may_be_null(column) {
            let (_, condition) = delete.split_once(" WHERE ").unwrap_or_default();
            finding = finding.help(format!(
                "clear the dangling keys in a statement before the copy: `UPDATE {} SET {} = NULL WHERE {condition}`",
                child.written(),
                column.written()
            ));
        }
    }
    let or = if finding.help.is_empty() { "" } else { "or " };
    let finding = deletions.iter().fold(finding, |finding, delete| {
        finding.help(format!("{or}delete the rows with dangling keys before the copy: `{delete}`"))
    });
    finding.unless(
        "there are none, say why at the top of the file",
        Exception::Assumes(Assumption::NoOrphans),
    )
}
