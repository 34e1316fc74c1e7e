//! NOT NULL is put on a column or taken off, by a rebuild.

use migratory_analysis::schema::{Column, Name, Schema, Table};

use super::affected::Way;
use super::definition::Definition;
use super::filling::filling;
use super::rebuild::{explained, rebuild, redefined};
use super::script::{Draft, Script};
use super::sql::written;
use super::{Ground, column};
use crate::failure::{Failure, Result};

/// A column, and the schema without and with its NOT NULL.
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

    /// With a value in the place of a NULL, or without.
    fn tighten(&self, filling: Option<&str>) -> Vec<String> {
        let way = Way { from: &self.loose, to: &self.strict, rebuilt: None };
        let filled = |value: &str| format!("COALESCE({}, {value})", written(&self.column.name));
        let values: Vec<_> =
            filling.map(|value| (self.column.name.clone(), filled(value))).into_iter().collect();
        rebuild(way, &self.table, &values)
    }

    /// What may be done about a NULL, the best first.
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
            let line = "A NULL becomes {value}: write another value, if that is not the right one.";
            return explained(Script::new(head, blocks).line(line.replace("{value}", value)));
        }
        let script = Script::new(head, blocks)
            .line("No value would do for each row that has none: this can be done if there are none, for")
            .line("the reason that is given here.");
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
            format!(
                "{place}a NULL becomes {value}: write another value, if that is not the right one"
            )
        }
        None => format!("{place}rows without a value are not provided for: say why there are none"),
    }
}

/// What can't be changed, or is so already.
fn refuse(table: &Table, column: &Column, is_required: bool) -> Result<()> {
    let subject = format!("`{}` of `{}`", column.name, table.name);
    if table.primary_key.contains(&column.name) {
        return Err(Failure::new(format!("{subject} is part of the primary key"))
            .because("whether it may be NULL follows from what the table is")
            .help("a new key is a new table: `--empty` writes the files without statements"));
    }
    if column.is_not_null == is_required {
        let is_so = if is_required { "NOT NULL" } else { "nullable" };
        return Err(
            Failure::new(format!("{subject} is {is_so} already")).help("nothing was written")
        );
    }
    Ok(())
}
