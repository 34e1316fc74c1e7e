//! Checks whether VACUUM changes rowids that something stores.
//!
//! SQLite documents that it may renumber the rows of a table without an INTEGER PRIMARY KEY. It
//! does so if the table has no index either (`xferOptimization` in its insert.c, in all supported
//! versions). The few rows of a rehearsal have no gaps in their rowids, so they don't show it.

use crate::mention::Mention;
use crate::sandbox::{Performance, is_vacuum};
use crate::schema::{Name, Schema, Table};
use crate::script::rowids::{Done, Rowids, is_unnamed};
use crate::script::succession::Succession;
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, Exception, Subject};
use migratory_analysis::{DirectiveKind, Rule};

/// Reports stored rowids that a VACUUM changes; `rowids` are those stored before the script.
pub(super) fn check(
    script: &CheckedScript,
    performance: &Performance,
    rowids: &Rowids,
) -> Vec<Diagnostic> {
    let Performance { statements, schemas, .. } = performance;
    let text = |range: &std::ops::Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let vacuum = statements.iter().position(|statement| is_vacuum(text(&statement.range)));
    let Some(at) = vacuum.filter(|_| !script.says(DirectiveKind::Allow(Rule::ValuesMove))) else {
        return Vec::new();
    };
    let (Some(schema), Some(first)) = (schemas.get(at), schemas.first()) else { return Vec::new() };
    let (before, schemas) = (&statements[..at], &schemas[..=at]);
    let succession = Succession::new(before, schemas);
    let done = Done::new(script, before, &succession);
    let held = rowids.before(first, done);
    let mut holders = rowids.after(schema, done).holders(schema);
    holders.extend(held.holders(first));
    holders.retain(|table, _| schema.tables.get(table).is_some_and(|it| is_renumbered(it, schema)));
    let range = &statements[at].range;
    let finding = |(table, holder): (Name, Mention)| {
        let message = format!("VACUUM gives the rows of `{table}` other rowids");
        Diagnostic::about(Code::ValuesMove, [Subject::table(&table)], message)
            .on(&script.file, range.clone(), "")
            .note("the table has no INTEGER PRIMARY KEY and no index: SQLite renumbers its rows where deleted ones have left gaps")
            .note(format!("{}: they will refer to other rows, or to none", holder.text))
            .mentioning(&holder.names)
            .help(format!(
                "before it, rebuild `{table}` with a column `id INTEGER PRIMARY KEY`, and copy `rowid` into it"
            ))
            .unless_meant(Exception::Allow(Rule::ValuesMove))
    };
    holders.into_iter().map(finding).collect()
}

fn is_renumbered(table: &Table, schema: &Schema) -> bool {
    let has_key = !table.uniques.is_empty() || !table.primary_key.is_empty();
    is_unnamed(table) && !has_key && schema.indexes.values().all(|index| index.table != table.name)
}
