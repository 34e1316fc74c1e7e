//! Decides which tables need rows.

use std::collections::BTreeSet;

use rusqlite::{self, Connection};

use super::complaint::or_if_refused;
use super::group::holds_rows;
use super::target::{Target, is_ordinary};
use crate::schema::{Name, Schema, Table};

/// Adds parents that lack unused keys: those that a script has emptied, and those whose keys are
/// all taken.
///
/// A table that accepts only one row for each key of its parent, and already has rows, has room for
/// new ones only if the parent gets new ones too.
pub(super) fn with_parents<'a>(
    conn: &Connection,
    schema: &'a Schema,
    mut due: BTreeSet<&'a Name>,
) -> rusqlite::Result<BTreeSet<&'a Name>> {
    let mut open: Vec<&Name> = due.iter().copied().collect();
    while let Some(name) = open.pop() {
        let Some(table) = schema.tables.get(name).filter(|table| is_ordinary(table)) else {
            continue;
        };
        let scarce = scarce_parents(schema, table);
        let is_scarce = !scarce.is_empty() && has_rows(conn, table)?;
        let keys = table.foreign_keys.iter().filter_map(|key| schema.tables.get(&key.parent));
        for parent in keys.filter(|parent| is_ordinary(parent)) {
            let lacks_keys = (is_scarce && scarce.contains(&&parent.name))
                || (!due.contains(&parent.name) && !has_rows(conn, parent)?);
            if lacks_keys && due.insert(&parent.name) {
                open.push(&parent.name);
            }
        }
    }
    Ok(due)
}

/// Returns the parents each of whose keys, or combinations of keys, the table accepts once.
fn scarce_parents<'a>(schema: &'a Schema, table: &'a Table) -> Vec<&'a Name> {
    let target = Target::new(schema, table);
    let linked = |column: &usize| target.links_of(*column).next().is_some();
    let scarce: BTreeSet<usize> = target
        .uniques
        .iter()
        .filter(|unique| unique.iter().all(linked))
        .flatten()
        .copied()
        .collect();
    let links =
        target.links.iter().filter(|link| link.columns.iter().any(|at| scarce.contains(at)));
    links.filter_map(|link| schema.tables.get(link.parent).map(|parent| &parent.name)).collect()
}

/// Whether a table has rows. One that can't be read counts as empty: writing to it will report the
/// error.
fn has_rows(conn: &Connection, table: &Table) -> rusqlite::Result<bool> {
    or_if_refused(holds_rows(conn, table), false)
}
