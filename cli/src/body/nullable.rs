//! Adds or removes a column's NOT NULL, by a rebuild.

use migratory_rehearsal::schema::{Column, Name, Schema, Table};

use super::affected::Way;
use super::definition::Definition;
use super::filling::filling;
use super::rebuild::{explained, rebuild, redefined};
use super::script::{Draft, Script};
use super::sql::written;
use super::{Ground, column};
use crate::failure::{Failure, Result};

/// A column, and the schemas without and with its NOT NULL.
struct Sides {
    table: Name,
    column: Column,
    loose: Schema,
    strict: Schema,
}

impl Sides {
    fn new(ground: &Ground, table: &Name, column: &Name, is_required: bool) -> Result<Self> {
        let before = &ground.schema;
        let missing = || Failure::new(format!("there is no column `{column}` in `{table}`"));
        let old = before.tables.get(table).ok_or_else(missing)?;
        let old_column = old.column(column).ok_or_else(missing)?;
        refuse(old, old_column, is_required)?;
        let mut definition = Definition::parse(&old.sql).ok_or_else(missing)?;
        let at = definition.column(column).ok_or_else(missing)?;
        let item = &mut definition.items[at];
        item.text = if is_required {
            column::required(&item.text)
        } else {
            column::nullable(&item.text).ok_or_else(missing)?
        };
        let after = redefined(before, table, &definition);
        let (loose, strict) =
            if is_required { (before.clone(), after) } else { (after, before.clone()) };
        Ok(Self { table: table.clone(), column: old_column.clone(), loose, strict })
    }

    fn loosen(&self) -> Vec<String> {
        let way = Way { from: &self.strict, to: &self.loose, rebuilt: None };
        rebuild(way, &self.table, &[])
    }

    /// Adds NOT NULL, with a value for NULLs or without.
    fn tighten(&self, filling: Option<&str>) -> Vec<String> {
        let way = Way { from: &self.loose, to: &self.strict, rebuilt: None };
        let filled = |value: &str| format!("COALESCE({}, {value})", written(&self.column.name));
        let values: Vec<_> =
            filling.map(|value| (self.column.name.clone(), filled(value))).into_iter().collect();
        rebuild(way, &self.table, &values)
    }

    /// The values for NULLs to try, the best first.
    fn fillings(&self, ground: &Ground) -> Vec<Option<String>> {
        let table = ground.schema.tables.get(&self.table);
        let filling = table.and_then(|table| filling(ground, table, &self.column));
        filling.map(Some).into_iter().chain([None]).collect()
    }

    fn subject(&self) -> String {
        format!("`{}` of `{}`", self.column.name, self.table)
    }

    fn loosened(&self, head: String) -> Script {
        explained(Script::new(head, self.loosen()))
    }

    fn tightened(&self, head: String, filling: Option<&str>) -> Script {
        let blocks = self.tighten(filling);
        if let Some(value) = filling {
            let line = "NULL becomes {value}: write another value if this one is wrong.";
            return explained(Script::new(head, blocks).line(line.replace("{value}", value)));
        }
        let script = Script::new(head, blocks)
            .line("No value would suit all rows with NULL: this assumes there are none, for the reason given")
            .line("here.");
        explained(script).asking("assumes(no_nulls)")
    }
}

pub(super) fn nullable(ground: &Ground, table: &Name, column: &Name) -> Result<Vec<Draft>> {
    let sides = Sides::new(ground, table, column, false)?;
    let subject = sides.subject();
    let draft = |filling: Option<&str>| Draft {
        up: sides.loosened(format!("Makes {subject} nullable.")),
        down: Some(sides.tightened(format!("Makes {subject} required again."), filling)),
        notes: vec![note("in the down, ", filling)],
    };
    Ok(sides.fillings(ground).iter().map(|value| draft(value.as_deref())).collect())
}

pub(super) fn required(ground: &Ground, table: &Name, column: &Name) -> Result<Vec<Draft>> {
    let sides = Sides::new(ground, table, column, true)?;
    let subject = sides.subject();
    let draft = |filling: Option<&str>| Draft {
        up: sides.tightened(format!("Makes {subject} required."), filling),
        down: Some(sides.loosened(format!("Makes {subject} nullable again."))),
        notes: vec![note("", filling)],
    };
    Ok(sides.fillings(ground).iter().map(|value| draft(value.as_deref())).collect())
}

fn note(place: &str, filling: Option<&str>) -> String {
    match filling {
        Some(value) => {
            format!("{place}NULL becomes {value}: write another value if this one is wrong")
        }
        None => format!("{place}rows with NULL would fail: write why there are none"),
    }
}

/// Refuses what can't be changed, or needs no change.
fn refuse(table: &Table, column: &Column, is_required: bool) -> Result<()> {
    let subject = format!("`{}` of `{}`", column.name, table.name);
    if table.primary_key.contains(&column.name) {
        return Err(Failure::new(format!("{subject} is part of the primary key"))
            .because("its NOT NULL depends on the kind of table")
            .help("a new key means a new table; `--empty` writes the files without statements"));
    }
    if column.is_not_null == is_required {
        let is_so = if is_required { "NOT NULL" } else { "nullable" };
        return Err(
            Failure::new(format!("{subject} is already {is_so}")).help("nothing was written")
        );
    }
    Ok(())
}
