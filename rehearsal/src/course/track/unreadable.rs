//! Reports generated columns that fail on the values of a row.
//!
//! SQLite computes a virtual column when it is read: the statement that defines it succeeds, and
//! queries fail later.

use std::ops::Range;

use migratory_runtime::__private::Failure;

use crate::comparison::contents::Contents;
use crate::course::faults::Fault;
use crate::course::known::script_run::ScriptRun;
use crate::rules;
use crate::schema::{Name, Table};
use migratory_analysis::CheckedScript;

/// Returns the failure to read a table after a script, if it could be read before.
pub(super) fn fault([before, after]: [&Contents; 2], script_run: ScriptRun<'_>) -> Option<Fault> {
    let holder =
        |old: &Name| script_run.succession.successor(old).map(|successor| &successor.table);
    let (name, words) = after.unreadable(before, holder)?;
    let table = script_run.schema.tables.get(name)?;
    let statement = defining(script_run.script, table)?;
    let columns: Vec<_> = generated(table).map(|column| format!("`{column}`")).collect();
    let message =
        format!("reading {} of `{name}` fails after this statement: {words}", columns.join(" or "));
    let failure =
        Failure { offset: statement.start, statement, is_first: false, message, source: None };
    let columns = generated(table).cloned().collect();
    Some(Fault::Unreadable { failure, table: name.clone(), columns })
}

fn generated(table: &Table) -> impl Iterator<Item = &Name> {
    let columns = table.columns.iter().filter(|column| column.generated.is_some());
    columns.map(|column| &column.name)
}

/// Returns the last statement that names a generated column of the table: it defines the column, or
/// writes the values from which it is computed.
fn defining(script: &CheckedScript, table: &Table) -> Option<Range<usize>> {
    let text = |range: &Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let named = |names: &[&Name]| {
        let names_one =
            |range: &&Range<usize>| names.iter().any(|name| rules::mentions(text(range), name));
        script.statements.iter().rev().find(names_one).cloned()
    };
    let columns: Vec<_> = generated(table).collect();
    named(&columns).or_else(|| named(&[&table.name])).or_else(|| script.statements.last().cloned())
}
