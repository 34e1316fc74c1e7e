//! Ignores differences in quotes: SQLite reads a double-quoted word as a text if nothing has that
//! name.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind};
use migratory_core::sql::names::ROWIDS;
use migratory_core::sql::normal;
use migratory_core::sql::quotes::literal;

use super::{Difference, Part};
use crate::schema::{Name, Schema};

/// Removes the differences that only change the quotes around texts.
pub(super) fn without(differences: Vec<Difference>, schemas: [&Schema; 2]) -> Vec<Difference> {
    let is_quoted =
        |it: &Difference| it.before.iter().chain(&it.after).any(|text| text.contains('"'));
    if !differences.iter().any(is_quoted) {
        return differences;
    }
    let names = names(schemas);
    let mut kept: Vec<Difference> = Vec::new();
    for difference in differences {
        let is_default = matches!(difference.part, Part::Default(_));
        let plain = |text: &Option<String>| Some(plain(text.as_ref()?, &names, is_default));
        let is_same =
            |one: &Option<String>, other: &Option<String>| match (plain(one), plain(other)) {
                (Some(one), Some(other)) => normal::is_same(&one, &other),
                _ => false,
            };
        if is_same(&difference.before, &difference.after) {
            continue;
        }
        // A constraint that is written differently shows as one that is lost and one that is new.
        let answers = |it: &Difference| {
            (it.object, &it.name, &it.part)
                == (difference.object, &difference.name, &difference.part)
                && ((it.before.is_none()
                    && difference.after.is_none()
                    && is_same(&difference.before, &it.after))
                    || (it.after.is_none()
                        && difference.before.is_none()
                        && is_same(&it.before, &difference.after)))
        };
        match kept.iter().position(answers) {
            Some(at) => drop(kept.remove(at)),
            None => kept.push(difference),
        }
    }
    kept
}

fn names(schemas: [&Schema; 2]) -> BTreeSet<Name> {
    let mut names: BTreeSet<Name> = ROWIDS.map(Name::from).into();
    for schema in schemas {
        names.extend(schema.tables.keys().chain(schema.views.keys()).cloned());
        let columns = schema.tables.values().flat_map(|table| &table.columns);
        names.extend(columns.map(|column| column.name.clone()));
    }
    names
}

/// Writes a text with `'x'` for each `"x"` that is not a name. After DEFAULT, none is a name.
fn plain(text: &str, names: &BTreeSet<Name>, is_default: bool) -> String {
    let aliases: BTreeSet<Name> = aliases(text);
    let is_text = |name: &Name| is_default || !(names.contains(name) || aliases.contains(name));
    let token = |token: lexer::Token<'_>| {
        let name = Name::new(token.unquoted());
        let is_quoted = token.kind == Kind::Name && token.text.starts_with('"');
        if is_quoted && is_text(&name) { literal(&token.unquoted()) } else { token.text.to_owned() }
    };
    lexer::tokens(text).map(token).collect()
}

/// Returns the aliases that a text declares with AS.
fn aliases(text: &str) -> BTreeSet<Name> {
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let named = tokens.windows(2).filter(|pair| pair[0].is_word("as"));
    named.map(|pair| Name::new(pair[1].unquoted())).collect()
}
