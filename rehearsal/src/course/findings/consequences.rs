//! Removes findings on rows that only follow from findings on empty tables.

use std::collections::BTreeSet;

use crate::course::known::empty_run::{EmptyRun, Restoring};
use crate::course::known::skipped;
use crate::sandbox::context::Context;
use crate::schema::{Name, Object, Part, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic};

/// Removes the findings of a migration, from an index on, that follow from left-out statements or
/// from tables that the down leaves behind. Removes all of them for a file whose header has errors,
/// since the header may state assumptions about rows.
pub(crate) fn take(
    context: Context<'_>,
    at: usize,
    empty_run: &EmptyRun,
    (from, found): (usize, &mut Vec<Diagnostic>),
) {
    let down = empty_run.down.as_ref().zip(context.down(at));
    let of_migration = found.split_off(from);
    found.extend(of_migration.into_iter().filter(|finding| match down {
        Some((down, script)) if finding.file() == script.file => {
            !script.faults.is_doubtful
                && !down.skipped.covers(finding, script)
                && !is_about_left_behind(finding, script, down, &empty_run.schema)
        }
        _ => {
            let up = context.up(at);
            !up.faults.is_doubtful && !empty_run.skipped.covers(finding, up)
        }
    }));
}

/// Whether a down fails because tables that it should have dropped still have rows, which refer to
/// those it drops.
fn is_about_left_behind(
    finding: &Diagnostic,
    script: &CheckedScript,
    down: &Restoring,
    schema: &Schema,
) -> bool {
    if !matches!(finding.code, Code::FailsOnRows | Code::Dangles | Code::Assumes) {
        return false;
    }
    let left = down
        .differences
        .iter()
        .filter(|it| it.object == Object::Table && it.part == Part::Whole && it.before.is_none());
    let tables = left.filter_map(|it| schema.tables.get(&it.name));
    let parents: BTreeSet<&Name> =
        tables.flat_map(|table| table.foreign_keys.iter().map(|key| &key.parent)).collect();
    skipped::named(finding, script).iter().any(|name| parents.contains(name))
}
