//! Reads which values a copy replaces explicitly: it names the old value and the new one.
//!
//! `CASE state WHEN 'new' THEN 'queued' ELSE state END` and `nullif(year, 0)` say as much as an
//! UPDATE whose WHERE names the old value. They say nothing about other values.

use migratory_core::sql::lexer::{Kind, Token};
use rusqlite::types::{Value, ValueRef};

use crate::rows::literals_in;
use crate::rules::Copy;
use crate::schema::Name;
use migratory_analysis::CheckedScript;

/// What an expression makes of the values of one column, as far as it names both.
#[derive(Debug)]
struct Mapping {
    column: Name,
    pairs: Vec<(Value, Value)>,
    /// What all other values become, if that is a single value distinct from these.
    rest: Option<Value>,
}

/// What a copy says about an old and a new value of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mapped {
    /// It does not name them.
    No,
    /// It names both: the first becomes the second.
    Named,
    /// All values that it does not name become the second. If there is only one such value, the
    /// result determines it.
    Rest,
}

/// Returns what the copies of a script into one of these tables make of a value, where they name
/// it.
pub(crate) fn mapped<'n>(
    script: &CheckedScript,
    tables: impl Iterator<Item = &'n Name> + Clone,
    columns: [&Name; 2],
    old: ValueRef<'_>,
) -> Vec<Value> {
    let pairs = mappings(script, tables, columns).flat_map(|mapping| mapping.pairs);
    pairs.filter(|(named, _)| is_it(named, old)).map(|(_, new)| new).collect()
}

/// Returns what the copies of a script say about two values.
pub(crate) fn says<'n>(
    script: &CheckedScript,
    tables: impl Iterator<Item = &'n Name> + Clone,
    columns: [&Name; 2],
    [old, new]: [ValueRef<'_>; 2],
) -> Mapped {
    let is_named = |mapping: &Mapping| {
        mapping.pairs.iter().any(|(from, to)| is_it(from, old) && is_it(to, new))
    };
    let is_rest = |mapping: &Mapping| {
        mapping.rest.as_ref().is_some_and(|rest| is_it(rest, new))
            && !mapping.pairs.iter().any(|(from, _)| is_it(from, old))
    };
    let all: Vec<_> = mappings(script, tables, columns).collect();
    if all.iter().any(is_named) {
        Mapped::Named
    } else if all.iter().any(is_rest) {
        Mapped::Rest
    } else {
        Mapped::No
    }
}

fn mappings<'n>(
    script: &CheckedScript,
    tables: impl Iterator<Item = &'n Name> + Clone,
    [from, to]: [&Name; 2],
) -> impl Iterator<Item = Mapping> {
    let copies = script.texts().filter_map(Copy::parse);
    let into = copies.filter(move |copy| tables.clone().any(|table| *table == copy.target));
    let mappings = into.filter_map(move |copy| Mapping::parse(copy.expression(to)?));
    mappings.filter(move |mapping| mapping.column == *from)
}

/// Whether a value is the one that a script names. A literal takes the type of the column that it
/// is compared with or written to.
pub(crate) fn is_it(named: &Value, value: ValueRef<'_>) -> bool {
    let text = |value: ValueRef<'_>| match value {
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Null | ValueRef::Blob(_) => None,
    };
    let named = ValueRef::from(named);
    named == value || text(named).is_some_and(|named| text(value) == Some(named))
}

impl Mapping {
    fn parse(tokens: &[Token<'_>]) -> Option<Self> {
        match tokens {
            [inner @ .., word, _] if word.is_word("as") => Self::parse(inner),
            [open, inner @ .., close] if open.text == "(" && close.text == ")" => {
                Self::parse(inner)
            }
            [case, inner @ .., end] if case.is_word("case") && end.is_word("end") => {
                Self::of_case(inner)
            }
            [function, open, inner @ .., close] if open.text == "(" && close.text == ")" => {
                Self::of_call(*function, inner)
            }
            _ => Some(Self { column: column(tokens)?, pairs: Vec::new(), rest: None }),
        }
    }

    /// Reads `nullif(column, 'old')`, `coalesce(column, 'new')`, nested ones, and `iif(column =
    /// 'old', 'new', column)`.
    fn of_call(function: Token<'_>, arguments: &[Token<'_>]) -> Option<Self> {
        let arguments = parts(arguments, |token| token.text == ",");
        if let ([condition, new, rest], true) = (arguments.as_slice(), function.is_word("iif")) {
            let (column, named) = compared(condition)?;
            let new = literal(new)?;
            let pairs = named.into_iter().map(|old| (old, new.clone())).collect();
            return Some(Self { column, pairs, rest: None }.otherwise(rest));
        }
        let [inner, value] = arguments.as_slice() else { return None };
        let (mut mapping, value) = (Self::parse(inner)?, literal(value)?);
        if function.is_word("nullif") {
            mapping.replace(value, Value::Null);
        } else if function.is_word("coalesce") || function.is_word("ifnull") {
            mapping.replace(Value::Null, value);
        } else {
            return None;
        }
        Some(mapping)
    }

    /// Reads the tokens between CASE and END.
    fn of_case(tokens: &[Token<'_>]) -> Option<Self> {
        let whens = parts(tokens, |token| token.is_word("when"));
        let (subject, whens) = whens.split_first()?;
        let mut of = if subject.is_empty() { None } else { Some(column(subject)?) };
        let (mut pairs, mut rest) = (Vec::new(), None);
        for when in whens {
            let arms = parts(when, |token| token.is_word("then"));
            let [condition, result] = arms.as_slice() else { return None };
            let result = parts(result, |token| token.is_word("else"));
            rest = result.get(1).copied();
            let Some(new) = result.first().and_then(|result| literal(result)) else { continue };
            let (column, named) = match subject {
                [] => compared(condition)?,
                _ => (of.clone()?, vec![literal(condition)?]),
            };
            if of.get_or_insert_with(|| column.clone()) != &column {
                return None;
            }
            pairs.extend(named.into_iter().map(|old| (old, new.clone())));
        }
        let mapping = Self { column: of?, pairs, rest: None };
        Some(match rest {
            Some(rest) => mapping.otherwise(rest),
            None => mapping,
        })
    }

    /// Records what all other values become, if that is a value that no other becomes.
    fn otherwise(self, tokens: &[Token<'_>]) -> Self {
        let rest = literal(tokens).filter(|rest| *rest != Value::Null);
        let rest = rest.filter(|rest| self.pairs.iter().all(|(_, new)| new != rest));
        Self { rest, ..self }
    }

    /// Replaces a value in the result of the expression by another.
    fn replace(&mut self, old: Value, new: Value) {
        for (_, result) in &mut self.pairs {
            if *result == old {
                *result = new.clone();
            }
        }
        if !self.pairs.iter().any(|(named, _)| *named == old) {
            self.pairs.push((old, new));
        }
        self.rest = None;
    }
}

/// Reads the column and the values of `column = 'a'`, `column IN ('a', 'b')` and `column IS NULL`.
fn compared(tokens: &[Token<'_>]) -> Option<(Name, Vec<Value>)> {
    let is_operator = |token: &Token<'_>| {
        ["=", "=="].contains(&token.text) || token.is_word("is") || token.is_word("in")
    };
    let at = tokens.iter().position(is_operator)?;
    let (left, right) = (column(&tokens[..at])?, &tokens[at + 1..]);
    let values = match right {
        [open, inner @ .., close] if tokens[at].is_word("in") && open.text == "(" => {
            let inner = (close.text == ")").then(|| parts(inner, |token| token.text == ","))?;
            inner.into_iter().map(literal).collect::<Option<_>>()?
        }
        _ => vec![literal(right)?],
    };
    Some((left, values))
}

/// Reads a lone column, with or without its table.
fn column(tokens: &[Token<'_>]) -> Option<Name> {
    let is_name = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
    match tokens {
        [name] if is_name(name) && literal(tokens).is_none() => Some(Name::new(name.unquoted())),
        [_, dot, name] if dot.text == "." && is_name(name) => Some(Name::new(name.unquoted())),
        _ => None,
    }
}

/// Reads a lone literal.
fn literal(tokens: &[Token<'_>]) -> Option<Value> {
    match tokens {
        [null] if null.is_word("null") => Some(Value::Null),
        [value] => only(literals_in(value.text)),
        [sign, value] if sign.text == "-" && value.kind == Kind::Number => {
            only(literals_in(&format!("-{}", value.text)))
        }
        _ => None,
    }
}

fn only(mut values: Vec<Value>) -> Option<Value> {
    values.pop().filter(|_| values.is_empty())
}

/// Splits tokens at separators, outside parentheses and nested CASEs.
fn parts<'t, 'a>(
    tokens: &'t [Token<'a>],
    separates: impl Fn(&Token<'a>) -> bool,
) -> Vec<&'t [Token<'a>]> {
    let mut depth = 0_usize;
    let at_top = |token: &Token<'a>| {
        if token.text == "(" || token.is_word("case") {
            depth += 1;
        } else if token.text == ")" || token.is_word("end") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && separates(token)
    };
    tokens.split(at_top).collect()
}

#[cfg(test)]
mod tests {
    use migratory_core::sql::lexer;

    use super::*;

    fn described(expression: &str) -> String {
        let tokens: Vec<_> = lexer::meaningful(expression).collect();
        let Some(mapping) = Mapping::parse(&tokens) else { return "none".to_owned() };
        let shown = |value: &Value| match value {
            Value::Null => "NULL".to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => format!("'{text}'"),
            other => format!("{other:?}"),
        };
        let pairs =
            mapping.pairs.iter().map(|(old, new)| format!(" {}>{}", shown(old), shown(new)));
        let rest = mapping.rest.as_ref().map(|rest| format!(" else {}", shown(rest)));
        format!("{}:{}{}", mapping.column, pairs.collect::<String>(), rest.unwrap_or_default())
    }

    #[test]
    fn named_values_are_mapped() {
        for (expression, expected) in [
            ("x", "x:"),
            ("nullif(x, 0)", "x: 0>NULL"),
            ("NULLIF(t.\"x\", '') AS x", "x: ''>NULL"),
            ("coalesce(x, -1)", "x: NULL>-1"),
            ("ifnull(nullif(x, ''), 'none')", "x: ''>'none' NULL>'none'"),
            ("CASE x WHEN 'a' THEN 'b' ELSE x END", "x: 'a'>'b'"),
            ("(CASE x WHEN 'a' THEN 'b' WHEN 'c' THEN 1 END)", "x: 'a'>'b' 'c'>1"),
            (
                "CASE WHEN x = 'a' THEN 'b' WHEN x IN ('c', 'd') THEN 'e' ELSE x END",
                "x: 'a'>'b' 'c'>'e' 'd'>'e'",
            ),
            ("CASE WHEN x IS NULL THEN 0 ELSE x END", "x: NULL>0"),
            ("CASE x WHEN 'a' THEN 'b' ELSE 'c' END", "x: 'a'>'b' else 'c'"),
            ("iif(x = 'a', 'b', x)", "x: 'a'>'b'"),
            ("iif(x IN ('a', 'b'), 1, 0)", "x: 'a'>1 'b'>1 else 0"),
            // In these, the new value doesn't determine the old one.
            ("CASE x WHEN 'a' THEN 'b' ELSE 'b' END", "x: 'a'>'b'"),
            ("CASE x WHEN 'a' THEN 'b' ELSE NULL END", "x: 'a'>'b'"),
            ("CASE x WHEN 'a' THEN y ELSE x END", "x:"),
        ] {
            assert_eq!(described(expression), expected, "{expression}");
        }
    }

    #[test]
    fn computed_values_are_not_mapped() {
        for expression in [
            "lower(x)",
            "nullif(lower(x), '')",
            "nullif(x, y)",
            "iif(x > 0, 1, 0)",
            "iif(x = 'a', y, x)",
            "coalesce(x, y, 'z')",
            "x || 'a'",
            "CASE WHEN x < 0 THEN 0 ELSE x END",
            "CASE WHEN x <> 'a' THEN 'b' ELSE x END",
            "CASE WHEN x IS NOT NULL THEN 'b' END",
            "CASE WHEN x NOT IN ('a') THEN 'b' ELSE x END",
            "CASE WHEN x = 'a' OR 1 THEN 'b' ELSE x END",
            "CASE WHEN y = 'a' THEN 'b' WHEN x = 'c' THEN 'd' ELSE x END",
            "CASE lower(x) WHEN 'a' THEN 'b' ELSE x END",
            "(SELECT 1)",
            "CAST(x AS INTEGER)",
            "'a'",
        ] {
            assert_eq!(described(expression), "none", "{expression}");
        }
    }

    #[test]
    fn a_literal_takes_the_type_of_its_column() {
        for (named, value, expected) in [
            (Value::Integer(1), ValueRef::Text(b"1"), true),
            (Value::Text("1".to_owned()), ValueRef::Integer(1), true),
            (Value::Text("a".to_owned()), ValueRef::Text(b"A"), false),
            (Value::Null, ValueRef::Null, true),
            (Value::Null, ValueRef::Text(b""), false),
        ] {
            assert_eq!(is_it(&named, value), expected, "{named:?} {value:?}");
        }
    }
}
