//! Parses a subquery that gives a value.

use migratory_core::sql::lexer::Token;
use migratory_core::sql::parens;

use super::super::phrase;
use super::super::update::{Update, position};
use crate::schema::{Name, Schema, Table};

/// Functions and words that replace a NULL by something else.
const GUARDS: [&str; 7] = ["coalesce", "ifnull", "iif", "if", "exists", "in", "nullif"];
/// Operators whose result is not NULL, and expressions in which the author decides.
const DECIDING: [&str; 6] = ["case", "is", "isnull", "notnull", "exists", "in"];
/// Aggregates that return a value even for no rows.
const NEVER_NULL: [&str; 2] = ["count", "total"];
const AGGREGATES: [&str; 6] = ["sum", "avg", "max", "min", "group_concat", "string_agg"];

/// `(SELECT ..)`, including its parentheses.
pub(super) struct Subquery<'u, 'a> {
    tokens: &'u [Token<'a>],
}

impl<'u, 'a> Subquery<'u, 'a> {
    /// Returns the first subquery of a value that makes the value NULL if it finds nothing.
    pub(super) fn that_nulls(value: &'u [Token<'a>]) -> Option<Self> {
        let mut guards: Vec<bool> = Vec::new();
        if parens::outer(value).any(|(_, token)| phrase::any(token, &DECIDING)) {
            return None;
        }
        for (at, token) in value.iter().enumerate() {
            match token.text {
                "(" => {
                    let is_query = value.get(at + 1).is_some_and(|it| it.is_word("select"));
                    let before = at.checked_sub(1).and_then(|at| value.get(at));
                    let is_guard = before.is_some_and(|it| phrase::any(it, &GUARDS));
                    if is_query && !is_guard && !guards.contains(&true) {
                        let close = parens::closing(value, at);
                        return Some(Self { tokens: value.get(at..=close)? });
                    }
                    guards.push(is_guard || is_query);
                }
                ")" => drop(guards.pop()),
                _ => {}
            }
        }
        None
    }

    /// Whether there may be rows of the table for which it finds nothing.
    pub(super) fn may_miss(&self, schema: &Schema, table: &Table, update: &Update<'_>) -> bool {
        let inner = self.inner();
        let has_condition = position(inner, &["from"]).is_some()
            && position(inner, &["where", "on", "using", "having"]).is_some();
        has_condition
            && !self.is_never_null()
            && self.is_correlated(schema, table, update)
            && !self.is_bound_by_key(table, update)
    }

    /// Returns its text in the statement.
    pub(super) fn text<'t>(&self, statement: &'t str) -> &'t str {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => statement.get(first.start..last.end()).unwrap_or_default(),
            _ => "",
        }
    }

    /// Whether it returns a row even if it finds none.
    pub(super) fn is_aggregate(&self) -> bool {
        let (inner, list) = (self.inner(), self.list());
        let calls = |names: &[&str]| {
            list.windows(2).any(|pair| phrase::any(&pair[0], names) && pair[1].text == "(")
        };
        position(inner, &["group"]).is_none() && (calls(&AGGREGATES) || calls(&NEVER_NULL))
    }

    /// Whether its aggregate counts, or it names a value for nothing.
    fn is_never_null(&self) -> bool {
        let list = self.list();
        let is_first = |names: &[&str]| list.first().is_some_and(|it| phrase::any(it, names));
        self.is_aggregate()
            && (is_first(&["coalesce", "ifnull"])
                || (is_first(&NEVER_NULL) && parens::closing(list, 1) + 1 == list.len()))
    }

    fn inner(&self) -> &'u [Token<'a>] {
        self.tokens.get(1..self.tokens.len().saturating_sub(1)).unwrap_or_default()
    }

    /// Returns the tokens between SELECT and FROM.
    fn list(&self) -> &'u [Token<'a>] {
        let inner = self.inner();
        let end = position(inner, &["from"]).unwrap_or(inner.len());
        inner.get(1..end).unwrap_or_default()
    }

    /// Whether it depends on the row that is updated.
    fn is_correlated(&self, schema: &Schema, table: &Table, update: &Update<'_>) -> bool {
        let inner = self.inner();
        let outer = update.alias.as_ref().unwrap_or(&update.table);
        let sources = || inner.iter().filter_map(|it| schema.tables.get(&name(it)));
        let in_source = |column: &Name| {
            sources().any(|it| it.name != table.name && it.column(column).is_some())
        };
        inner.iter().enumerate().any(|(at, token)| {
            if !phrase::is_name(token) {
                return false;
            }
            let is_next = |text| inner.get(at + 1).is_some_and(|it: &Token<'_>| it.text == text);
            let is_qualified = at > 0 && inner[at - 1].text == ".";
            if is_next(".") {
                return name(token) == *outer;
            }
            let word = name(token);
            !is_qualified && !is_next("(") && table.column(&word).is_some() && !in_source(&word)
        })
    }

    /// Whether a foreign key guarantees a row: `WHERE parent.id = child.parent`, with a column that
    /// is never NULL; or the subquery finds the updated row itself.
    fn is_bound_by_key(&self, table: &Table, update: &Update<'_>) -> bool {
        let inner = self.inner();
        let (Some(from), Some(filter)) = (position(inner, &["from"]), position(inner, &["where"]))
        else {
            return false;
        };
        let (source, alias) = match &inner[from + 1..filter] {
            [source] => (name(source), name(source)),
            [source, alias] => (name(source), name(alias)),
            [source, by, alias] if by.is_word("as") => (name(source), name(alias)),
            _ => return false,
        };
        let outer = update.alias.as_ref().unwrap_or(&update.table);
        let condition = &inner[filter + 1..];
        let Some(equals) = condition.iter().position(|token| token.text == "=") else {
            return false;
        };
        let sides = [&condition[..equals], &condition[equals + 1..]].map(column);
        let [Some(one), Some(other)] = sides else { return false };
        let of = |side: &(Option<Name>, Name), table: &Name| side.0.as_ref() == Some(table);
        let (own, theirs) =
            if of(&one, outer) || of(&other, &alias) { (one, other) } else { (other, one) };
        if own.0.as_ref().is_some_and(|it| it != outer)
            || theirs.0.as_ref().is_some_and(|it| *it != alias)
        {
            return false;
        }
        let is_never_null = table.column(&own.1).is_some_and(|column| column.is_not_null);
        let is_key = table.foreign_keys.iter().any(|key| {
            key.columns == [own.1.clone()]
                && key.parent == source
                && (key.parent_columns.is_empty() || key.parent_columns == [theirs.1.clone()])
        });
        is_never_null && (is_key || (source == table.name && own.1 == theirs.1))
    }
}

/// Reads `column` or `table.column`.
fn column(tokens: &[Token<'_>]) -> Option<(Option<Name>, Name)> {
    match tokens {
        [column] if phrase::is_name(column) => Some((None, name(column))),
        [table, dot, column] if dot.text == "." => Some((Some(name(table)), name(column))),
        _ => None,
    }
}

fn name(token: &Token<'_>) -> Name {
    Name::new(token.unquoted())
}
