//! Parses an INSERT that copies rows from one table.

use std::ops::Range;

use migratory_core::sql::lexer::{Kind, Token};
use migratory_core::sql::parens;

use super::update::position;
use super::{columns, phrase, place};
use crate::schema::Name;

/// An `INSERT INTO .. SELECT .. FROM source`.
pub(crate) struct Copy<'a> {
    pub(crate) target: Name,
    /// The columns listed after the target.
    pub(crate) columns: Option<Vec<Name>>,
    items: Vec<Item<'a>>,
    pub(crate) source: Name,
}

/// An item between SELECT and FROM.
pub(crate) enum Item<'a> {
    /// `*`, and its token.
    All(Token<'a>),
    /// A plain column.
    Column(Name, Token<'a>),
    /// An expression.
    Other(Vec<Token<'a>>),
}

/// A value, with the column that it comes from.
pub(crate) struct Value<'a> {
    column: Option<Name>,
    token: Option<Token<'a>>,
    is_of_all: bool,
}

impl Value<'_> {
    /// Returns the column, if the value is a plain one.
    pub(crate) fn column(&self) -> Option<&Name> {
        self.column.as_ref()
    }
}

impl<'a> Copy<'a> {
    pub(crate) fn parse(statement: &'a str) -> Option<Self> {
        let tokens: Vec<_> = phrase::meaningful(statement).collect();
        let mut rest = tokens.as_slice();
        let first = rest.first()?;
        if !phrase::any(first, &["insert", "replace"]) {
            return None;
        }
        let into = rest.iter().position(|token| token.is_word("into"))?;
        rest = rest.get(into + 1..)?;
        let target = phrase::qualified(&mut rest)?;
        if rest.first()?.is_word("as") {
            rest = rest.get(2..)?;
        }
        let columns = parenthesised(&mut rest);
        if !rest.first()?.is_word("select") {
            return None;
        }
        rest = &rest[1..];
        let from = position(rest, &["from"])?;
        let items = items(&rest[..from]);
        rest = &rest[from + 1..];
        let source = phrase::qualified(&mut rest)?;
        is_alone(rest).then_some(Self { target, columns, items, source })
    }

    /// Returns the values of a row, with `*` expanded.
    pub(crate) fn values(&self, source: &[Name]) -> Vec<Value<'a>> {
        let mut values = Vec::new();
        for item in &self.items {
            match item {
                Item::All(token) => values.extend(source.iter().map(|column| Value {
                    column: Some(column.clone()),
                    token: Some(*token),
                    is_of_all: true,
                })),
                Item::Column(name, token) => values.push(Value {
                    column: Some(name.clone()),
                    token: Some(*token),
                    is_of_all: false,
                }),
                Item::Other(_) => {
                    values.push(Value { column: None, token: None, is_of_all: false });
                }
            }
        }
        values
    }

    /// Returns the expression for this column of the target; `None` if the column is copied
    /// unchanged, or if no columns are listed.
    pub(crate) fn expression(&self, column: &Name) -> Option<&[Token<'a>]> {
        let at = self.columns.as_ref()?.iter().position(|name| name == column)?;
        let has_all = self.items.iter().any(|item| matches!(item, Item::All(_)));
        match self.items.get(at)? {
            Item::Other(tokens) if !has_all => Some(tokens),
            _ => None,
        }
    }

    /// Whether a value is copied into a column other than its own.
    ///
    /// A plain column without a namesake in the target was renamed on purpose, and so was one where
    /// both sides list their columns.
    pub(crate) fn is_shifted(&self, value: &Value<'_>, target: &Name, into: &[Name]) -> bool {
        let Some(column) = value.column.as_ref().filter(|column| *column != target) else {
            return false;
        };
        value.is_of_all || (self.columns.is_none() && into.contains(column))
    }

    pub(crate) fn message(
        &self,
        start: usize,
        (value, target): (&Value<'_>, &Name),
    ) -> (String, Range<usize>) {
        let column = value.column.as_ref().map_or_else(String::new, Name::to_string);
        let range = value.token.map_or(start..start, |token| place(start, &token));
        let to = &self.target;
        let from = &self.source;
        let message = format!("this copies `{column}` of `{from}` into `{target}` of `{to}`");
        (message, range)
    }

    /// Returns the copy with its columns listed, if it only copies columns of its source.
    pub(crate) fn written_out(&self, from: &[Name], into: &[Name]) -> Option<String> {
        let [Item::All(_)] = self.items.as_slice() else { return None };
        let common: Vec<_> = into.iter().filter(|column| from.contains(column)).collect();
        let (target, source) = (self.target.written(), self.source.written());
        let names = columns(common.iter().copied());
        let is_whole = common.len() == from.len();
        is_whole.then(|| format!("INSERT INTO {target} ({names}) SELECT {names} FROM {source}"))
    }
}

/// Takes `(a, b)` off the front.
fn parenthesised(rest: &mut &[Token<'_>]) -> Option<Vec<Name>> {
    rest.first().filter(|token| token.text == "(")?;
    let close = rest.iter().position(|token| token.text == ")")?;
    let names = rest[1..close].iter().filter(|token| phrase::is_name(token));
    let names = names.map(|token| Name::new(token.unquoted())).collect();
    *rest = &rest[close + 1..];
    Some(names)
}

/// Returns the items of a SELECT.
fn items<'a>(tokens: &[Token<'a>]) -> Vec<Item<'a>> {
    let tokens = match tokens {
        [first, rest @ ..] if phrase::any(first, &["distinct", "all"]) => rest,
        _ => tokens,
    };
    parens::split(tokens).into_iter().map(item).collect()
}

fn item<'a>(tokens: &[Token<'a>]) -> Item<'a> {
    match tokens {
        [star] | [_, _, star] if star.text == "*" && !is_product(tokens) => Item::All(*star),
        [name] if matches!(name.kind, Kind::Word | Kind::Name) => {
            Item::Column(Name::new(name.unquoted()), *name)
        }
        [_, dot, name] if dot.text == "." && matches!(name.kind, Kind::Word | Kind::Name) => {
            Item::Column(Name::new(name.unquoted()), *name)
        }
        _ => Item::Other(tokens.to_vec()),
    }
}

fn is_product(tokens: &[Token<'_>]) -> bool {
    tokens.len() == 3 && tokens[1].text != "."
}

/// Whether no other source is joined to the first.
fn is_alone(rest: &[Token<'_>]) -> bool {
    let ends = ["where", "order", "limit", "group", "on", "returning", "having", "window"];
    let more = ["join", "cross", "natural", "left", "right", "inner", "full", "outer"];
    let until = rest.iter().position(|token| phrase::any(token, &ends)).unwrap_or(rest.len());
    let is_one = !rest[..until]
        .iter()
        .any(|token| token.text == "," || token.text == "(" || phrase::any(token, &more));
    let compound = ["union", "intersect", "except"];
    is_one && !rest.iter().any(|token| phrase::any(token, &compound))
}
