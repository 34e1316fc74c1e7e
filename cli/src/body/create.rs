//! Adds a table, a column or an index.

use migratory_rehearsal::schema::{Name, Schema};

use super::Ground;
use super::script::{Draft, Script};
use super::sql::{bare, fresh, written};
use crate::failure::{Failure, Result};

/// The first SQLite with STRICT.
const STRICT: i32 = 3_037_000;

pub(super) fn table(ground: &Ground, table: &str) -> Result<Draft> {
    let name = Name::new(table);
    if let Some(kind) = kind(&ground.schema, &name) {
        return Err(Failure::new(format!("there is already {kind} `{table}`"))
            .help("nothing was written; choose another name"));
    }
    let name = written(&name);
    let options = if ground.has(STRICT) { " STRICT" } else { "" };
    let create = format!(
        "-- Add the columns here, each after a comma, such as `name TEXT NOT NULL` or\n\
         -- `user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE`.\n\
         CREATE TABLE {name} (\n    id INTEGER PRIMARY KEY\n){options};"
    );
    Ok(Draft {
        up: Script::new(format!("Creates `{table}`."), vec![create]),
        down: Some(Script::new(format!("Drops `{table}`."), vec![format!("DROP TABLE {name};")])),
        notes: Vec::new(),
    })
}

fn kind(schema: &Schema, name: &Name) -> Option<&'static str> {
    let kinds = [
        ("a table", schema.tables.contains_key(name)),
        ("a view", schema.views.contains_key(name)),
        ("an index", schema.indexes.contains_key(name)),
    ];
    kinds.into_iter().find_map(|(kind, is_it)| is_it.then_some(kind))
}

pub(super) fn column(ground: &Ground, table: &Name, column: &str) -> Result<Draft> {
    let definition = ground.schema.tables.get(table);
    if definition.is_some_and(|table| table.column(&Name::new(column)).is_some()) {
        return Err(Failure::new(format!("`{table}` already has a column `{column}`"))
            .help("nothing was written; choose another name"));
    }
    let (altered, name) = (written(table), bare(column));
    let add = format!(
        "-- NOT NULL needs a DEFAULT for the existing rows: `TEXT NOT NULL DEFAULT ''`.\n\
         ALTER TABLE {altered} ADD COLUMN {name} TEXT;"
    );
    let drop = format!("ALTER TABLE {altered} DROP COLUMN {name};");
    Ok(Draft {
        up: Script::new(format!("Adds `{column}` to `{table}`."), vec![add]),
        down: Some(Script::new(format!("Drops `{column}` from `{table}`."), vec![drop])),
        notes: Vec::new(),
    })
}

pub(super) fn index(ground: &Ground, table: &Name, columns: &[Name]) -> Result<Draft> {
    let wanted: Vec<_> = columns.iter().cloned().map(Some).collect();
    let mut indexes = ground.schema.indexes.values();
    let same = indexes.find(|it| it.table == *table && it.columns == wanted && !it.is_partial);
    if let Some(same) = same {
        return Err(Failure::new(format!(
            "the index `{}` already covers these columns",
            same.name
        ))
        .help("nothing was written"));
    }
    let names: Vec<_> = columns.iter().map(Name::as_str).collect();
    let name = fresh(&ground.schema, &format!("{table}_by_{}", names.join("_and_")));
    let over: Vec<_> = columns.iter().map(written).collect();
    let create =
        format!("CREATE INDEX {} ON {} ({});", written(&name), written(table), over.join(", "));
    let drop = format!("DROP INDEX {};", written(&name));
    let of = names.join("`, `");
    Ok(Draft {
        up: Script::new(format!("Speeds up finding rows of `{table}` by `{of}`."), vec![create]),
        down: Some(Script::new(
            "Drops the index; queries return the same rows without it.",
            vec![drop],
        )),
        notes: Vec::new(),
    })
}
