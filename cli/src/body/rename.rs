//! Renames a table or a column; SQLite updates most of what uses it.

use migratory_core::sql::lexer::{self, Kind};
use migratory_rehearsal::schema::{Name, Schema};
use migratory_runtime::rusqlite;

use super::Ground;
use super::affected::Way;
use super::script::{Draft, Script};
use super::sql::{bare, written};
use super::users::undone;
use crate::failure::{Failure, Result};

pub(super) fn column(ground: &Ground, table: &Name, from: &Name, to: &str) -> Result<Draft> {
    let before = &ground.schema;
    let new = Name::new(to);
    if before.tables.get(table).is_some_and(|table| table.column(&new).is_some()) {
        return Err(Failure::new(format!("`{table}` already has a column `{to}`"))
            .help("nothing was written; choose another name"));
    }
    let rename = |from: &Name, to: &Name| {
        format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {};",
            written(table),
            written(from),
            written(to)
        )
    };
    let (there, back) = (rename(from, &new), rename(&new, from));
    let after = rewritten(ground, from, &new, &there)?;
    let way = Way { from: before, to: &after, rebuilt: None };
    let blocks = |way: Way<'_>, statement: String| {
        let mut first = way.drops();
        first.push(statement);
        let mut blocks = vec![first.join("\n")];
        blocks.extend(way.creates());
        blocks
    };
    let head =
        format!("Renames `{from}` of `{table}` to `{to}`, in indexes, triggers and views too.");
    let up = Script::new(head, blocks(way, there));
    let head = format!("Renames `{to}` of `{table}` back to `{from}`.");
    let down = Script::new(head, blocks(way.back(), back));
    let changed = before.views.values().filter(|it| after.views.get(&it.name) != Some(it));
    let note = |name: &Name| {
        format!(
            "the view `{name}` is created again with `{to}` instead of `{from}`: check that it is right"
        )
    };
    Ok(Draft { up, down: Some(down), notes: changed.map(|it| note(&it.name)).collect() })
}

/// The schema with the changes that SQLite doesn't make itself: a view can read the column through another view, and
/// SQLite renames it only in the first one.
fn rewritten(ground: &Ground, from: &Name, to: &Name, rename: &str) -> Result<Schema> {
    let before = &ground.schema;
    let mut after = before.clone();
    for _ in 0..=before.views.len() + before.triggers.len() {
        let drops = Way { from: before, to: &after, rebuilt: None }.drops().join("\n");
        let sql = format!("{drops}\n{rename}");
        let Err(error) = undone(&ground.conn, |conn| conn.execute_batch(&sql)) else {
            return Ok(after);
        };
        if !change(&mut after, &error, from, to) {
            return Err(refused(from, &error));
        }
    }
    Ok(after)
}

/// Changes the view or trigger that the error names. Returns whether there was anything to change.
fn change(schema: &mut Schema, error: &rusqlite::Error, from: &Name, to: &Name) -> bool {
    let message = error.to_string();
    let Some((_, rest)) = message.split_once("error in ") else { return false };
    let Some((held, _)) = rest.split_once(" after rename").or_else(|| rest.split_once(':')) else {
        return false;
    };
    let Some((kind, name)) = held.split_once(' ') else { return false };
    let name = Name::from(name);
    let mut changed = false;
    let mut change = |sql: &mut String| {
        let text = renamed(sql, from, to);
        changed |= text != *sql;
        *sql = text;
    };
    if let Some(view) = schema.views.get_mut(&name).filter(|_| kind == "view") {
        change(&mut view.sql);
    }
    // The triggers of a view are dropped with it, so SQLite doesn't see them either.
    let is_it = |at: &Name, on: &Name| if kind == "view" { *on == name } else { *at == name };
    for trigger in schema.triggers.values_mut().filter(|it| is_it(&it.name, &it.table)) {
        change(&mut trigger.sql);
    }
    changed
}

fn refused(column: &Name, error: &rusqlite::Error) -> Failure {
    Failure::new(format!("can't rename `{column}`"))
        .because(error)
        .help("`--empty` writes the files without statements: drop what is in the way, then create it again")
}

/// Replaces a name in the text.
fn renamed(sql: &str, from: &Name, to: &Name) -> String {
    let parts = lexer::tokens(sql).map(|token| {
        let is_name = matches!(token.kind, Kind::Word | Kind::Name);
        if is_name && *from == *token.unquoted().as_ref() {
            written(to)
        } else {
            token.text.to_owned()
        }
    });
    parts.collect()
}

pub(super) fn table(ground: &Ground, from: &Name, to: &str) -> Result<Draft> {
    let (schema, name) = (&ground.schema, Name::new(to));
    let is_taken = schema.tables.contains_key(&name)
        || schema.views.contains_key(&name)
        || schema.indexes.contains_key(&name);
    if is_taken {
        return Err(Failure::new(format!("there is already a `{to}`"))
            .help("nothing was written; choose another name"));
    }
    let (old, new) = (written(from), bare(to));
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to};");
    let head = format!("Renames `{from}` to `{to}`, in foreign keys, triggers and views too.");
    let up = Script::new(head, vec![rename(&old, &new)]);
    let down = Script::new(format!("Renames `{to}` back to `{from}`."), vec![rename(&new, &old)]);
    Ok(Draft { up, down: Some(down), notes: Vec::new() })
}
