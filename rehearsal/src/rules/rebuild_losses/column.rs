//! Finds what the columns of a rebuilt table have lost.
//!
//! A declaration that was replaced by another was changed on purpose. One that is missing was most
//! likely forgotten when the column was written again from memory.

use super::super::phrase;
use super::{Loss, Remedy};
use crate::schema::{Column, ColumnText, Definition, Name, Table};

/// Returns all losses of the columns that both tables have, except NOT NULL.
pub(super) fn all(old: &Table, new: &Table) -> Vec<Loss> {
    let [was, is] = [old, new].map(|table| Definition::parse(&table.sql));
    let mut losses = Vec::new();
    losses.extend(rowid_alias(old, new));
    for column in &old.columns {
        let Some(now) = new.column(&column.name) else { continue };
        let texts = (was.column(&column.name), is.column(&column.name));
        losses.extend(generated(column, now, texts.1));
        if now.generated.is_none() {
            losses.extend(default(column, now));
        }
        losses.extend(collation(column, now));
        losses.extend(on_null(&column.name, texts));
    }
    losses
}

/// Returns a lost NOT NULL with its DEFAULT, whose removal is the purpose of many a rebuild that is
/// written out.
pub(super) fn not_null(old: &Table, new: &Table) -> Vec<Loss> {
    let is_lost = |column: &&Column| {
        column.is_not_null
            && !old.primary_key.contains(&column.name)
            && new.column(&column.name).is_some_and(|now| !now.is_not_null)
    };
    let mut losses = Vec::new();
    for column in old.columns.iter().filter(is_lost) {
        losses.push(Loss::of_column(&column.name, "NOT NULL".to_owned()));
        losses.extend(lost_default(column));
    }
    losses
}

/// Returns a lost default. One that goes together with its NOT NULL stood for a missing value, as
/// NULL does now, which is the purpose of many a rebuild. `DEFAULT NULL` is the same as no default.
fn default(old: &Column, new: &Column) -> Option<Loss> {
    let is_loosened = old.is_not_null && !new.is_not_null;
    if new.default.is_some() || is_loosened {
        return None;
    }
    lost_default(old)
}

fn lost_default(old: &Column) -> Option<Loss> {
    let text = old.default.as_deref().filter(|text| !text.eq_ignore_ascii_case("null"))?;
    Some(Loss::of_column(&old.name, format!("DEFAULT {}", super::braced(text))))
}

fn collation(old: &Column, new: &Column) -> Option<Loss> {
    let is_lost = old.collation != *"BINARY" && new.collation == *"BINARY";
    is_lost.then(|| Loss::of_column(&old.name, format!("COLLATE {}", old.collation.written())))
}

/// Returns a lost expression of the column, or a lost STORED.
fn generated(old: &Column, new: &Column, text: Option<&ColumnText>) -> Option<Loss> {
    let expression = old.generated.as_deref()?;
    if new.generated.is_some() {
        let is_explicit = text.is_some_and(|text| text.is_virtual);
        let is_lost = old.is_stored && !new.is_stored && !is_explicit;
        return is_lost.then(|| Loss::of_column(&old.name, "STORED".to_owned()));
    }
    let stored = if old.is_stored { " STORED" } else { "" };
    let expression = super::one_line(expression);
    let text = format!("GENERATED ALWAYS AS ({expression}){stored}");
    let what = format!("`{text}` of `{}`", old.name);
    let names = phrase::names(&text).chain([old.name.clone()]).collect();
    Some(Loss { what, names, remedy: Remedy::Generated(old.name.clone(), text) })
}

/// Returns a lost conflict clause, as in `NOT NULL ON CONFLICT REPLACE`, if the NOT NULL is still
/// there.
fn on_null(column: &Name, (was, is): (Option<&ColumnText>, Option<&ColumnText>)) -> Option<Loss> {
    let (was, is) = (was?, is?);
    let is_lost = !was.on_null.is_empty() && is.on_null.is_empty() && is.is_not_null;
    let clause = was.on_null.trim().to_owned();
    is_lost.then(|| Loss {
        what: format!("`NOT NULL {clause}` of `{column}`"),
        names: vec![column.clone()],
        remedy: Remedy::Behind(format!("NOT NULL` of `{column}"), clause),
    })
}

/// Returns a lost rowid alias. `INTEGER PRIMARY KEY` is an alias of the rowid: never NULL, and
/// assigned if a row has no value. A key of another integer type, or with DESC, is not.
fn rowid_alias(old: &Table, new: &Table) -> Option<Loss> {
    let alias = old.rowid_alias()?;
    let now = new.column(&alias.name)?;
    let is_key = new.primary_key == [alias.name.clone()];
    let is_integer = now.declared.to_ascii_uppercase().contains("INT");
    let is_lost = is_key && is_integer && !new.is_without_rowid && new.rowid_alias().is_none();
    let text = format!("{} INTEGER PRIMARY KEY", alias.name.written());
    is_lost.then(|| Loss {
        what: format!("`INTEGER PRIMARY KEY` of `{}`", alias.name),
        names: vec![alias.name.clone()],
        remedy: Remedy::Declaration(
            alias.name.clone(),
            text,
            "with any other type, or with DESC, it accepts NULL and assigns no ids",
        ),
    })
}
