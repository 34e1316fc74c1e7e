//! Finds rowids by which a view finds rows, and those that it shows.

use std::collections::BTreeMap;

use migratory_core::sql::lexer::{self, Kind, Token};

use super::{is_rowid, may_mention};
use crate::mention::Mention;
use crate::schema::{Name, Schema, View};

/// The words that may follow a table in FROM and are not its alias.
const AFTER: [&str; 17] = [
    "on",
    "using",
    "join",
    "left",
    "right",
    "full",
    "inner",
    "outer",
    "cross",
    "natural",
    "where",
    "group",
    "order",
    "limit",
    "union",
    "except",
    "intersect",
];

/// Returns the tables whose rows a view finds by rowid, with a description: their rowids are stored
/// in another table.
pub(super) fn holds(view: &View, schema: &Schema) -> Vec<(Name, Mention)> {
    if !may_mention(&view.sql) {
        return Vec::new();
    }
    let tokens: Vec<_> = lexer::meaningful(&view.sql).collect();
    let tables = named(&tokens, schema);
    let joins = tokens.windows(7).filter(|seven| matches!(seven[3].text, "=" | "=="));
    let sides = joins.flat_map(|seven| [(&seven[..3], &seven[4..]), (&seven[4..], &seven[..3])]);
    let found = sides.filter_map(|(side, other)| {
        let is_joined = is_column(side) && is_column(other) && is_rowid(&side[2]);
        tables.get(&Name::new(side[0].unquoted())).filter(|_| is_joined)
    });
    let empty_run = |table: &Name| {
        let text = format!("the view `{}` finds rows of `{table}` by rowid", view.name);
        Mention::new(text, [&view.name, table])
    };
    found.map(|table| (table.clone(), empty_run(table))).collect()
}

/// Matches `table.column`.
fn is_column(three: &[Token<'_>]) -> bool {
    is_name(&three[0]) && three[1].text == "." && is_name(&three[2])
}

/// Returns the tables that a view reads, by the names it uses for them.
fn named(tokens: &[Token<'_>], schema: &Schema) -> BTreeMap<Name, Name> {
    let mut names = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| is_name(token)) {
        let table = Name::new(token.unquoted());
        if !schema.tables.contains_key(&table) {
            continue;
        }
        let next = &tokens[at + 1..];
        let next = if next.first().is_some_and(|it| it.is_word("as")) { &next[1..] } else { next };
        let is_other = |it: &&Token<'_>| is_name(it) && !AFTER.iter().any(|word| it.is_word(word));
        if let Some(other) = next.first().filter(is_other) {
            names.insert(Name::new(other.unquoted()), table.clone());
        }
        names.entry(table.clone()).or_insert(table);
    }
    names
}

/// Returns the column in which a view shows a rowid.
pub(super) fn rowid(view: &View) -> Option<Name> {
    let tokens: Vec<_> = lexer::meaningful(&view.sql).collect();
    let select = tokens.iter().position(|token| token.is_word("select"))?;
    let listed = tokens[select..].iter().take_while(|token| !token.is_word("from"));
    let listed: Vec<_> = listed.collect();
    let at = listed.iter().position(|token| is_rowid(token))?;
    let next = listed[at + 1..].iter().find(|token| !token.is_word("as"));
    let column = next.filter(|token| is_name(token)).unwrap_or(&listed[at]);
    Some(Name::new(column.unquoted()))
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Name)
}
