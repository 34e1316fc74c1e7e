//! Drops a table, a view, an index or a trigger.

use migratory_core::sql::lexer;
use migratory_rehearsal::schema::{Name, Schema, Table, TableKind};

use super::Ground;
use super::affected::{Way, readers};
use super::rebuild::create;
use super::script::{Draft, Script};
use super::sql::{mentions, statement, written};
use crate::failure::{Failure, Result};
use crate::scaffold::snake;

/// Drops the object, and whatever depends on it.
pub(super) fn dropped(ground: &Ground, name: &Name) -> Result<Vec<Draft>> {
    let before = &ground.schema;
    if let Some(table) = before.tables.get(name) {
        return dropped_table(before, table).map(|draft| vec![draft]);
    }
    let mut after = before.clone();
    if after.views.remove(name).is_some() {
        without_readers(&mut after, name);
    } else if after.indexes.remove(name).is_none() {
        after.triggers.remove(name);
    }
    let way = Way { from: before, to: &after, rebuilt: None };
    let up = Script::new(
        format!("Drops `{name}`, which has no rows of its own."),
        vec![way.drops().join("\n")],
    );
    let down = Script::new(format!("Creates `{name}` again."), way.back().creates());
    let notes = gone_too(before, &after, name);
    let certain = Draft { up, down: Some(down), notes };
    if !before.indexes.get(name).is_some_and(|index| index.is_unique) {
        return Ok(vec![certain]);
    }
    let mut assuming = certain.clone();
    assuming.down = assuming.down.map(|down| {
        down.line("This assumes that no rows are duplicates by then, for the reason given here.")
            .asking("assumes(no_duplicates)")
    });
    assuming.notes.push(
        "in the down, duplicate rows would fail: write why there are none, or delete them first"
            .to_owned(),
    );
    Ok(vec![certain, assuming])
}

fn dropped_table(before: &Schema, table: &Table) -> Result<Draft> {
    let name = &table.name;
    refuse(before, name)?;
    let mut after = before.clone();
    after.tables.remove(name);
    after.indexes.retain(|index| index.table != *name);
    after.triggers.retain(|trigger| trigger.table != *name);
    without_readers(&mut after, name);
    let way = Way { from: before, to: &after, rebuilt: None };
    let mut notes = gone_too(before, &after, name);
    let mut drops = way.drops();
    drops.push(format!("DROP TABLE {};", written(name)));
    let mut up = Script::new(format!("Drops `{name}`."), vec![drops.join("\n")]);
    if !is_derived(table) {
        up = up.line("Its rows are lost, for the reason given here.").asking("allow(drop_table)");
        notes.insert(0, format!("all rows of `{name}` are lost: write the reason"));
    }
    let mut blocks = vec![create(table.sql.as_str(), name, name)];
    if table.kind != TableKind::Ordinary {
        blocks = vec![statement(&table.sql)];
    }
    blocks.extend(way.back().creates());
    if is_derived(table) {
        let written = written(name);
        blocks.push(format!("INSERT INTO {written} ({written}) VALUES ('rebuild');"));
    }
    let down = Script::new(
        format!("Creates `{name}` again{}.", if is_derived(table) { "" } else { ", without rows" }),
        blocks,
    );
    Ok(Draft { up, down: Some(down), notes })
}

/// Refuses a table that others reference.
fn refuse(schema: &Schema, name: &Name) -> Result<()> {
    let children = schema.tables.values().filter(|it| it.name != *name);
    let mut keys =
        children.flat_map(|child| child.foreign_keys.iter().map(move |key| (child, key)));
    let Some((child, key)) = keys.find(|(_, key)| key.parent == *name) else { return Ok(()) };
    let column = key.columns.first().map_or("..", Name::as_str);
    let first = match &child.name {
        child_name if child.primary_key.iter().any(|it| *it == *column) => {
            format!("drop_{child_name}")
        }
        child_name => format!("drop_{column}_from_{child_name}"),
    };
    Err(Failure::new(format!("can't drop `{name}` while `{}` references it", child.name))
        .because(format!("its column `{column}` is a foreign key"))
        .help(format!("drop that first: `cargo migratory new {}`", snake(&first))))
}

/// Whether it is a full-text index over another table, from which it can be rebuilt.
fn is_derived(table: &Table) -> bool {
    let TableKind::Virtual(module) = &table.kind else { return false };
    let tokens: Vec<_> = lexer::meaningful(&table.sql).collect();
    let has_content = tokens.windows(3).any(|three| {
        three[0].is_word("content") && three[1].text == "=" && !three[2].unquoted().is_empty()
    });
    has_content && ["fts5", "fts4"].iter().any(|fts| module.eq_ignore_ascii_case(fts))
}

/// Removes the views that read a table or view, and the triggers that name any of these.
pub(super) fn without_readers(schema: &mut Schema, name: &Name) {
    let mut gone = readers(schema, name);
    schema.views.retain(|view| !gone.contains(&view.name));
    gone.insert(name.clone());
    schema.triggers.retain(|trigger| {
        !gone.contains(&trigger.table) && !gone.iter().any(|gone| mentions(&trigger.sql, gone))
    });
}

/// Notes on what is dropped along with the object.
pub(super) fn gone_too(before: &Schema, after: &Schema, name: &Name) -> Vec<String> {
    let views = before.views.keys().filter(|it| *it != name && !after.views.contains_key(it));
    let triggers = before.triggers.values().filter(|it| {
        it.table != *name && it.name != *name && !after.triggers.contains_key(&it.name)
    });
    let views = views.map(|name| format!("the view `{name}`"));
    let triggers = triggers.map(|it| format!("the trigger `{}`", it.name));
    let note = |what| {
        format!("{what} is dropped too: create it again at the end of the up if it is still needed")
    };
    views.chain(triggers).map(note).collect()
}
