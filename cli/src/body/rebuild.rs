//! SQLite's recipe for what ALTER TABLE can't do: a new table replaces the old one.
//!
//! With foreign keys on, dropping the old table would delete the rows that reference it. SQLite ignores the pragma in a
//! transaction, so the runner looks for it at the top of the file, and turns foreign keys off beforehand.

use migratory_core::sql::names::ROWIDS;
use migratory_core::sql::quotes::literal;
use migratory_rehearsal::schema::{Name, Schema, Table};

use super::affected::Way;
use super::definition::Definition;
use super::script::Script;
use super::sql::{fresh, listed, statement, written};

/// Why a table is rebuilt, for the top of the file.
const WHY: [&str; 3] = [
    "SQLite can't always do this in place, so the table is rebuilt as its documentation says. Foreign",
    "keys are off meanwhile: otherwise, dropping the old table would delete the rows that reference",
    "it, or fail because of them.",
];

const OFF: &str = "PRAGMA foreign_keys = OFF;";
const ON: &str = "PRAGMA foreign_keys = ON;";

/// The statements that turn the table of one schema into that of the other; `values` replace columns that are not
/// copied unchanged.
pub(super) fn rebuild(way: Way<'_>, table: &Name, values: &[(Name, String)]) -> Vec<String> {
    let (Some(old), Some(new)) = (way.from.tables.get(table), way.to.tables.get(table)) else {
        return Vec::new();
    };
    let way = Way { rebuilt: Some(table), ..way };
    let name = fresh(way.from, &format!("{table}_new"));
    let drops = way.drops();
    let mut blocks = vec![OFF.to_owned()];
    if !drops.is_empty() {
        let why = "-- Objects that name the table would prevent the renaming.";
        blocks.push(format!("{why}\n{}", drops.join("\n")));
    }
    blocks.push(create(&new.sql, &name, table));
    if old.is_autoincrement && new.is_autoincrement {
        blocks.push(high_water(&name, table));
    }
    blocks.push(copy(old, new, &name, values));
    let (new_name, old_name) = (written(&name), written(table));
    blocks.push(format!("DROP TABLE {old_name};\nALTER TABLE {new_name} RENAME TO {old_name};"));
    blocks.extend(way.creates());
    blocks.push(ON.to_owned());
    blocks
}

/// Explains at the top of a script why it rebuilds a table.
pub(super) fn explained(script: Script) -> Script {
    WHY.iter().fold(script, |script, line| script.line(*line))
}

/// A table's definition, with a line for each column.
pub(super) fn create(sql: &str, name: &Name, table: &Name) -> String {
    match Definition::parse(sql) {
        Some(definition) => definition.create(name, table),
        None => statement(sql),
    }
}

/// AUTOINCREMENT never reuses an id, because SQLite stores the highest one outside the table.
fn high_water(name: &Name, table: &Name) -> String {
    format!(
        "-- Keep the highest id that was ever used, so that no id is used twice.\n\
         INSERT INTO sqlite_sequence (name, seq)\n\
         SELECT {}, seq FROM sqlite_sequence WHERE name = {};",
        literal(name.as_str()),
        literal(table.as_str())
    )
}

fn copy(old: &Table, new: &Table, name: &Name, values: &[(Name, String)]) -> String {
    let stored = new.columns.iter().filter(|column| column.generated.is_none());
    let rowid = hidden_rowid(old, new);
    let mut columns: Vec<_> = rowid.into_iter().map(str::to_owned).collect();
    let mut copied = columns.clone();
    for column in stored {
        let value = values.iter().find(|(named, _)| *named == column.name);
        let is_there = old.column(&column.name).is_some();
        let value = value.map(|(_, value)| value.clone());
        let Some(value) = value.or_else(|| is_there.then(|| written(&column.name))) else {
            continue;
        };
        columns.push(written(&column.name));
        copied.push(value);
    }
    let into = listed(&format!("INSERT INTO {} (", written(name)), &columns, ")");
    format!("{into}\n{}\nFROM {};", listed("SELECT ", &copied, "").trim_end(), written(&old.name))
}

/// Returns a name for the rowid, if the table has a rowid that isn't a column.
///
/// Without it, the copy would assign new rowids, and anything that stores rowids (an FTS index with
/// external content, a trigger, another table) would find other rows.
fn hidden_rowid(old: &Table, new: &Table) -> Option<&'static str> {
    let has_none = |table: &Table| table.is_without_rowid || table.rowid_alias().is_some();
    if has_none(old) || has_none(new) {
        return None;
    }
    let is_column = |name: &str| {
        let mut columns = old.columns.iter().chain(&new.columns);
        columns.any(|column| column.name == *name)
    };
    ROWIDS.into_iter().find(|name| !is_column(name))
}

/// The schema with another definition of a table.
pub(super) fn redefined(schema: &Schema, table: &Name, definition: &Definition) -> Schema {
    let mut schema = schema.clone();
    if let Some(table) = schema.tables.get_mut(table) {
        table.sql = definition.create(&table.name, &table.name);
    }
    schema
}
