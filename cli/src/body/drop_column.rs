//! Drops a column: in place, or by a rebuild where SQLite can't.

use migratory_core::sql::lexer;
use migratory_rehearsal::schema::{Column, Name, Schema, Table};

use super::Ground;
use super::affected::Way;
use super::column::without_checks_of;
use super::definition::{Definition, Item};
use super::filling::filling;
use super::object::{gone_too, without_readers};
use super::rebuild::{explained, rebuild, redefined};
use super::script::{Draft, Script};
use super::sql::{mentions, written};
use super::users::{Users, not_waiting_for, undone};
use crate::failure::{Failure, Result};

/// The first SQLite with DROP COLUMN.
const DROP_COLUMN: i32 = 3_035_000;

/// The column to drop.
struct Gone<'a> {
    before: &'a Schema,
    after: Schema,
    table: &'a Name,
    column: &'a Column,
    /// Its definition.
    text: String,
    /// Whether constraints of other columns or of the table are dropped with it.
    takes_others: bool,
    is_last: bool,
}

pub(super) fn drafts(ground: &Ground, table: &Name, column: &Name) -> Result<Vec<Draft>> {
    let gone = Gone::new(ground, table, column)?;
    let (up, notes) = (gone.up(ground), gone.notes());
    let draft = |down: Script| Draft { up: up.clone(), down: Some(down), notes: notes.clone() };
    let mut drafts = Vec::new();
    let value = gone.value(ground);
    if value != Value::None && !gone.takes_others {
        drafts.push(draft(gone.added()));
    }
    match &value {
        Value::None => {}
        Value::Own => drafts.push(draft(gone.rebuilt(None))),
        Value::Same(value) => {
            let mut draft = draft(gone.rebuilt(Some(value)));
            if value != "NULL" {
                draft.notes.push(format!("in the down, every row gets {value}: {ANOTHER}"));
            }
            drafts.push(draft);
        }
    }
    let why = "No value would suit all rows that lost theirs, so this can't be rolled back.";
    let mut notes = notes.clone();
    notes.push("no value would suit all rows that lost theirs, so there is no down".to_owned());
    drafts.push(Draft { up: up.clone().line(why).asking("irreversible"), down: None, notes });
    Ok(drafts)
}

/// The values of the column after the down.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    /// SQLite computes it.
    Own,
    /// The same value in each row.
    Same(String),
    /// No value would be valid.
    None,
}

const ANOTHER: &str = "write another value if this one is wrong";

impl<'a> Gone<'a> {
    fn new(ground: &'a Ground, table: &'a Name, column: &Name) -> Result<Self> {
        let before = &ground.schema;
        let found = before.tables.get(table).and_then(|it| Some((it, it.column(column)?)));
        let missing = || Failure::new(format!("there is no column `{column}` in `{table}`"));
        let (definition, column) = found.ok_or_else(missing)?;
        refuse(before, definition, column)?;
        let mut text = Definition::parse(&definition.sql).ok_or_else(missing)?;
        let at = text.column(&column.name).ok_or_else(missing)?;
        let item = text.items.remove(at);
        let takes_others = take_constraints(&mut text, &column.name);
        let users = Users::of(&ground.conn, before, table, &column.name);
        let mut after = redefined(before, table, &text);
        without(&mut after, table, &column.name, &users);
        let is_last = definition.columns.last() == Some(column);
        Ok(Self { before, after, table, column, text: item.text, takes_others, is_last })
    }

    fn way(&self) -> Way<'_> {
        Way { from: self.before, to: &self.after, rebuilt: None }
    }

    fn up(&self, ground: &Ground) -> Script {
        let in_place = self.in_place();
        let works = ground.has(DROP_COLUMN)
            && undone(&ground.conn, |conn| conn.execute_batch(&in_place.join("\n"))).is_ok();
        let head = format!("Drops `{}` from `{}`.", self.column.name, self.table);
        let script = if works {
            Script::new(head, in_place)
        } else {
            explained(Script::new(head, rebuild(self.way(), self.table, &[])))
        };
        if self.column.generated.is_some() {
            return script;
        }
        script.line("Its values are lost, for the reason given here.").asking("allow(drop_column)")
    }

    fn in_place(&self) -> Vec<String> {
        let mut drops = self.way().drops();
        let (table, column) = (written(self.table), written(&self.column.name));
        drops.push(format!("ALTER TABLE {table} DROP COLUMN {column};"));
        let mut blocks = vec![drops.join("\n")];
        blocks.extend(self.way().creates());
        blocks
    }

    /// Returns the down that adds the column in place.
    fn added(&self) -> Script {
        let mut drops = self.way().back().drops();
        drops.push(format!("ALTER TABLE {} ADD COLUMN {};", written(self.table), self.text));
        let mut blocks = vec![drops.join("\n")];
        blocks.extend(self.way().back().creates());
        let script = Script::new(self.again(), blocks);
        if self.is_last {
            return script;
        }
        script.line("ADD COLUMN puts it last, which matters only to `SELECT *`.")
    }

    /// Returns the down that rebuilds the table, which can give each row a value.
    fn rebuilt(&self, value: Option<&str>) -> Script {
        let values = value.map(|value| (self.column.name.clone(), value.to_owned()));
        let values: Vec<_> = values.into_iter().collect();
        let blocks = rebuild(self.way().back(), self.table, &values);
        let script = explained(Script::new(self.again(), blocks));
        match value.filter(|value| *value != "NULL") {
            Some(value) => script.line(format!("Every row gets {value}: {ANOTHER}.")),
            None => script,
        }
    }

    fn again(&self) -> String {
        let without = if self.column.generated.is_some() { "" } else { ", without its values" };
        format!("Adds `{}` to `{}` again{without}.", self.column.name, self.table)
    }

    fn value(&self, ground: &Ground) -> Value {
        let column = self.column;
        if column.generated.is_some() {
            return Value::Own;
        }
        let null = (!column.is_not_null).then(|| "NULL".to_owned());
        let table = self.before.tables.get(self.table);
        let wanted = column.is_not_null || column.default.is_some();
        let value = table.filter(|_| wanted).and_then(|table| filling(ground, table, column));
        value.or(null).map_or(Value::None, Value::Same)
    }

    /// Returns what the author should know: what is lost, and what is dropped along with it.
    fn notes(&self) -> Vec<String> {
        let lost = format!("all values of `{}` are lost: write the reason", self.column.name);
        let own = self.before.triggers.values().filter(|it| it.table == *self.table);
        let own = own.filter(|it| !self.after.triggers.contains_key(&it.name)).map(|it| {
            format!(
                "the trigger `{}` names the column and is dropped too: create it again at the end of the up if \
                 it is still needed",
                it.name
            )
        });
        let lost = self.column.generated.is_none().then_some(lost);
        lost.into_iter().chain(gone_too(self.before, &self.after, self.table)).chain(own).collect()
    }
}

/// Refuses changes that even a rebuild can't make.
fn refuse(schema: &Schema, table: &Table, column: &Column) -> Result<()> {
    let (name, of) = (&column.name, &table.name);
    let failure = |cause: String| {
        Err(Failure::new(format!("can't drop `{name}` from `{of}`")).because(cause))
    };
    let by_hand = "`--empty` writes the files without statements";
    if table.primary_key.contains(name) {
        return failure(
            "it is part of the primary key, and nothing says what the new key would be".to_owned(),
        )
        .map_err(|failure| failure.help(by_hand));
    }
    if table.columns.iter().filter(|it| it.generated.is_none()).count() == 1
        && column.generated.is_none()
    {
        return failure("it is the only column".to_owned()).map_err(|failure| {
            failure.help(format!("drop the table: `cargo migratory new drop_{of}`"))
        });
    }
    let mut others = table.columns.iter().filter(|it| it.name != *name);
    let computed = others.find(|it| it.generated.as_ref().is_some_and(|sql| mentions(sql, name)));
    if let Some(computed) = computed {
        return failure(format!("`{}` is computed from it", computed.name)).map_err(|failure| {
            failure.help(format!(
                "drop that first: `cargo migratory new drop_{}_from_{of}`",
                computed.name
            ))
        });
    }
    let child = schema.tables.values().find(|child| {
        child.foreign_keys.iter().any(|key| key.parent == *of && key.parent_columns.contains(name))
    });
    if let Some(child) = child {
        return failure(format!("a foreign key of `{}` references it", child.name))
            .map_err(|failure| failure.help(by_hand));
    }
    Ok(())
}

/// Removes the constraints that name the column. Returns whether there were any.
fn take_constraints(definition: &mut Definition, column: &Name) -> bool {
    let count = definition.items.len();
    definition.items.retain(|item| item.column().is_some() || !constrains(item, column));
    let mut takes = definition.items.len() < count;
    for item in &mut definition.items {
        let text = without_checks_of(&item.text, column);
        takes |= text != item.text;
        item.text = text;
    }
    takes
}

/// Whether a table constraint is about the column; a parent's columns are different ones.
fn constrains(item: &Item, column: &Name) -> bool {
    let parent = lexer::meaningful(&item.text).find(|token| token.is_word("REFERENCES"));
    let own = parent.and_then(|token| item.text.get(..token.start)).unwrap_or(&item.text);
    mentions(own, column)
}

/// Removes what uses the column; a trigger that lists it among others in UPDATE OF keeps the others.
fn without(schema: &mut Schema, table: &Name, column: &Name, users: &Users) {
    if let Some(table) = schema.tables.get_mut(table) {
        table.columns.retain(|it| it.name != *column);
    }
    schema.indexes.retain(|index| !users.indexes.contains(&index.name));
    for name in &users.triggers {
        let Some(trigger) = schema.triggers.get_mut(name) else { continue };
        match not_waiting_for(&trigger.sql, column) {
            Some(sql) => trigger.sql = sql,
            None => drop(schema.triggers.remove(name)),
        }
    }
    for name in &users.views {
        schema.views.remove(name);
        without_readers(schema, name);
    }
}
