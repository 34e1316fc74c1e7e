//! Finds the columns that a copy into a replacement table renames.

use migratory_core::sql::lexer::{Kind, Token};

use super::copy::{Copy, Value};
use super::lineage::{END, Lineage, Rebuild};
use super::{Facts, phrase};
use crate::schema::{Name, TableKind};

/// A column that has another name in the table that replaces its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RenamedColumn {
    pub(crate) table: Name,
    pub(crate) from: Name,
    pub(crate) to: Name,
}

/// The first words of an expression that gives the value of its column another form, or names
/// those that it replaces.
const FORMS: [&str; 8] = ["cast", "lower", "upper", "nullif", "coalesce", "ifnull", "iif", "case"];

/// Returns the columns that an up renames in its copies, if no down shows what the values are worth.
pub(crate) fn renamed_columns(facts: &Facts<'_>) -> Vec<RenamedColumn> {
    if !facts.is_up || facts.is_returned || !facts.is_complete() {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let rebuilds = lineage.rebuilds(facts);
    rebuilds.iter().flat_map(|rebuild| of_rebuild(facts, &lineage, rebuild)).collect()
}

fn of_rebuild(facts: &Facts<'_>, lineage: &Lineage, rebuild: &Rebuild<'_>) -> Vec<RenamedColumn> {
    let Rebuild { old, new, dropped, .. } = rebuild;
    let Some(until) = dropped.filter(|_| old.kind == TableKind::Ordinary) else {
        return Vec::new();
    };
    let mut renamed: Vec<RenamedColumn> = Vec::new();
    for (at, statement) in facts.done().take_while(|(at, _)| *at < until) {
        let Some(copy) = Copy::parse(facts.text(statement)) else { continue };
        let is_copy = lineage.name(&old.name, 0, at) == Some(&copy.source)
            && lineage.name(&copy.target, at + 1, END) == Some(&old.name);
        if !is_copy {
            continue;
        }
        for (from, to) in pairs(&copy, rebuild) {
            let is_new = old.column(&to).is_none() && new.column(&to).is_some();
            let is_gone = old.column(&from).is_some() && new.column(&from).is_none();
            let is_known = renamed.iter().any(|it| it.from == from || it.to == to);
            if is_new && is_gone && !is_known {
                renamed.push(RenamedColumn { table: old.name.clone(), from, to });
            }
        }
    }
    renamed
}

/// Returns the columns of the old table, each with the one that takes its value.
fn pairs(copy: &Copy<'_>, rebuild: &Rebuild<'_>) -> Vec<(Name, Name)> {
    let into = copy.columns.clone().unwrap_or_else(|| rebuild.new.stored());
    let values = copy.values(&rebuild.old.stored());
    let pair = |(value, to): (&Value<'_>, Name)| {
        let from = match value.column() {
            Some(column) => column.clone(),
            None => of_form(copy.expression(&to)?, rebuild)?,
        };
        Some((from, to))
    };
    values.iter().zip(into).filter_map(pair).collect()
}

/// Returns the only column of the old table in an expression that gives its value another form.
fn of_form(tokens: &[Token<'_>], rebuild: &Rebuild<'_>) -> Option<Name> {
    tokens.first().filter(|first| phrase::any(first, &FORMS))?;
    let names = tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Name));
    let mut columns = names
        .map(|token| Name::new(token.unquoted()))
        .filter(|name| rebuild.old.column(name).is_some());
    let first = columns.next()?;
    columns.all(|column| column == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    /// Writes which columns a rebuild of `t` renames.
    fn renamed(columns: &str, copy: &str) -> String {
        let before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);";
        let script = format!(
            "CREATE TABLE n ({columns}); INSERT INTO n {copy} FROM t; DROP TABLE t; \
             ALTER TABLE n RENAME TO t;"
        );
        harness::with_facts(before, &script, |facts| {
            let renamed = renamed_columns(facts).into_iter();
            let told: Vec<_> =
                renamed.map(|it| format!("{}.{}>{}", it.table, it.from, it.to)).collect();
            told.join(" ")
        })
    }

    #[test]
    fn a_column_with_a_new_name_takes_the_value_of_one_without() {
        for (columns, copy, expected) in [
            ("id, x, b", "SELECT id, a, b", "t.a>x"),
            ("id, x, b", "SELECT *", "t.a>x"),
            ("id, x, y", "(id, y, x) SELECT id, a, b", "t.a>y t.b>x"),
            ("id, x, b", "(id, x, b) SELECT id, CAST(a AS INTEGER), b", "t.a>x"),
            ("id, x, b", "(id, x, b) SELECT id, CASE a WHEN 'p' THEN 1 END, b", "t.a>x"),
            ("id, x, b", "(id, x, b) SELECT id, coalesce(a, b), b", ""),
            ("id, x, b", "(id, x, b) SELECT id, 1 - a, b", ""),
            ("id, x, a, b", "(id, x, a, b) SELECT id, lower(a), a, b", ""),
            ("id, a, b", "SELECT id, b, a", ""),
        ] {
            assert_eq!(renamed(columns, copy), expected, "{columns} {copy}");
        }
    }
}
