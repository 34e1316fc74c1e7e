//! SQLite's recipe for what ALTER TABLE can't do: a new table in the place of the old one.
//!
//! With foreign keys on, dropping the old table would delete the rows that refer to it, and inside of a
//! transaction the pragma is ignored: the runner sees it at the head of the file, and turns them off before.

use migratory_analysis::schema::{Name, Schema, Table};
use migratory_core::sql::quotes::literal;

use super::affected::Way;
use super::definition::Definition;
use super::script::Script;
use super::sql::{fresh, listed, statement, written};

/// Why a table is rebuilt, at the head of the file.
const WHY: [&str; 3] = [
    "Not every SQLite can do that in place, so the table is rebuilt as its documentation says. Foreign",
    "keys are off meanwhile: with them on, dropping the old table would delete the rows that refer",
    "to it, or fail on them.",
];

const OFF: &str = "PRAGMA foreign_keys = OFF;";
const ON: &str = "PRAGMA foreign_keys = ON;";

/// The statements that make the table of one schema that of the other; `values` stand for columns that are
/// not copied as they are.
pub(super) fn rebuild(way: Way<'_>, table: &Name, values: &[(Name, String)]) -> Vec<String> {
    let (Some(old), Some(new)) = (way.from.tables.get(table), way.to.tables.get(table)) else {
        return Vec::new();
    };
    let way = Way { rebuilt: Some(table), ..way };
    let name = fresh(way.from, &format!("{table}_new"));
    let drops = way.drops();
    let mut blocks = vec![OFF.to_owned()];
    if !drops.is_empty() {
        let why = "-- What names the table would keep the new one from being renamed.";
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

/// Says at the head of a script why it rebuilds a table.
pub(super) fn explained(script: Script) -> Script {
    WHY.iter().fold(script, |script, line| script.line(*line))
}

/// The definition of a table, laid out as one writes it.
pub(super) fn create(sql: &str, name: &Name, table: &Name) -> String {
    match Definition::parse(sql) {
        Some(definition) => definition.create(name, table),
        None => statement(sql),
    }
}

/// AUTOINCREMENT gives out no id twice: the highest one is kept outside of the table.
fn high_water(name: &Name, table: &Name) -> String {
    format!(
        "-- The highest id that was ever given out goes along, so that none is given out twice.\n\
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

/// A name for the rowid of tables that have one under no column of theirs.
///
/// A copy that leaves it out gives the rows new ones, and an FTS index with external content, a trigger or another
/// table that holds them finds other rows then.
fn hidden_rowid(old: &Table, new: &Table) -> Option<&'static str> {
    let has_none = |table: &Table| table.is_without_rowid || table.rowid_alias().is_some();
    if has_none(old) || has_none(new) {
        return None;
    }
    let is_column = |name: &str| {
        let mut columns = old.columns.iter().chain(&new.columns);
        columns.any(|column| column.name == *name)
    };
    ["rowid", "_rowid_", "oid"].into_iter().find(|name| !is_column(name))
}

/// A schema in which the definition of a table is another one.
pub(super) fn redefined(schema: &Schema, table: &Name, definition: &Definition) -> Schema {
    let mut schema = schema.clone();
    if let Some(table) = schema.tables.get_mut(table) {
        table.sql = definition.create(&table.name, &table.name);
    }
    schema
}
